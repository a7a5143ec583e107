/** Small pieces that the parts of the page are made of: tables, facts, words with a colour. Pure. */
import { html, type Html, type Piece } from './escape.js';

/** How a word is to be taken; the word itself says it as well, for whoever sees no colours. */
export type Tone = 'good' | 'warn' | 'bad' | 'calm';

/** A word on a coloured ground. */
export function badge(text: string, tone: Tone): Html {
  return html`<span class="badge ${tone}">${text}</span>`;
}

/** A good word or a bad one. */
export function verdict(good: boolean, yes: string, no: string): Html {
  return badge(good ? yes : no, good ? 'good' : 'bad');
}

/** Names and values; what has no value is left out. */
export function facts(pairs: readonly (readonly [name: string, value: Piece])[]): Html {
  return html`<dl>
    ${pairs
      .filter(([, value]) => value !== undefined)
      .map(
        ([name, value]) =>
          html`<div>
            <dt>${name}</dt>
            <dd>${value}</dd>
          </div>`,
      )}
  </dl>`;
}

/** A table with a caption; the first cell of each row names the row. On a phone each cell says its column. */
export function table(
  caption: string,
  columns: readonly string[],
  rows: readonly (readonly Piece[])[],
  nothing = 'none',
): Html {
  if (rows.length === 0) return html`<p class="nothing">${caption}: ${nothing}</p>`;
  return html`<table>
    <caption>
      ${caption}
    </caption>
    <thead>
      <tr>
        ${columns.map((column) => html`<th scope="col">${column}</th>`)}
      </tr>
    </thead>
    <tbody>
      ${rows.map((cells) => row(columns, cells))}
    </tbody>
  </table>`;
}

function row(columns: readonly string[], [first, ...others]: readonly Piece[]): Html {
  return html`<tr>
    <th scope="row">${first}</th>
    ${others.map((cell, index) => html`<td data-column="${columns[index + 1]}"><div>${cell}</div></td>`)}
  </tr> `;
}
