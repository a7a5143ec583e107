/**
 * When the active looks at a control flow whose helper announced a channel: the event comes before the payload is
 * rewritten, so the offsets are there a moment later. Pure.
 */
import type { Tuple } from '../conntrack/tuple.js';
import { type Millis, millis } from '../time.js';

const DELAYS = [millis(0), millis(2), millis(10), millis(50)];

export class Looks {
  readonly #looks: { readonly at: Millis; readonly orig: Tuple }[] = [];

  /** This control flow announced a channel, or the channel is gone. */
  add(orig: Tuple, now: Millis): void {
    for (const delay of DELAYS) this.#looks.push({ at: millis(now + delay), orig });
  }

  /** Those whose time has come, each once for every look. */
  due(now: Millis): Tuple[] {
    const due: Tuple[] = [];
    for (let i = this.#looks.length - 1; i >= 0; i--) {
      const look = this.#looks[i];
      if (look === undefined || look.at > now) continue;
      due.push(look.orig);
      this.#looks.splice(i, 1);
    }
    return due;
  }

  /** The times of all looks to come. */
  times(): Millis[] {
    return this.#looks.map(({ at }) => at);
  }
}
