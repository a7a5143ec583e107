/** What has happened: the timeline of events, and the changes of role with their steps. Pure. */
import type { EventsPage, EventView } from '../control/events.js';
import type { StatusView } from '../control/status.js';
import { html, type Html } from './escape.js';
import { badge, table, type Tone } from './pieces.js';
import { moment } from './times.js';

/** So many events are on the page. */
const SHOWN = 50;

const TONES: Readonly<Record<string, Tone>> = { crit: 'bad', err: 'bad', warning: 'warn' };

export function eventsPart({ events }: EventsPage): Html {
  const newest = events.toReversed().slice(0, SHOWN);
  const more = events.length > SHOWN ? html`<p>Older ones are left out.</p>` : undefined;
  const list = html`<ol class="timeline" reversed>
    ${newest.map(eventItem)}
  </ol>`;
  return html`<h2>Events</h2>
    ${newest.length === 0 ? html`<p class="nothing">None since the start of the daemon.</p>` : list}${more}`;
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
    ${table('Changes of role on this director', ['when', 'change', 'reason', 'steps (ms)'], rows)}`;
}
