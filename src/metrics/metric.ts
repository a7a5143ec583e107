/** What a metric is: a name, its labels, and how its values are read from the facts. Types and two small helpers; no metric. */
import type { StatusView } from '../control/status.js';
import type { CountsView } from './counts.js';

/** Everything that metrics are read from. */
export interface Facts {
  readonly status: StatusView;
  readonly counts: CountsView;
  readonly process: ProcessFacts;
  /** Wall clock, in milliseconds since 1970. */
  readonly wallNow: number;
}

export interface ProcessFacts {
  readonly residentBytes: number;
  readonly cpuSeconds: number;
  /** Wall clock, in seconds since 1970. */
  readonly startedAtSeconds: number;
}

/** One value with its labels. Undefined: not known at the moment, and left out. */
export interface Sample {
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number | undefined;
}

/** One metric. Its labels come from the config and from closed sets of words, never from clients. */
export interface Metric {
  readonly name: string;
  readonly type: 'counter' | 'gauge' | 'summary';
  readonly help: string;
  readonly labels: readonly string[];
  readonly read: (facts: Facts) => readonly Sample[];
}

/** A metric without labels. */
export function single(
  name: string,
  type: 'counter' | 'gauge',
  help: string,
  read: (facts: Facts) => number | boolean | undefined,
): Metric {
  return { name, type, help, labels: [], read: (facts) => [sample({}, read(facts))] };
}

/** A yes is 1 and a no is 0. */
export function sample(labels: Sample['labels'], value: number | boolean | undefined): Sample {
  return { labels, value: typeof value === 'boolean' ? Number(value) : value };
}

/** What was counted by reason, each with further labels. */
export function byReason(
  counts: Readonly<Record<string, number>>,
  labels: Sample['labels'] = {},
  name = 'reason',
): readonly Sample[] {
  return Object.entries(counts).map(([reason, count]) => sample({ ...labels, [name]: reason }, count));
}

/** Prometheus' unit of time. */
export function seconds(milliseconds: number | undefined): number | undefined {
  return milliseconds === undefined ? undefined : milliseconds / 1000;
}
