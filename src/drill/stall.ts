/** The longest stall of a stream of events: pure, fed with times. */

/** The longest gap between two events in a row. */
export interface Stall {
  readonly millis: number;
  /** CLOCK_MONOTONIC milliseconds of the event before the gap. */
  readonly from: number;
}

/** A meter that has seen nothing but the moment it was started. */
export interface StallMeter {
  /** Something arrived, or was accepted, at this time. */
  mark(at: number): void;
  longest(): Stall;
  readonly started: number;
  /** The last mark. */
  last(): number;
}

/** Starts measuring: the first gap begins at `start`. */
export function createStallMeter(start: number): StallMeter {
  let last = start;
  let longest: Stall = { millis: 0, from: start };
  return {
    mark: (at) => {
      if (at - last > longest.millis) longest = { millis: at - last, from: last };
      last = at;
    },
    started: start,
    longest: () => longest,
    last: () => last,
  };
}
