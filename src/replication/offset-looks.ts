/**
 * When the active looks at a control flow whose helper announced a channel: the event comes before the payload is
 * rewritten, so the offsets are there a moment later. Pure.
 */
import { type Tuple, tupleKey } from '../conntrack/tuple.js';
import { type Millis, millis } from '../time.js';

/** Until the offsets have changed, and the last one in any case: a second rewrite may have been on the heels of the first. */
const DELAYS = [millis(0), millis(2), millis(10), millis(50)];
const LAST = DELAYS.length - 1;

interface Look {
  readonly orig: Tuple;
  readonly key: string;
  readonly addedAt: Millis;
  /** What was looked for has been seen. */
  seen: boolean;
}

export class OffsetLooks {
  /** For each delay the looks to come, the earliest first. */
  readonly #queues: readonly Look[][] = DELAYS.map(() => []);
  /** The latest ones of each flow that have something to see. */
  readonly #open = new Map<string, Look>();

  /** This control flow announced a channel. */
  add(orig: Tuple, now: Millis): void {
    const look: Look = { orig, key: tupleKey(orig), addedAt: now, seen: false };
    this.#open.set(look.key, look);
    for (const queue of this.#queues) queue.push(look);
  }

  /** A channel of this control flow is gone: nothing new is to be seen, and one look makes sure. */
  addLast(orig: Tuple, now: Millis): void {
    this.#queues[LAST]?.push({ orig, key: tupleKey(orig), addedAt: now, seen: true });
  }

  /** A look at this flow has shown other offsets. */
  changed(orig: Tuple): void {
    const key = tupleKey(orig);
    const look = this.#open.get(key);
    if (look === undefined) return;
    look.seen = true;
    this.#open.delete(key);
  }

  /** Flows whose time has come, each once. */
  due(now: Millis): Tuple[] {
    const due = new Map<string, Tuple>();
    this.#queues.forEach((queue, index) => {
      const delay = DELAYS[index] ?? 0;
      let done = 0;
      for (const look of queue) {
        if (look.addedAt + delay > now) break;
        done += 1;
        if (!look.seen || index === LAST) due.set(look.key, look.orig);
        if (index === LAST && this.#open.get(look.key) === look) this.#open.delete(look.key);
      }
      queue.splice(0, done);
    });
    return [...due.values()];
  }

  /** The time of the next look; undefined when there is none. */
  next(): Millis | undefined {
    let next = Infinity;
    this.#queues.forEach((queue, index) => {
      const first = queue.find(({ seen }) => !seen || index === LAST);
      if (first !== undefined) next = Math.min(next, first.addedAt + (DELAYS[index] ?? 0));
    });
    return next === Infinity ? undefined : millis(next);
  }
}
