/** What has happened: the timeline of events, and the changes of role with their steps. Pure. */
import type { EventsPage, EventView } from '../control/events.js';
import type { StatusView } from '../control/status.js';
import { html, type Html } from './escape.js';
import { badge, table, type Tone } from './pieces.js';
import { moment } from './times.js';

/** So many events are to be seen at once; the older ones are behind a click. */
const SHOWN = 20;

const TONES: Readonly<Record<string, Tone>> = { crit: 'bad', err: 'bad', warning: 'warn' };

export function eventsPart({ events }: EventsPage): Html {
  const newest = events.toReversed();
  if (newest.length === 0)
    return html`<h2>Events</h2>
      <p class="nothing">None since the start of the daemon.</p>`;
  const older = newest.slice(SHOWN);
  return html`<h2>Events (UTC)</h2>
    ${timeline(newest.slice(0, SHOWN))}
    ${
      older.length === 0
        ? undefined
        : html`<details id="older events">
            <summary>${older.length} older</summary>
            ${timeline(older)}
          </details>`
    }`;
}

function timeline(events: readonly EventView[]): Html {
  return html`<ol class="timeline">
    ${events.map(eventItem)}
  </ol>`;
}

function eventItem({ id, severity, text, time }: EventView): Html {
  return html`<li>
    ${moment(Date.parse(time))} ${badge(severity, TONES[severity] ?? 'calm')} <code>${id}</code> ${text}
  </li>`;
}

export function historyPart({ history }: StatusView, wallNow: number): Html {
  const newest = history.toSorted((a, b) => a.agoMillis - b.agoMillis);
  const rows = newest.map(({ agoMillis, from, to, reason, steps }) => [
    moment(wallNow - agoMillis),
    `${from} → ${to}`,
    reason,
    steps.map(({ step, atMillis }) => `${step} ${atMillis.toFixed(1)}`).join(', '),
  ]);
  return html`<h2>Roles</h2>
    ${table('Changes of role on this director', ['when (UTC)', 'change', 'reason', 'steps (ms)'], rows)}`;
}
