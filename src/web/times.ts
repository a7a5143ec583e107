/** Moments as the page writes them: UTC, whole seconds. Pure. */
import { html, type Html } from './escape.js';

/** `2026-03-01 12:00:05`, with the machine's spelling beside it. */
export function moment(wallMillis: number): Html {
  const iso = new Date(Math.round(wallMillis / 1000) * 1000).toISOString();
  return html`<time datetime="${iso}">${iso.slice(0, 10)} ${iso.slice(11, 19)}</time>`;
}

/** Only the time of day, for what is never old. */
export function timeOfDay(wallMillis: number): Html {
  const iso = new Date(Math.round(wallMillis / 1000) * 1000).toISOString();
  return html`<time datetime="${iso}">${iso.slice(11, 19)}</time>`;
}
