/** What has happened of late, as GET /events tells it: the alerts that were raised, each with a number. Plain data, and its check on arrival. */
import { z } from 'zod';

/** One alert that was raised. */
export interface EventView {
  /** Counts up by one from 1 since the daemon's start. */
  readonly number: number;
  /** The alert's id (src/alerts/catalogue.ts). */
  readonly id: string;
  /** RFC 5424 §6.2.1: `crit`, `err`, `warning`, `notice` or `info`. */
  readonly severity: string;
  /** What happened and what to look at, for a person. */
  readonly text: string;
  readonly fields: Readonly<Record<string, string>>;
  readonly agoMillis: number;
  /** Wall clock, ISO 8601 in UTC. */
  readonly time: string;
}

/** The oldest first. */
export interface EventsPage {
  readonly node: string;
  readonly events: readonly EventView[];
}

export const eventsPage = z.object({
  node: z.string(),
  events: z.array(
    z.object({
      number: z.number(),
      id: z.string(),
      severity: z.string(),
      text: z.string(),
      fields: z.record(z.string(), z.string()),
      agoMillis: z.number(),
      time: z.string(),
    }),
  ),
});

/** The path that asks for what came behind event number `after`; all that is remembered for 0. */
export function eventsUrl(after: number): string {
  return `/events?after=${after}`;
}

/** Reads `after`; undefined where it is no whole number. */
export function parseEventsQuery(params: URLSearchParams): number | undefined {
  const after = params.get('after') ?? '0';
  return /^[0-9]{1,15}$/.test(after) ? Number(after) : undefined;
}
