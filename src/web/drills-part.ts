/** The reports of failover drills on the page: a list of links, and the newest picture. Pure. */
import type { DrillFile } from './drill-files.js';
import { bytesWords } from '../words.js';
import { html, type Html } from './escape.js';
import { table } from './pieces.js';
import { moment } from './times.js';

export function drillsPart(files: readonly DrillFile[]): Html {
  if (files.length === 0)
    return html`<h2>Drills</h2>
      <p class="nothing">No drill has left a report on this director.</p>`;
  const rows = files.map(({ name, bytes, changedAt }) => [
    html`<a href="/drills/${name}">${name}</a>`,
    bytesWords(bytes),
    moment(changedAt),
  ]);
  const picture = files.find(({ name }) => name.endsWith('.svg'))?.name;
  return html`<h2>Drills</h2>
    ${
      picture === undefined
        ? undefined
        : html`<figure>
            <img src="/drills/${picture}" alt="Timeline of the drill ${picture}" />
            <figcaption>${picture}</figcaption>
          </figure>`
    }
    ${table('Reports of failover drills', ['file', 'size', 'written (UTC)'], rows)}`;
}
