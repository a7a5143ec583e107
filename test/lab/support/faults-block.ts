/**
 * Blocks the main thread of a running daemon for a time, as a long garbage collection or a large dump does, while
 * its other threads live: by Node.js's own inspector, which SIGUSR1 opens in every Node.js process.
 */
import { killQuietly, mustRunIn } from '../../../src/lab/ip-command.js';
import type { LabDirector } from '../../../src/lab/director.js';
import type { Millis } from '../../../src/time.js';

/** From when to when the main thread stood, on CLOCK_MONOTONIC in milliseconds. */
export interface Blocked {
  readonly from: number;
  readonly to: number;
}

/** Resolves when the main thread goes on. @throws CommandError when the inspector cannot be reached. */
export async function blockMainThread(director: LabDirector, length: Millis): Promise<Blocked> {
  if (director.pid === undefined) throw new Error(`${director.name} does not run`);
  killQuietly(director.pid, 'SIGUSR1');
  const main = new URL('faults-block-main.ts', import.meta.url).pathname;
  const args = ['--import', 'tsx', main, String(length)];
  const blocked = JSON.parse(await mustRunIn(director.namespace, process.execPath, args)) as Blocked;
  if (!(blocked.to - blocked.from >= length)) throw new Error('the main thread was not blocked');
  return blocked;
}
