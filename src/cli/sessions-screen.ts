/**
 * The list of sessions as text: one line for each, and one for all. Pure: the list in, a text out. It must not fetch
 * anything, nor decide what survives.
 */
import { lossWords } from '../control/loss-words.js';
import type { LostReason, SessionView } from '../control/sessions.js';
import { createPaint, table, type Paint } from './paint.js';
import { bytesWords, countWords, durationWords, endpointWords } from './words.js';

/** What `ftpair sessions` found, and what it was asked to leave out. */
export interface SessionsList {
  readonly node: string;
  readonly role: string;
  /** Control connections that the director knows, whether they were asked for or not. */
  readonly known: number;
  readonly sessions: readonly SessionView[];
  /** There are more that match. */
  readonly more: boolean;
  /** Only some were asked for: by client or server, or those that would be lost. */
  readonly filtered: boolean;
}

const TITLES = [
  'client',
  'service',
  'server',
  'state',
  'data channel',
  'to client',
  'from client',
  'since',
  'survives',
];

/** The whole text; ends with a newline. */
export function renderSessions(list: SessionsList, colour: boolean): string {
  const paint = createPaint(colour);
  const rows = list.sessions.map((session) => row(session, paint));
  const lines = rows.length === 0 ? [] : table([TITLES.map((title) => paint(title, 'faint')), ...rows]);
  return `${[...lines, total(list, paint)].join('\n')}\n`;
}

function row(session: SessionView, paint: Paint): string[] {
  const { client, service, state, bytesToClient, bytesFromClient, agoMillis } = session;
  return [
    paint(endpointWords(client.address, client.port)),
    paint(`${service.name} ${endpointWords(service.address, service.port)}`),
    serverCell(session, paint),
    paint(state),
    paint(channelWords(session)),
    paint(bytesWords(bytesToClient)),
    paint(bytesWords(bytesFromClient)),
    paint(durationWords(agoMillis)),
    survivalCell(session, paint),
  ];
}

/** Why the server gets no new sessions stands behind its name. */
const STANDINGS: Readonly<Record<string, string>> = {
  down: 'down',
  drained: 'drained',
  forcedDown: 'forced down',
  forcedUp: 'forced up',
  held: 'held',
  noWeight: 'weight 0',
};

function serverCell({ server, standing }: SessionView, paint: Paint): string {
  if (!Object.hasOwn(STANDINGS, standing)) return paint(server);
  return `${paint(server)}${paint(` (${STANDINGS[standing] ?? ''})`, 'warn')}`;
}

function channelWords({ mode, dataChannels }: SessionView): string {
  return dataChannels > 1 ? `${mode ?? '-'} ×${dataChannels}` : (mode ?? '-');
}

function survivalCell({ survives, reason, part }: SessionView, paint: Paint): string {
  if (survives) return paint('yes', 'good');
  const why = reason === undefined ? '' : `: ${lossWords(reason, part)}`;
  return paint(`no${why}`, 'bad');
}

function total({ node, role, known, sessions, more, filtered }: SessionsList, paint: Paint): string {
  const lost = sessions.filter(({ survives }) => !survives);
  const kept = sessions.length - lost.length;
  const reasons = counted(lost.flatMap(({ reason }) => reason ?? []));
  const shown = more
    ? `the first ${countWords(sessions.length, 'session')}`
    : countWords(sessions.length, 'session');
  const among = more || filtered ? ` of ${known}` : '';
  const verdict = [
    paint(`${kept} would survive a failover now`),
    ...(lost.length === 0 ? [] : [paint(`${lost.length} would not (${reasons})`, 'bad')]),
  ].join(', ');
  const further = more ? '; more with --limit' : '';
  const counts = sessions.length === 0 ? '' : `: ${verdict}`;
  return `${paint(`${shown}${among} on ${node} (${role})`)}${counts}${further}`;
}

/** `unacknowledged 2, tableFull 1`, the most frequent first. */
function counted(reasons: readonly LostReason[]): string {
  const counts = new Map<LostReason, number>();
  for (const reason of reasons) counts.set(reason, (counts.get(reason) ?? 0) + 1);
  return [...counts]
    .toSorted(([, a], [, b]) => b - a)
    .map(([reason, count]) => `${reason} ${count}`)
    .join(', ');
}
