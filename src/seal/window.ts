/**
 * A sliding replay window (the ring of RFC 6479): which of the last counters of one stream were seen. Memory
 * is fixed. It is asked before the tag is checked and written only afterwards: a forger cannot move it.
 */

const WORD_BITS = 32;
const WORDS = 32;

/** Counters this far behind the highest one are refused as replays without being looked up. */
export const WINDOW = WORD_BITS * (WORDS - 1);

export class ReplayWindow {
  /** 0 until the first counter: the ring of zeros says that none was seen. */
  #highest = 0;
  readonly #ring = new Uint32Array(WORDS);

  /** True when this counter was seen, or lies too far behind to know. */
  seen(counter: number): boolean {
    if (counter > this.#highest) return false;
    if (counter + WINDOW <= this.#highest) return true;
    return (this.#word(counter) & bit(counter)) !== 0;
  }

  /** Remembers an authenticated counter. */
  mark(counter: number): void {
    if (counter > this.#highest) this.#advance(counter);
    this.#ring[wordIndex(counter)] = this.#word(counter) | bit(counter);
  }

  /** Clears the words that the window moves into. */
  #advance(counter: number): void {
    const from = Math.floor(this.#highest / WORD_BITS);
    const to = Math.floor(counter / WORD_BITS);
    for (let step = Math.max(from + 1, to - WORDS + 1); step <= to; step++) this.#ring[step % WORDS] = 0;
    this.#highest = counter;
  }

  #word(counter: number): number {
    return this.#ring[wordIndex(counter)] ?? 0;
  }
}

function wordIndex(counter: number): number {
  return Math.floor(counter / WORD_BITS) % WORDS;
}

function bit(counter: number): number {
  return 1 << (counter % WORD_BITS);
}
