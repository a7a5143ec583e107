/** The stalls of a stream of events: pure, fed with times. */

/** The longest gap between two events in a row. */
export interface Stall {
  readonly millis: number;
  /** CLOCK_MONOTONIC milliseconds of the event before the gap. */
  readonly from: number;
}

/** A silence, from one event to the next. */
export interface Gap {
  readonly from: number;
  readonly to: number;
}

/** Shorter gaps are not kept one by one, nor more than so many. */
const KEPT_MILLIS = 5;
const KEPT = 10_000;

/** A meter that has seen nothing but the moment it was started. */
export interface StallMeter {
  /** Something arrived, or was accepted, at this time. */
  mark(at: number): void;
  longest(): Stall;
  /** Every gap of more than a few milliseconds, in order. */
  gaps(): readonly Gap[];
  readonly started: number;
  /** The last mark. */
  last(): number;
}

/** Starts measuring: the first gap begins at `start`. */
export function createStallMeter(start: number): StallMeter {
  let last = start;
  const gaps: Gap[] = [];
  let longest: Stall = { millis: 0, from: start };
  return {
    mark: (at) => {
      if (at - last > longest.millis) longest = { millis: at - last, from: last };
      if (at - last > KEPT_MILLIS && gaps.length < KEPT) gaps.push({ from: last, to: at });
      last = at;
    },
    started: start,
    longest: () => longest,
    gaps: () => gaps,
    last: () => last,
  };
}
