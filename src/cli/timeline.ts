/** Changes of role and alerts in one order of time. Pure: what the daemon said and the time now in, moments out. */
import type { EventView } from '../control/events.js';
import type { TransitionView } from '../control/status.js';

export type Moment =
  | {
      readonly kind: 'role';
      /** Wall clock of this machine, ISO 8601 in UTC. */
      readonly time: string;
      readonly agoMillis: number;
      readonly from: string;
      readonly to: string;
      readonly reason: string;
      readonly steps: TransitionView['steps'];
    }
  | {
      readonly kind: 'event';
      readonly time: string;
      readonly agoMillis: number;
      readonly id: string;
      readonly severity: string;
      readonly text: string;
      readonly fields: Readonly<Record<string, string>>;
    };

/** The oldest first; of one moment the change of role stands before the alerts that tell of it. `now` is when the history was asked for. */
export function timeline(
  history: readonly TransitionView[],
  events: readonly EventView[],
  now: Date,
): readonly Moment[] {
  const roles = history.map((transition): Moment => ({
    kind: 'role',
    time: new Date(now.getTime() - transition.agoMillis).toISOString(),
    ...transition,
  }));
  const alerts = events.map(({ id, severity, text, fields, agoMillis, time }): Moment => ({
    kind: 'event',
    time,
    agoMillis,
    id,
    severity,
    text,
    fields,
  }));
  // Roles first: the order of equal times is kept. The two answers are of two moments, so "ago" does not compare.
  return [...roles, ...alerts].toSorted((a, b) => Date.parse(a.time) - Date.parse(b.time));
}
