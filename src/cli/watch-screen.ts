/**
 * The live screen of `ftpair watch`: one look at the daemon and a size in, lines out. Pure: no clock, no terminal. Marks
 * stand in the first column of what has changed since the look before.
 */
import { reasonClause } from '../alerts/reasons.js';
import type { EventView } from '../control/events.js';
import type { SessionsPage, SessionView } from '../control/sessions.js';
import type { StatusView } from '../control/status.js';
import { type Paint, table, type Tone } from './paint.js';
import { standingTone, weightWords } from './servers-screen.js';
import type { Change } from './watch-changes.js';
import { fit, type Part, type Size } from './watch-fit.js';
import { countWords, durationWords, endpointWords, measuredWords } from './words.js';

/** What one look has shown. */
export interface Look {
  /** The last status there was; undefined before the first. */
  readonly view: StatusView | undefined;
  /** Since the look before. */
  readonly changes: readonly Change[];
  /** The newest last. */
  readonly events: readonly EventView[];
  readonly sessions: SessionsPage | undefined;
  /** Why nobody answers; undefined while somebody does. */
  readonly away: { readonly problem: string; readonly sinceMillis: number } | undefined;
}

/** The whole screen, from top to bottom. */
export function watchLines(look: Look, size: Size, paint: Paint): readonly string[] {
  const { view, changes } = look;
  const mark = (subject: string): string =>
    changes.some((change) => change.subject === subject) ? paint('*', 'warn') : ' ';
  const parts = [awayPart(look, paint), ...(view === undefined ? [] : viewParts(look, view, mark, paint))];
  return fit([...parts.filter(({ lines }) => lines.length > 0), hintPart(paint)], size);
}

type Mark = (subject: string) => string;

function viewParts(look: Look, view: StatusView, mark: Mark, paint: Paint): readonly Part[] {
  return [
    part(1, 2, rolesLines(view, mark, paint)),
    part(3, 3, pathLines(view, mark, paint)),
    part(2, 1, syncLines(view, mark, paint)),
    part(5, 3, serverLines(view, mark, paint)),
    part(6, 2, sessionLines(look.sessions, view, mark, paint)),
    part(4, 3, eventLines(look.events, mark, paint)),
  ];
}

function part(rank: number, least: number, lines: readonly string[]): Part {
  return { rank, least, lines };
}

function awayPart({ away, view }: Look, paint: Paint): Part {
  if (away === undefined) return part(0, 1, []);
  const old = view === undefined ? [] : [paint('  What follows is how it was before.', 'faint')];
  const words = `No answer for ${durationWords(away.sinceMillis)}: ${away.problem}; trying on`;
  return part(0, 2, [paint(words, 'bad'), ...old]);
}

function hintPart(paint: Paint): Part {
  return part(9, 0, [paint('q ends; * has changed', 'faint')]);
}

const ROLE_TONES: Readonly<Record<string, Tone>> = { active: 'good', backup: 'title' };

function rolesLines(
  { node, role, reason, history, uptimeSeconds, peer, outlook }: StatusView,
  mark: Mark,
  paint: Paint,
): string[] {
  const ago = history.length === 0 ? uptimeSeconds * 1000 : Math.min(...history.map((h) => h.agoMillis));
  const tone = ROLE_TONES[role] ?? 'warn';
  const facts = [
    peer.alive ? paint('heard', 'good') : paint('not heard', 'bad'),
    peer.ready ? paint('ready', 'good') : paint('not ready', 'bad'),
    // An active has nobody to be in sync with.
    ...(peer.role === 'active'
      ? []
      : [peer.inSync ? paint('in sync', 'good') : paint('not in sync', 'warn')]),
    ...(peer.sameConfig ? [] : [paint('another config', 'bad')]),
  ];
  return [
    `${mark('role')} ${paint(node, 'title')} ${paint(role.toUpperCase(), tone)} since ${durationWords(ago)}, because ${paint(reasonClause(reason))}`,
    `${mark('peer')} ${paint(peer.name, 'title')} ${paint(peer.role.toUpperCase(), ROLE_TONES[peer.role] ?? 'warn')} ${facts.join(', ')}`,
    ...(outlook === undefined ? [] : [outlookLine(node, peer.name, outlook, mark, paint)]),
  ];
}

function outlookLine(
  node: string,
  peer: string,
  { ifThisDied: { serves, withinMillis }, handover }: NonNullable<StatusView['outlook']>,
  mark: Mark,
  paint: Paint,
): string {
  const words = {
    here: paint(`${node} serves`, 'good'),
    peer: paint(withinMillis === 0 ? `${peer} serves on` : `${peer} takes over`, 'good'),
    nobody: paint('nobody would serve', 'bad'),
    unknown: paint('not known who would serve', 'warn'),
  } as const;
  const moving = handover.possible ? paint('possible', 'good') : paint('refused', 'warn');
  return `${mark('outlook')} if ${paint(node)} died now: ${words[serves]}; handover: ${moving}`;
}

function pathLines({ peer }: StatusView, mark: Mark, paint: Paint): string[] {
  const rows = peer.paths.map(({ name, alive, rttMillis }) => [
    mark(`path:${name}`),
    paint(name),
    alive ? paint('alive', 'good') : paint('dead', 'bad'),
    paint(measuredWords(rttMillis)),
  ]);
  return rows.length === 0 ? [] : columns(['', 'pulse path', 'state', 'round trip'], rows, paint);
}

function syncLines({ sync }: StatusView, mark: Mark, paint: Paint): string[] {
  const state = sync.inSync ? paint('in sync', 'good') : paint('not in sync', 'bad');
  const detail = sync.detail === '' ? '' : paint(` (${sync.detail})`);
  const lag =
    sync.lag === undefined ? 'lag -' : `lag ${sync.lag.p50.toFixed(1)} ms, p99 ${sync.lag.p99.toFixed(1)}`;
  const facts = `${sync.direction}, ${state}${detail}, ${paint(`${lag}, backlog ${sync.backlog}, ${countWords(sync.flows, 'flow')}`)}`;
  return [`${mark('sync')} ${paint('sync', 'title')} ${facts}`];
}

function serverLines({ services }: StatusView, mark: Mark, paint: Paint): string[] {
  const rows = services.flatMap((service) =>
    service.servers.map((server) => [
      mark(`server:${service.name}/${server.name}`),
      paint(`${service.name}/${server.name}`),
      paint(server.standing, standingTone(server)),
      paint(weightWords(server)),
      paint(String(server.sessions)),
      paint(server.reason),
    ]),
  );
  return rows.length === 0
    ? []
    : columns(['', 'server', 'standing', 'weight', 'sessions', 'reason'], rows, paint);
}

function sessionLines(
  page: SessionsPage | undefined,
  { sessions }: StatusView,
  mark: Mark,
  paint: Paint,
): string[] {
  const counts = `${sessions.control} control, ${sessions.data} data, ${sessions.announced} announced`;
  const title = `${mark('sessions')} ${paint('sessions', 'title')} ${paint(counts)}`;
  const rows = (page?.sessions ?? []).map((session) => sessionRow(session, paint));
  const more = page?.next === undefined ? [] : [`    ${paint('… and others', 'faint')}`];
  return [title, ...(rows.length === 0 ? [] : table(rows).map((line) => `  ${line}`)), ...more];
}

function sessionRow({ client, server, state, mode, survives, reason }: SessionView, paint: Paint): string[] {
  return [
    paint(endpointWords(client.address, client.port)),
    paint(server),
    paint(mode === undefined ? state : `${state} (${mode})`),
    survives ? paint('safe', 'good') : paint(`not safe: ${reason ?? ''}`, 'bad'),
  ];
}

const SEVERITY_TONES: Readonly<Record<string, Tone>> = { crit: 'bad', err: 'bad', warning: 'warn' };

/** The newest first, for the last ones are cut off. */
function eventLines(events: readonly EventView[], mark: Mark, paint: Paint): string[] {
  if (events.length === 0) return [];
  const lines = events.toReversed().map(({ number, time, id, severity, text }) => {
    const when = paint(time.slice(11, 19), 'faint');
    return `${mark(`event:${number}`)} ${when} ${paint(id, SEVERITY_TONES[severity] ?? 'plain')} ${paint(text)}`;
  });
  return [`  ${paint('events', 'title')} ${paint('(UTC, newest first)', 'faint')}`, ...lines];
}

/** A table whose first column is the mark. */
function columns(titles: readonly string[], rows: readonly (readonly string[])[], paint: Paint): string[] {
  const marks = rows.map(([first = ' ']) => first);
  const lines = table([
    titles.slice(1).map((title) => paint(title, 'faint')),
    ...rows.map((row) => row.slice(1)),
  ]);
  return lines.map((line, index) => `${index === 0 ? ' ' : (marks[index - 1] ?? ' ')}${line.slice(1)}`);
}
