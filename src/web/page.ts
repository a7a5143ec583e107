/** The frame around every page. Pure. */
import { ASSETS } from './assets.js';
import { html, markup, type Html } from './escape.js';

export interface Page {
  readonly title: string;
  readonly node: string;
  readonly wallNow: Html;
  readonly body: Html;
  /** Whether the script keeps it up to date; without a script it is loaded again by itself. */
  readonly live: boolean;
  readonly metrics: boolean;
}

/** The whole document. */
export function document({ title, node, wallNow, body, live, metrics }: Page): string {
  const script = html`<script src="${ASSETS.script.path}" defer></script>
    <noscript><meta http-equiv="refresh" content="10" /></noscript>`;
  const made = html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <title>${title}</title>
        <link rel="stylesheet" href="${ASSETS.style.path}" />
        <link rel="icon" href="${ASSETS.icon.path}" />
        ${live ? script : undefined}
      </head>
      <body>
        <header>
          <h1>ftpair on ${node}</h1>
          <nav aria-label="Pages">
            <a href="/">Overview</a>
            <a href="/sessions">Sessions</a>
            ${metrics ? html`<a href="/metrics">Metrics</a>` : undefined}
          </nav>
          <p id="live" role="status">As of ${wallNow} UTC</p>
        </header>
        <main>${body}</main>
      </body>
    </html> `;
  return markup(made).trimStart();
}
