/**
 * Keeps the daemon's ordinary threads from holding up its real-time one. Whoever waits for a thread of ordinary priority
 * waits for as long as a busy machine lets that one wait, and real-time priority makes it worse.
 */
import { setPriority } from 'node:os';
import { execute } from '../native.js';

/** setpriority(2): enough to be next among what is ordinary, and still behind what is not. */
const NICE = -10;

/**
 * Garbage is collected by the thread whose it is. With helper threads a real-time thread waits for what a busy machine has
 * put aside: a scavenge 200 ms, which made a false takeover; and while a helper sweeps, V8 asks it by tasks that post
 * themselves again at once, so that a thread that nobody may interrupt kept a processor for 700 ms and its helper from it.
 * V8 takes this only at its own start: it ends the process when marking is found changed in the middle of a collection.
 */
const OWN_COLLECTION = '--single-threaded-gc';

/**
 * To be called first of all. Starts the process over in place, under the same id, if V8 was not started as it must be;
 * then the command line is read again. Returns what was refused, if anything was; without it a busy machine delays pulses,
 * replication and alerts.
 */
export function executeAgain(): string[] {
  const refused: string[] = [];
  if (!process.execArgv.includes(OWN_COLLECTION)) {
    const errno = execute([process.execPath, OWN_COLLECTION, ...process.execArgv, ...process.argv.slice(1)]);
    refused.push(`start with ${OWN_COLLECTION}: errno ${-errno}`);
  }
  try {
    setPriority(NICE);
  } catch (error) {
    refused.push(error instanceof Error ? error.message : String(error));
  }
  return refused;
}
