/** The last probe of a server: what came of it, and the time of every step behind a click. Pure. */
import type { ProbeView } from '../control/status.js';
import { measuredWords } from '../words.js';
import { html, type Html } from './escape.js';
import { badge } from './pieces.js';
import { timeOfDay } from './times.js';

/** `id` tells the script which one was open. A failed one is open from the beginning. */
export function probeCell(id: string, probe: ProbeView | undefined, wallNow: number): Html {
  if (probe === undefined) return html`none yet`;
  const steps = html`<ol class="steps">
    ${probe.steps.map(
      ({ step, mode, millis }) =>
        html`<li>${step}${mode === undefined ? '' : ` (${mode})`} <b>${measuredWords(millis)}</b></li>`,
    )}
  </ol>`;
  const summary = html`<summary>${result(probe)} ${timeOfDay(wallNow - probe.agoMillis)}</summary>`;
  const said = probe.ok ? undefined : html`<p class="said">${probe.detail}</p>`;
  return probe.ok
    ? html`<details id="${id}">${summary}${steps}</details>`
    : html`<details id="${id}" open>${summary}${said}${steps}</details>`;
}

function result({ ok, reason, step, totalMillis }: ProbeView): Html {
  return html`${badge(ok ? 'good' : `${reason} at ${step}`, ok ? 'good' : 'bad')}
  ${measuredWords(totalMillis)}`;
}
