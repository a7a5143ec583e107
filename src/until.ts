/** Waiting for a condition by asking again and again, with a limit and a sentence for when it is missed. */
import { type Millis, millis, monotonicNow } from './time.js';

/** What `until` waits for, how long, how often it asks. */
export interface Patience {
  /** Completes the sentence "waited N ms in vain until …". */
  readonly what: string;
  readonly within: Millis;
  /** Default 20 ms. */
  readonly every?: Millis;
}

/**
 * Asks until the answer is neither undefined nor false, and returns it. A question that throws counts as a no.
 * @throws Error after `within`, naming what was missing and the last complaint.
 */
export async function until<T>(
  ask: () => T | Promise<T>,
  patience: Patience,
): Promise<Exclude<T, undefined | false>> {
  const deadline = monotonicNow() + patience.within;
  for (;;) {
    // Of this try alone: what was wrong before is not what is missing now.
    let complaint = '';
    try {
      const answer = await ask();
      if (answer !== undefined && answer !== false) return answer as Exclude<T, undefined | false>;
    } catch (error) {
      complaint = `: ${String(error)}`;
    }
    if (monotonicNow() >= deadline)
      throw new Error(`waited ${patience.within} ms in vain until ${patience.what}${complaint}`);
    await pause(patience.every ?? millis(20));
  }
}

/** Lets time pass between two questions. */
export function pause(length: Millis): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, length));
}
