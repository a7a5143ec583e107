/** The newest alerts as the control socket tells them. Pure. */
import type { RecentAlert } from '../alerts/recent.js';
import type { EventsPage } from '../control/events.js';

export function eventsPage(node: string, alerts: readonly RecentAlert[], now: number): EventsPage {
  return {
    node,
    events: alerts.map(({ number, id, severity, text, fields, at, time }) => ({
      ...{ number, id, severity, text, fields },
      agoMillis: Math.round(now - at),
      time: time.toISOString(),
    })),
  };
}
