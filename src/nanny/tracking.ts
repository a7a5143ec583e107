/**
 * Whether an address answers echo requests: a pure filter over ticks and replies. Alive after one reply, dead
 * after three requests in a row without one.
 */
import { millis, type Millis } from '../time.js';

/** Requests in a row without an answer until an address is dead. */
export const MISSING_UNTIL_DEAD = 3;

/** Requests that may still be answered; a reply may take longer than an interval. */
const REMEMBERED = 4;

export interface Track {
  readonly alive: 'unknown' | boolean;
  /** Requests in a row that were not answered before the next one. */
  readonly missing: number;
  /** Round trip of the last reply; undefined when never answered. */
  readonly echoMillis: Millis | undefined;
  readonly sequence: number;
  /** Whether anything was answered since the last request. */
  readonly answered: boolean;
  readonly sent: readonly { readonly sequence: number; readonly at: Millis }[];
}

/** The track after an event, and whether `alive` changed. */
export interface Tracked {
  readonly track: Track;
  readonly changed: boolean;
}

export const freshTrack: Track = {
  alive: 'unknown',
  missing: 0,
  echoMillis: undefined,
  sequence: 0,
  answered: true,
  sent: [],
};

/** An interval has passed: judges the last request and counts the next one (`track.sequence`) as sent. */
export function tick(track: Track, at: Millis): Tracked {
  const missing = track.answered ? 0 : track.missing + 1;
  const alive = missing >= MISSING_UNTIL_DEAD ? false : track.alive;
  const sequence = (track.sequence + 1) & 0xffff;
  const sent = [...track.sent, { sequence, at }].slice(-REMEMBERED);
  return {
    track: { ...track, alive, missing, sequence, sent, answered: false },
    changed: alive !== track.alive,
  };
}

/** The request has really left now, which on a busy day is later than its tick. */
export function departed(track: Track, sequence: number, at: Millis): Track {
  const sent = track.sent.map((each) => (each.sequence === sequence ? { sequence, at } : each));
  return { ...track, sent };
}

/** A reply. One that answers nothing we still wait for (late, repeated, foreign) gives undefined. */
export function reply(track: Track, sequence: number, at: Millis): Tracked | undefined {
  const request = track.sent.find((each) => each.sequence === sequence);
  if (request === undefined) return undefined;
  const next: Track = {
    ...track,
    alive: true,
    missing: 0,
    answered: true,
    echoMillis: millis(at - request.at),
    sent: track.sent.filter((each) => each !== request),
  };
  return { track: next, changed: track.alive !== true };
}
