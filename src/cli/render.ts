/**
 * The status of a director as one screen of text. Pure: a picture in, a text out. It must not fetch anything,
 * nor decide whether the screen has colours.
 */
import { reasonClause } from '../alerts/reasons.js';
import type { ServerView, ServiceView, StatusView, TransitionView } from '../control/status.js';
import { alertsSection } from './alerts-screen.js';
import { createPaint, table, type Paint, type Tone } from './paint.js';
import { probeLines } from './probes-screen.js';
import { countWords, durationWords, endpointWords, measuredWords, reasonsWords } from './words.js';

export interface RenderOptions {
  readonly colour: boolean;
  /** Show every transition that the daemon remembers, with its steps. */
  readonly history: boolean;
  /** Show every server's last probe with the time of each step, not only those that failed. */
  readonly probes?: boolean;
}

/** The whole screen; ends with a newline. */
export function renderStatus(view: StatusView, options: RenderOptions): string {
  const paint = createPaint(options.colour);
  const sections = [
    head(view, paint),
    peerSection(view, paint),
    syncSection(view, paint),
    ...view.services.map((service) => serviceSection(service, paint, options.probes ?? false)),
    trackedSection(view, paint),
    sessionsSection(view, paint),
    alertsSection(view.alerts, paint),
    options.history ? historySection(view.history, paint) : [],
    warningsSection(view, paint),
  ];
  const texts = sections.filter((lines) => lines.length > 0).map((lines) => lines.join('\n'));
  return `${texts.join('\n\n')}\n`;
}

const ROLE_TONES: Readonly<Record<string, Tone>> = { active: 'good', backup: 'title', starting: 'warn' };

function head(view: StatusView, paint: Paint): string[] {
  const tone = Object.hasOwn(ROLE_TONES, view.role) ? (ROLE_TONES[view.role] ?? 'plain') : 'bad';
  const last = newestFirst(view.history)[0];
  const since = last === undefined ? '' : ` since ${durationWords(last.agoMillis)}`;
  const why = paint(`because ${reasonClause(view.reason)}`);
  const facts = [
    `running for ${durationWords(view.uptimeSeconds * 1000)}`,
    `version ${view.version}`,
    `term ${view.term}`,
    `${Math.round(view.residentMebibytes)} MiB`,
  ].join(', ');
  const realtime = view.realtime ? paint('real-time priority') : paint('no real-time priority', 'warn');
  return [
    `${paint(view.node, 'title')} is ${paint(view.role.toUpperCase(), tone)}${since}, ${why}`,
    `  ${paint(facts)}, ${realtime}`,
  ];
}

function peerSection({ peer }: StatusView, paint: Paint): string[] {
  const either = (good: boolean, yes: string, no: string): string =>
    good ? paint(yes, 'good') : paint(no, 'bad');
  const words = [
    either(peer.alive, 'alive', 'silent'),
    paint(peer.role),
    either(peer.ready, 'ready', 'not ready'),
    either(peer.inSync, 'in sync', 'not in sync'),
    either(peer.sameConfig, 'same config', 'another config'),
    ...peer.versions
      .filter(({ ours, theirs }) => theirs !== undefined && theirs !== ours)
      .map(({ format, ours, theirs }) => paint(`${format} version ${theirs} (here ${ours})`, 'bad')),
  ];
  const rows = peer.paths.map((path) => [
    paint(path.name),
    upDown(path.alive, paint),
    paint(measuredWords(path.rttMillis)),
    paint(String(path.received)),
    droppedCell(path.dropped, paint),
  ]);
  const titles = ['path', 'state', 'round trip', 'received', 'dropped'];
  return [
    `${paint('Peer', 'title')} ${paint(peer.name)}: ${words.join(', ')}`,
    ...titled(titles, rows, paint),
  ];
}

function droppedCell(dropped: Readonly<Record<string, number>>, paint: Paint): string {
  const words = reasonsWords(dropped);
  return words === '' ? paint('0') : paint(words, 'warn');
}

const DIRECTIONS: Readonly<Record<StatusView['sync']['direction'], string>> = {
  sending: 'sending to the peer',
  receiving: 'receiving from the peer',
  none: 'neither sending nor receiving',
};

function syncSection({ sync }: StatusView, paint: Paint): string[] {
  const state = sync.inSync ? paint('in sync', 'good') : paint('not in sync', 'bad');
  const detail = sync.detail === '' ? '' : paint(` (${sync.detail})`);
  const facts = [
    countWords(sync.flows, 'flow'),
    countWords(sync.expectations, 'expectation'),
    `backlog ${sync.backlog}`,
    countWords(sync.resends, 'resend'),
    countWords(sync.resyncs, 'resync'),
    countWords(sync.repairs, 'repair'),
    ...(sync.lag === undefined ? [] : [lagWords(sync.lag)]),
  ].join(', ');
  const [dropped, refused, healed] = [sync.dropped, sync.refused, sync.healed].map(reasonsWords);
  return [
    `${paint('Sync', 'title')}: ${paint(DIRECTIONS[sync.direction])}, ${state}${detail}`,
    `  ${paint(facts)}`,
    ...(dropped === '' ? [] : [`  ${paint(`dropped: ${dropped}`, 'warn')}`]),
    ...(refused === '' ? [] : [`  ${paint(`refused by this kernel: ${refused}`, 'warn')}`]),
    ...(healed === '' ? [] : [`  ${paint(`refused and healed at once: ${healed}`)}`]),
  ];
}

function lagWords({ p50, p99, max }: NonNullable<StatusView['sync']['lag']>): string {
  return `lag ${p50.toFixed(1)} ms (p99 ${p99.toFixed(1)}, max ${max.toFixed(1)})`;
}

function serviceSection(service: ServiceView, paint: Paint, probes: boolean): string[] {
  const rows = service.servers.map((server) => [
    paint(server.name),
    paint(endpointWords(server.address, server.port)),
    serverState(server, paint),
    paint(weightWords(server)),
    paint(String(server.sessions)),
    paint(measuredWords(server.echoMillis)),
    reasonCell(server, paint),
  ]);
  const titles = ['server', 'address', 'state', 'weight', 'sessions', 'echo', 'reason'];
  const up = service.servers.filter((server) => server.up).length;
  const count = paint(
    `${up} of ${countWords(service.servers.length, 'server')} up`,
    up === 0 ? 'bad' : 'plain',
  );
  const where = paint(`${service.name} ${endpointWords(service.address, service.port)}`);
  return [
    `${paint('Service', 'title')} ${where}: ${count}`,
    ...titled(titles, [...rows, ...sorryRow(service, paint)], paint),
    ...probeLines(service, paint, probes),
    ...clientLines(service, paint),
  ];
}

const LIMIT_WORDS: Readonly<Record<string, string>> = {
  sessionsPerServer: 'no server had room',
  sessionsPerClient: 'over sessions_per_client',
  newPerSecondPerClient: 'over new_per_second_per_client',
};

/** Only what the service has: persistence, and limits that have refused something. */
function clientLines({ remembered, refused }: ServiceView, paint: Paint): string[] {
  const over = Object.entries(refused ?? {})
    .filter(([, count]) => count > 0)
    .map(([limit, count]) => `${count} ${LIMIT_WORDS[limit] ?? limit}`);
  return [
    ...(remembered === undefined
      ? []
      : [paint(`  ${countWords(remembered, 'client')} kept to a server by persistence`)]),
    ...(over.length === 0 ? [] : [paint(`  refused since the start: ${over.join(', ')}`, 'warn')]),
  ];
}

/** What is added to up or down; nothing where the checks alone decide. */
const STANDINGS: Readonly<Record<string, string>> = {
  slowStart: ', slow start',
  held: ', held by min_servers',
  forcedUp: ', forced up',
  drained: ', drained',
  forcedDown: ', forced down',
};

/** The verdict, what an operator ordered, and that the kernel has not followed yet. */
function serverState({ up, inRotation, full, standing, effectiveWeight }: ServerView, paint: Paint): string {
  const words = Object.hasOwn(STANDINGS, standing) ? (STANDINGS[standing] ?? '') : '';
  const room = full === true && effectiveWeight > 0 ? paint(', full', 'warn') : '';
  const wanted = effectiveWeight > 0 && full !== true;
  const changing = inRotation === wanted ? '' : paint(', being changed', 'warn');
  const state = standing === 'unproven' ? paint('unchecked', 'warn') : upDown(up, paint);
  return `${state}${paint(words, 'warn')}${room}${changing}`;
}

/** `2`; `2 (config 1)` by an operator; `0.3 of 2` in a slow start. */
function weightWords({ weight, orders, standing, effectiveWeight }: ServerView): string {
  const full = orders.weight ?? weight;
  const share = standing === 'slowStart' ? `${Math.round(effectiveWeight * 10) / 10} of ` : '';
  return `${share}${full}${full === weight ? '' : ` (config ${weight})`}`;
}

/** The reason of the verdict, and the peer's where that one thinks differently. */
function reasonCell({ reason, verdicts: { here, peer } }: ServerView, paint: Paint): string {
  const known = here.verdict !== 'unknown' && peer.verdict !== 'unknown';
  if (!known || here.verdict === peer.verdict) return paint(reason);
  return `${paint(`here ${here.verdict} (${here.reason})`)}${paint(`, peer ${peer.verdict} (${peer.reason})`, 'warn')}`;
}

function sorryRow({ sorry }: ServiceView, paint: Paint): string[][] {
  if (sorry === undefined) return [];
  const state = sorry.serving ? paint('serving', 'warn') : paint('waiting');
  const where = paint(endpointWords(sorry.address, sorry.port));
  return [[paint('sorry'), where, state, paint('-'), paint(String(sorry.sessions)), paint('-'), '']];
}

function trackedSection({ tracked }: StatusView, paint: Paint): string[] {
  if (tracked.length === 0) return [];
  const rows = tracked.map(({ address, alive, echoMillis }) => [
    paint(address),
    upDown(alive, paint),
    paint(measuredWords(echoMillis)),
  ]);
  return [paint('Tracked', 'title'), ...titled(['address', 'state', 'echo'], rows, paint)];
}

function sessionsSection({ sessions }: StatusView, paint: Paint): string[] {
  const facts = `${sessions.control} control, ${sessions.data} data, ${sessions.announced} announced`;
  return [`${paint('Sessions', 'title')}: ${paint(facts)}`];
}

function historySection(history: readonly TransitionView[], paint: Paint): string[] {
  if (history.length === 0) return [`${paint('History', 'title')}: ${paint('no change yet')}`];
  const rows = newestFirst(history).map(({ agoMillis, from, to, reason, steps }) => [
    paint(`${durationWords(agoMillis)} ago`),
    paint(`${from} → ${to}`),
    paint(reason),
    paint(steps.map(({ step, atMillis }) => `${step} ${atMillis.toFixed(1)}`).join(', ')),
  ]);
  return [paint('History', 'title'), ...titled(['when', 'change', 'reason', 'steps (ms)'], rows, paint)];
}

function warningsSection({ warnings }: StatusView, paint: Paint): string[] {
  if (warnings.length === 0) return [`${paint('Warnings', 'title')}: ${paint('none')}`];
  return [paint('Warnings', 'title'), ...warnings.map((warning) => `  ${paint(warning, 'warn')}`)];
}

function upDown(up: boolean, paint: Paint): string {
  return up ? paint('up', 'good') : paint('down', 'bad');
}

function titled(titles: readonly string[], rows: readonly (readonly string[])[], paint: Paint): string[] {
  if (rows.length === 0) return [];
  return table([titles.map((title) => paint(title, 'faint')), ...rows]);
}

/** The daemon's order is not relied upon. */
function newestFirst(history: readonly TransitionView[]): readonly TransitionView[] {
  return history.toSorted((a, b) => a.agoMillis - b.agoMillis);
}
