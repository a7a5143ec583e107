/** The list of sessions as a page: what was asked for, one row for each session, and the way to the next page. Pure. */
import { lossWords } from '../control/loss-words.js';
import { parseSessionsQuery, sessionsUrl } from '../control/sessions-query.js';
import type { Parsed } from '../control/schema.js';
import type { SessionsPage, SessionsQuery, SessionView } from '../control/sessions.js';
import { bytesWords, countWords, durationWords, endpointWords } from '../words.js';
import { html, type Html, type Piece } from './escape.js';
import { badge, table } from './pieces.js';

/** So many are on a page unless the address says otherwise, and so many at most. */
const PAGE = 100;
const LARGEST = 500;

/** Reads the query string of a browser, which sends the fields that were left empty as well. */
export function readQuery(params: URLSearchParams): Parsed<SessionsQuery> {
  const filled = new URLSearchParams([...params].filter(([, value]) => value !== ''));
  if (!filled.has('limit')) filled.set('limit', String(PAGE));
  const query = parseSessionsQuery(filled);
  if (!query.ok || query.value.limit <= LARGEST) return query;
  return { ok: false, complaint: `"limit" must be at most ${LARGEST}` };
}

const COLUMNS = [
  'client',
  'service',
  'server',
  'state',
  'data channel',
  'to client',
  'from client',
  'since',
  'survives a failover',
];

export function sessionsView(page: SessionsPage, query: SessionsQuery): Html {
  return html`<section id="sessions-list">
    <h2>Sessions</h2>
    ${form(query)}
    <p>${total(page)}</p>
    ${table('FTP sessions of this director', COLUMNS, page.sessions.map(row), 'none on this page')}
    <nav class="pages" aria-label="Pages">
      ${query.after === undefined ? undefined : html`<a href="${first(query)}">First page</a>`}
      ${page.next === undefined ? undefined : html`<a rel="next" href="${next(query, page.next)}">Next page</a>`}
    </nav>
  </section>`;
}

function form({ client = '', server = '', lost }: SessionsQuery): Html {
  const box = html`<input type="checkbox" name="lost" value="true" />`;
  const checked = html`<input type="checkbox" name="lost" value="true" checked />`;
  return html`<form action="/sessions" method="get">
    <label>Client <input name="client" value="${client}" placeholder="any address" size="16" /></label>
    <label>Server <input name="server" value="${server}" placeholder="any name" size="12" /></label>
    <label>${lost ? checked : box} only those that would be lost</label>
    <button>Show</button>
  </form>`;
}

function first(query: SessionsQuery): string {
  return sessionsUrl({ ...query, after: undefined });
}

function next(query: SessionsQuery, after: number): string {
  return sessionsUrl({ ...query, after });
}

function total({ node, role, known, sessions }: SessionsPage): string {
  const lost = sessions.filter(({ survives }) => !survives).length;
  const all = `${countWords(known, 'session')} on ${node} (${role})`;
  if (sessions.length === 0) return all;
  return `${all}; of the ${sessions.length} on this page ${sessions.length - lost} would survive a failover now, ${lost} would not`;
}

function row(session: SessionView): readonly Piece[] {
  const { client, service, server, state, bytesToClient, bytesFromClient, agoMillis } = session;
  return [
    endpointWords(client.address, client.port),
    `${service.name} ${endpointWords(service.address, service.port)}`,
    server,
    state,
    channelWords(session),
    bytesWords(bytesToClient),
    bytesWords(bytesFromClient),
    durationWords(agoMillis),
    survival(session),
  ];
}

function channelWords({ mode, dataChannels }: SessionView): string {
  return dataChannels > 1 ? `${mode ?? '-'} ×${dataChannels}` : (mode ?? '-');
}

function survival({ survives, reason, part }: SessionView): Html {
  if (survives) return badge('yes', 'good');
  return badge(reason === undefined ? 'no' : `no: ${lossWords(reason, part)}`, 'bad');
}
