/** How long after an event at the active the same one came at the backup: two listeners' logs in, lags out. Pure. */
import { percentile, worst } from '../numbers.js';

/** What is compared: entries that come up, and flows that end. An announcement's end may be folded into its flow. */
export const EVENTS = ['flowNew', 'expectationNew', 'flowDestroy'] as const;
export type EventKind = (typeof EVENTS)[number];

/** One event: of which kind, of which entry, when it was heard (CLOCK_MONOTONIC milliseconds). */
export type Heard = readonly [kind: EventKind, key: string, at: number];

/** Lags in milliseconds. */
export interface LagFigures {
  readonly count: number;
  readonly p50: number | undefined;
  readonly p99: number | undefined;
  readonly max: number | undefined;
}

export interface Lag extends LagFigures {
  readonly each: Readonly<Record<EventKind, LagFigures>>;
  /** Events of the active that the backup's kernel never had. */
  readonly unseen: number;
}

/** The figures of some lags, to hundredths of a millisecond. */
export function lagFigures(lags: readonly number[]): LagFigures {
  const rounded = (value: number | undefined): number | undefined =>
    value === undefined ? undefined : Math.round(value * 100) / 100;
  return {
    count: lags.length,
    p50: rounded(percentile(lags, 0.5)),
    p99: rounded(percentile(lags, 0.99)),
    max: rounded(worst(lags)),
  };
}

/**
 * Pairs each event of the active with the first of its kind and entry at the backup. Listeners are not woken in the order
 * of the kernels' events: a lag may come out a little below zero.
 */
export function lagOf(active: readonly Heard[], backup: readonly Heard[]): Lag {
  const first = new Map<string, number>();
  for (const [kind, key, at] of backup) if (!first.has(kind + key)) first.set(kind + key, at);
  const lags: Record<EventKind, number[]> = { flowNew: [], expectationNew: [], flowDestroy: [] };
  let unseen = 0;
  for (const [kind, key, at] of active) {
    const there = first.get(kind + key);
    if (there === undefined) unseen += 1;
    else lags[kind].push(there - at);
  }
  return {
    ...lagFigures(EVENTS.flatMap((kind) => lags[kind])),
    each: {
      flowNew: lagFigures(lags.flowNew),
      expectationNew: lagFigures(lags.expectationNew),
      flowDestroy: lagFigures(lags.flowDestroy),
    },
    unseen,
  };
}
