/**
 * Downloads by the real curl in the client's namespace, one in each of FTP's four ways to open a data channel. Counts,
 * checks and times what arrives; judges nothing.
 */
import { createHash } from 'node:crypto';
import { monotonicNow } from '../time.js';
import { type DataMode, dataModes } from '../drill/announced.js';
import type { ContentFile } from './content.js';
import type { Lab } from './lab.js';
import { createStallMeter } from '../drill/stall.js';

/** A download as it stands. Times are CLOCK_MONOTONIC milliseconds. */
export interface Download {
  readonly mode: DataMode;
  bytes: number;
  /** The longest wait between two pieces, before and after `split` was called. */
  stallBefore: number;
  stallAfter: number;
  /** Set at the end: curl's exit status and the checksum of what came, and what curl complained about. */
  ended: { readonly status: number; readonly sha256: string; readonly complaint: string } | undefined;
}

/** Downloads under way. */
export interface Downloads {
  readonly all: readonly Download[];
  /** From now on stalls count as after the failure. A wait that is going on counts as after. */
  split(): void;
  /** Resolves when curl has ended everywhere. */
  readonly done: Promise<void>;
}

/** How curl is told which way to use. The address is our own: the server chosen may depend on it. */
function curlOptions(mode: DataMode, address: string): readonly string[] {
  const from = ['--interface', address];
  switch (mode) {
    case 'PASV':
      return [...from, '--disable-epsv'];
    case 'EPSV':
      return from;
    case 'PORT':
      return [...from, '--ftp-port', address, '--disable-eprt'];
    case 'EPRT':
      return [...from, '--ftp-port', address];
  }
}

interface Running {
  readonly download: Download;
  readonly split: () => void;
  readonly done: Promise<void>;
}

const LIMIT_SECONDS = '75';

function startOne(lab: Lab, mode: DataMode, address: string, file: ContentFile): Running {
  const download: Download = { mode, bytes: 0, stallBefore: 0, stallAfter: 0, ended: undefined };
  const url = `ftp://${lab.vip}/${file.name}`;
  const args = ['-sS', '-q', '--no-buffer', '--max-time', LIMIT_SECONDS, ...curlOptions(mode, address), url];
  const curl = lab.client.spawn('curl', args, { stdio: ['ignore', 'pipe', 'pipe'] });
  const hash = createHash('sha256');
  let complaint = '';
  let meter = createStallMeter(monotonicNow());
  let after = false;
  curl.stdout?.on('data', (chunk: Buffer) => {
    meter.mark(monotonicNow());
    hash.update(chunk);
    download.bytes += chunk.length;
    if (after) download.stallAfter = meter.longest().millis;
    else download.stallBefore = meter.longest().millis;
  });
  curl.stderr?.setEncoding('utf8').on('data', (text: string) => (complaint += text));
  const done = new Promise<void>((resolve, reject) => {
    curl.on('error', reject);
    curl.on('close', (code) => {
      meter.mark(monotonicNow());
      if (after) download.stallAfter = meter.longest().millis;
      download.ended = { status: code ?? -1, sha256: hash.digest('hex'), complaint: complaint.trim() };
      resolve();
    });
  });
  const split = (): void => {
    after = true;
    // The wait that is going on began with the last piece, and belongs to the failure.
    meter = createStallMeter(meter.last());
  };
  return { download, split, done };
}

/** Starts the four downloads of a file from the VIP, each from an address of its own. */
export function startDownloads(lab: Lab, file: ContentFile): Downloads {
  const running = dataModes.map((mode, index) => {
    const address = lab.client.addresses[index]?.v4 ?? '';
    return startOne(lab, mode, address, file);
  });
  return {
    all: running.map(({ download }) => download),
    split: () => {
      for (const one of running) one.split();
    },
    done: Promise.all(running.map(({ done }) => done)).then(() => undefined),
  };
}
