/**
 * What `ftpair probe` has seen from outside, where nobody knows what is done to the pair or when. Plain data, from which verdict and
 * report are made. Times are milliseconds since the measurement began, unless a name says otherwise.
 */
import type { ProbeRecord, SessionRecord, Span } from './record.js';

/** Raised whenever a field changes its meaning. */
export const OUTSIDE_FORMAT = 1;

export interface OutsideRecord {
  readonly format: typeof OUTSIDE_FORMAT;
  readonly version: string;
  readonly address: string;
  readonly port: number;
  /** Wall clock of the beginning, ISO 8601 in UTC. */
  readonly startedAt: string;
  readonly durationMillis: number;
  /** Undefined where the address does not refuse connections: then there is only what the sessions have seen. */
  readonly probe: ProbeRecord | undefined;
  /**
   * The longest silence of the address that the probe's own standing still does not explain; undefined where there was none of
   * more than ten milliseconds.
   */
  readonly outage: Span | undefined;
  /** Nobody answered for the address when the measurement ended. */
  readonly silentAtEnd: boolean;
  readonly sessions: readonly SessionRecord[];
}

/** The longest of these. */
export function longestOf(spans: readonly Span[]): Span | undefined {
  return spans.reduce<Span | undefined>(
    (best, span) => (best === undefined || span.to - span.from > best.to - best.from ? span : best),
    undefined,
  );
}

/** The longest silence of a session's transfers, in milliseconds; undefined where none was longer than 20 ms. */
export function worstStall({ stalls }: SessionRecord): number | undefined {
  const longest = longestOf(stalls);
  return longest && longest.to - longest.from;
}
