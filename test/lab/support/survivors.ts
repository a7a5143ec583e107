/**
 * FTP sessions at chosen moments of their lives, to be caught there by a failure, and what became of them
 * afterwards. The cells of the survival matrix are mode × moment; the caller chooses failure and addresses.
 */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { DataMode } from '../../../src/drill/announced.js';
import type { RemoteSession } from '../../../src/lab/client.js';
import { content } from '../../../src/lab/content.js';
import type { Lab } from '../../../src/lab/lab.js';
import type { TransferResult } from '../../../src/drill/session.js';

export const MODES: readonly DataMode[] = ['PASV', 'EPSV', 'PORT', 'EPRT'];
export const MOMENTS = ['idle', 'announced', 'downloading', 'uploading', 'repeated'] as const;
export type Moment = (typeof MOMENTS)[number];

/** A file that takes some seconds at the lab's rate, so that the failure falls inside its transfer. */
const LARGE = content.middle;
const SMALL = content.small;
const UPLOAD_BYTES = 3_000_000;
/** So far a running transfer must have come before the failure. */
const UNDER_WAY = 400_000;

/** One session that was brought to its moment; `after` finishes what it was doing, once the failure has happened. */
export interface Survivor {
  readonly mode: DataMode;
  readonly moment: Moment;
  after(): Promise<Outcome>;
}

/** What is compared with literal values: every entry is 'ok' or says what was wrong. */
export interface Outcome {
  /** The transfer that the failure met, or that used what was announced before it. */
  readonly transfer: string;
  /** The next command's reply on the control connection. */
  readonly control: string;
  /** A further transfer on the same session. */
  readonly further: string;
  readonly stallMillis: number;
}

/** Brings one session per mode and moment to where the failure shall find it. `host` is the VIP to talk to. */
export async function bringUp(
  lab: Lab,
  label: string,
  host = lab.vip,
  modes: readonly DataMode[] = MODES,
): Promise<Survivor[]> {
  const cells = modes.flatMap((mode) => MOMENTS.map((moment) => ({ mode, moment })));
  return Promise.all(cells.map(({ mode, moment }) => bringOne(lab, host, mode, moment, label)));
}

async function bringOne(
  lab: Lab,
  host: string,
  mode: DataMode,
  moment: Moment,
  label: string,
): Promise<Survivor> {
  const session = await lab.client.session({ host });
  const transfer = await start(lab, session, mode, moment, `${label}-${mode}`);
  return { mode, moment, after: () => finish(session, mode, transfer) };
}

/** Does what comes before the failure and returns what is done behind it. */
async function start(
  lab: Lab,
  session: RemoteSession,
  mode: DataMode,
  moment: Moment,
  name: string,
): Promise<() => Promise<Checked>> {
  switch (moment) {
    case 'idle':
      require(await download(session, mode, SMALL));
      return () => Promise.resolve({ verdict: 'ok', stallMillis: 0 });
    case 'announced':
      await session.prepare(mode);
      return async () => checkedDownload(await session.retrieve(SMALL.name), SMALL);
    case 'repeated':
      for (let round = 0; round < 4; round++) await session.prepare(mode);
      require(await download(session, mode, SMALL));
      await session.prepare(mode);
      return async () => checkedDownload(await session.retrieve(SMALL.name), SMALL);
    case 'downloading':
      await session.prepare(mode);
      return running(
        (progress) => session.retrieve(LARGE.name, progress),
        (result) => checkedDownload(result, LARGE),
      );
    case 'uploading': {
      await session.prepare(mode);
      const path = `incoming/${name}`;
      return running(
        (progress) => session.store(path, UPLOAD_BYTES, progress),
        (result) => checkedUpload(lab, path, result),
      );
    }
  }
}

interface Checked {
  readonly verdict: string;
  readonly stallMillis: number;
}

/** Starts a transfer, returns when it is well under way; the rest is awaited after the failure. */
async function running(
  transfer: (progress: (bytes: number) => void) => Promise<TransferResult>,
  check: (result: TransferResult) => Checked,
): Promise<() => Promise<Checked>> {
  let underWay: () => void = () => undefined;
  const reached = new Promise<void>((resolve) => {
    underWay = resolve;
  });
  const ended = transfer((bytes) => {
    if (bytes >= UNDER_WAY) underWay();
  });
  await Promise.race([
    reached,
    ended.then(({ bytes, final }) =>
      Promise.reject(new Error(`the transfer ended too early: ${bytes} bytes, ${final.code} ${final.text}`)),
    ),
  ]);
  ended.catch(() => undefined);
  return async () => check(await ended);
}

async function finish(
  session: RemoteSession,
  mode: DataMode,
  transfer: () => Promise<Checked>,
): Promise<Outcome> {
  const met = await attempt(transfer);
  const control = await attempt(async () => {
    const { code, text } = await session.command('PWD');
    return { verdict: code === 257 ? 'ok' : `${code} ${text}`, stallMillis: 0 };
  });
  const further = await attempt(() => download(session, mode, SMALL));
  await session.close().catch(() => undefined);
  return {
    transfer: met.verdict,
    control: control.verdict,
    further: further.verdict,
    stallMillis: met.stallMillis,
  };
}

async function attempt(what: () => Promise<Checked>): Promise<Checked> {
  try {
    return await what();
  } catch (error) {
    return { verdict: error instanceof Error ? error.message : String(error), stallMillis: Infinity };
  }
}

async function download(session: RemoteSession, mode: DataMode, file: typeof SMALL): Promise<Checked> {
  await session.prepare(mode);
  return checkedDownload(await session.retrieve(file.name), file);
}

function checkedDownload(result: TransferResult, file: { bytes: number; sha256: string }): Checked {
  const { final, bytes, sha256, stallMillis } = result;
  if (final.code !== 226) return { verdict: `final reply ${final.code}`, stallMillis };
  if (sha256 !== file.sha256) return { verdict: `${bytes} of ${file.bytes} bytes, or others`, stallMillis };
  return { verdict: 'ok', stallMillis };
}

function checkedUpload(lab: Lab, path: string, result: TransferResult): Checked {
  const { final, sha256, stallMillis } = result;
  if (final.code !== 226) return { verdict: `final reply ${final.code}`, stallMillis };
  const stored = readFileSync(join(lab.incoming, path.replace('incoming/', '')));
  const there = createHash('sha256').update(stored).digest('hex');
  return {
    verdict: there === sha256 ? 'ok' : `${stored.length} of ${UPLOAD_BYTES} bytes stored, or others`,
    stallMillis,
  };
}

function require(checked: Checked): void {
  if (checked.verdict !== 'ok') throw new Error(`before the failure: ${checked.verdict}`);
}
