/**
 * What a bad cable does to the datagrams that pass it: loses some, doubles some, lets others be overtaken. The same seed and the
 * same datagrams meet the same fate. Pure: times go in, what is to be sent comes out.
 */

/** In a hundred datagrams. */
export interface Badness {
  readonly lost: number;
  readonly doubled: number;
  /** Held back until a few others have passed. */
  readonly late: number;
}

/** What has happened so far. */
export interface Suffered {
  readonly passed: number;
  readonly lost: number;
  readonly doubled: number;
  readonly late: number;
}

/** How many datagrams may overtake a late one, at most, and how long it waits for them, in milliseconds. */
const OVERTAKEN = 5;
const LONGEST = 15;

interface Held<T> {
  readonly frame: T;
  readonly at: number;
  left: number;
}

/** Numbers from 0 to 1 that look random (mulberry32). */
export function seeded(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** One direction of a cable. */
export class BadCable<T> {
  readonly #badness: Badness;
  readonly #random: () => number;
  #held: Held<T>[] = [];
  #suffered = { passed: 0, lost: 0, doubled: 0, late: 0 };

  constructor(badness: Badness, random: () => number) {
    this.#badness = badness;
    this.#random = random;
  }

  get suffered(): Suffered {
    return { ...this.#suffered };
  }

  /** A datagram comes in at `now` (ms). Returns what goes out instead, in order. */
  pass(frame: T, now: number): T[] {
    const { lost, doubled, late } = this.#badness;
    this.#suffered.passed += 1;
    if (this.#happens(lost, 'lost')) return this.#overtakenBy(0);
    const frames = this.#happens(doubled, 'doubled') ? [frame, frame] : [frame];
    if (!this.#happens(late, 'late')) return [...frames, ...this.#overtakenBy(1)];
    const [first, ...rest] = frames;
    // A late double comes apart: one of the two is in time.
    const left = 1 + Math.floor(this.#random() * OVERTAKEN);
    if (first !== undefined) this.#held.push({ frame: first, at: now, left });
    return rest;
  }

  /** Late ones that have waited long enough. */
  due(now: number): T[] {
    return this.#release(({ at }) => now - at >= LONGEST);
  }

  #overtakenBy(count: number): T[] {
    for (const held of this.#held) held.left -= count;
    return this.#release(({ left }) => left <= 0);
  }

  #release(ready: (held: Held<T>) => boolean): T[] {
    const out = this.#held.filter(ready).map(({ frame }) => frame);
    if (out.length > 0) this.#held = this.#held.filter((held) => !ready(held));
    return out;
  }

  #happens(percent: number, what: keyof Suffered): boolean {
    if (this.#random() * 100 >= percent) return false;
    this.#suffered[what] += 1;
    return true;
  }
}
