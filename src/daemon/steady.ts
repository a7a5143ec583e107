/**
 * Keeps the daemon's ordinary threads from holding up its real-time one. Whoever waits for a thread of ordinary priority
 * waits for as long as a busy machine lets that one wait, and real-time priority helps nothing: 200 ms were seen with both
 * cores busy, and a false takeover came of it.
 */
import { setPriority } from 'node:os';
import { setFlagsFromString } from 'node:v8';

/** setpriority(2): enough to be next among what is ordinary, and still behind what is not. */
const NICE = -10;

/**
 * Parts of a garbage collection that are shared with helper threads, and that V8 asks about anew at each collection. Not
 * marking: a collection may be under way, and V8 ends the process when these flags change in the middle of one.
 */
const SHARED_COLLECTION = [
  '--no-parallel-scavenge',
  '--no-parallel-compaction',
  '--no-parallel-pointer-update',
  '--no-concurrent-array-buffer-sweeping',
  '--no-concurrent-sweeping',
];

/**
 * To be called before any worker is started, whose flags and priority come from here. Garbage is collected by the thread
 * whose it is, instead of waiting for helper threads that may have been put aside in the middle of their part. Returns why
 * the priority was refused, if it was; without it a busy machine delays replication and alerts.
 */
export function steady(): string | undefined {
  for (const flag of SHARED_COLLECTION) setFlagsFromString(flag);
  try {
    setPriority(NICE);
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}
