/**
 * How long changes take from this kernel's event until the peer's kernel has them: the newest of them, as percentiles. The
 * way back of the acknowledgement is in it, so it says rather too much than too little. Pure.
 */

/** Milliseconds. */
export interface LagView {
  readonly p50: number;
  readonly p99: number;
  readonly max: number;
}

/** So many of the newest ones count. */
const KEPT = 1000;

export class Lag {
  readonly #samples = new Float64Array(KEPT);
  #count = 0;

  add(millis: number): void {
    this.#samples[this.#count % KEPT] = millis;
    this.#count += 1;
  }

  /** Nearest-rank percentiles; undefined before the first change. */
  view(): LagView | undefined {
    const sorted = this.#samples.slice(0, Math.min(this.#count, KEPT)).sort();
    const rank = (share: number): number => sorted[Math.ceil(share * sorted.length) - 1] ?? 0;
    return sorted.length === 0 ? undefined : { p50: rank(0.5), p99: rank(0.99), max: rank(1) };
  }
}
