/** A bound on how often something may happen: a bucket that fills steadily. Pure: time is an argument. */

export class Pace {
  #left: number;
  #at: number;

  /** So many a second, and so many at once after a pause. */
  constructor(
    private readonly perSecond: number,
    private readonly atOnce: number,
    now: number,
  ) {
    this.#left = atOnce;
    this.#at = now;
  }

  /** Takes one; false where there is none left. */
  take(now: number): boolean {
    this.#left = Math.min(this.atOnce, this.#left + ((now - this.#at) / 1000) * this.perSecond);
    this.#at = now;
    if (this.#left < 1) return false;
    this.#left -= 1;
    return true;
  }
}
