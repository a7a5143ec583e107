/**
 * A measurement from outside, from beginning to end: sessions and a probe, while somebody does something to the pair. Needs no
 * privileges and no addon: sessions and probe are processes of their own, so that none waits for another's work.
 */
import { spawn } from 'node:child_process';
import { connect } from 'node:net';
import { fileURLToPath } from 'node:url';
import { programVersion } from '../control/version.js';
import { ExitStatus, Fatal } from '../fatal.js';
import { millis, monotonicNow } from '../time.js';
import type { DataMode } from './announced.js';
import type { Cargo } from './contender.js';
import type { Interruption } from './interruption.js';
import { gatherOutside, outsideKinds } from './outside-crew.js';
import { followProbe, PROBE_EVERY_MILLIS, provesUsable } from './outside-probe.js';
import { OUTSIDE_FORMAT, type OutsideRecord } from './outside-record.js';
import type { Span } from './record.js';
import { type RemoteProbe, type RemoteSession, RemoteSessions, type Spawner, startProbe } from './remote.js';
import type { Login } from './session-wire.js';

export interface OutsideWishes {
  readonly address: string;
  readonly port: number;
  /** A port on which nobody listens. */
  readonly probePort: number;
  readonly login: Login;
  /** A file; undefined: no running transfers, and the others fetch the list of the directory. */
  readonly download: string | undefined;
  readonly modes: readonly DataMode[];
  /** Undefined: until interrupted. */
  readonly durationMillis: number | undefined;
  /** The first ends the measurement in good order, the second at once. */
  readonly interruption: Interruption;
  readonly giveUp: Promise<void>;
  readonly progress: OutsideProgress;
}

/** What happens, for whoever shows it. */
export interface OutsideProgress {
  readonly step: (text: string) => void;
  readonly silent: (silence: Span) => void;
  readonly lost: (name: string, reason: string) => void;
}

const compiled = (name: string): string => fileURLToPath(new URL(`./${name}.js`, import.meta.url));

/** In a process group of its own: Ctrl-C is for the command, which ends its helpers in good order. */
const apart: Spawner = (command, args, options) => spawn(command, args, { ...options, detached: true });

/** Measures. Throws `Fatal` where there is nothing to be measured, and `Interrupted` when that comes before it began. */
export async function measureOutside(wishes: OutsideWishes): Promise<OutsideRecord> {
  await reach(wishes);
  const sessions = new RemoteSessions(apart, compiled('session-main'));
  const probeWords = [wishes.address, String(wishes.probePort), String(PROBE_EVERY_MILLIS)];
  const probe = startProbe(apart, compiled('refusal-probe-main'), probeWords);
  try {
    return await measure(wishes, sessions, probe);
  } finally {
    probe.stop();
    sessions.end();
  }
}

async function measure(
  wishes: OutsideWishes,
  sessions: RemoteSessions,
  probe: RemoteProbe,
): Promise<OutsideRecord> {
  const { address, port, interruption, progress } = wishes;
  const open = (): Promise<RemoteSession> => sessions.open({ host: address, port }, wishes.login);
  const cargo = await interruption.race(loadCargo(wishes, open));
  const kinds = outsideKinds(wishes.modes, cargo.download !== undefined);
  const crew = await gatherOutside({ open, kinds, cargo, interruption, lost: progress.lost });
  const usable = await interruption.race(provesUsable(probe));
  const startedAt = new Date().toISOString();
  const start = monotonicNow();
  progress.step(startWords(wishes, kinds.length, usable));
  const following = usable ? followProbe(probe, { address, start, silent: progress.silent }) : undefined;
  await lapse(wishes);
  progress.step('ending: every session is used once more');
  await crew.end(wishes.giveUp);
  const seen = await following?.finish();
  const outage = seen?.outage;
  return {
    ...{ format: OUTSIDE_FORMAT, version: programVersion(), address, port, startedAt },
    durationMillis: Math.round(monotonicNow() - start),
    ...{ probe: seen?.record, outage, silentAtEnd: seen?.silentAtEnd ?? false },
    sessions: crew.records(start, outage && start + outage.from),
  };
}

/** Until the time is over or somebody ends it. */
async function lapse({ durationMillis, interruption }: OutsideWishes): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const over = new Promise<void>((resolve) => {
    if (durationMillis !== undefined) timer = setTimeout(resolve, durationMillis);
  });
  await interruption.race(over).catch(() => undefined);
  clearTimeout(timer);
}

function startWords({ durationMillis, probePort }: OutsideWishes, count: number, usable: boolean): string {
  const until =
    durationMillis === undefined ? 'until Ctrl-C' : `for ${durationMillis / 1000} s, or until Ctrl-C`;
  const probing = usable
    ? `the address is probed every ${PROBE_EVERY_MILLIS} ms`
    : `the outage is not measured, as port ${probePort} of the address does not refuse connections`;
  return `measuring ${until}: ${count} sessions; ${probing}`;
}

const REACH_LIMIT = millis(5000);
const NO_ONE =
  'no director has the address, or this machine has no way to it: see "ftpair status" on both routers';

/** Why a connection cannot be made, and what to do. */
const UNREACHED: Readonly<Record<string, readonly [string, string]>> = {
  EHOSTUNREACH: ['nobody answers for it on its network', NO_ONE],
  ENETUNREACH: ['this machine has no route to it', 'give this machine a route, or check the address'],
  ETIMEDOUT: [`no answer in ${REACH_LIMIT / 1000} s`, NO_ONE],
  ECONNREFUSED: [
    'connections are refused',
    'check address and --service-port; where both are right, no real server is up: see "ftpair status"',
  ],
};

/** Throws `Fatal` where no connection comes about. */
async function reach({ address, port, interruption }: OutsideWishes): Promise<void> {
  const code = await interruption.race(
    new Promise<string | undefined>((resolve) => {
      const socket = connect({ host: address, port, timeout: REACH_LIMIT });
      const done = (problem: string | undefined): void => {
        resolve(problem);
        socket.destroy();
      };
      socket.on('connect', () => {
        done(undefined);
      });
      socket.on('timeout', () => {
        done('ETIMEDOUT');
      });
      socket.on('error', (error: NodeJS.ErrnoException) => {
        done(error.code ?? error.message);
      });
    }),
  );
  if (code === undefined) return;
  const [words, cure] = UNREACHED[code] ?? [code, NO_ONE];
  throw new Fatal(ExitStatus.no, `${address} port ${port} cannot be reached: ${words}`, cure);
}

/** Logs in, and fetches what downloads are to be compared with. */
async function loadCargo(
  { login, download }: OutsideWishes,
  open: () => Promise<RemoteSession>,
): Promise<Cargo> {
  const session = await open().catch((error: unknown) => {
    throw cannot(`log in as ${login.user}`, error, 'give --user and --password-file');
  });
  try {
    if (download === undefined) return { download: undefined, upload: undefined };
    await session.prepare('EPSV');
    const { bytes, sha256 } = await session.retrieve(download);
    return { download: { path: download, bytes, sha256 }, upload: undefined };
  } catch (error) {
    throw cannot(`fetch ${download ?? ''}`, error, 'name a file in --download that every server has');
  } finally {
    await session.close().catch(() => undefined);
  }
}

function cannot(what: string, error: unknown, cure: string): Fatal {
  const words = error instanceof Error ? error.message : String(error);
  return new Fatal(ExitStatus.no, `the probe cannot ${what}: ${words}`, cure);
}
