/**
 * What has changed between two looks at a director: for the marks of the live screen, and as the lines of `ftpair watch`
 * where nobody looks at a screen. Pure. It must not judge what is good or bad.
 */
import { reasonClause } from '../alerts/reasons.js';
import type { EventView } from '../control/events.js';
import type { StatusView } from '../control/status.js';
import { countWords } from './words.js';

/** `subject` names the part of the screen: `role`, `peer`, `sync`, `outlook`, `sessions`, `path:NAME`, `server:SERVICE/NAME`, `tracked:ADDRESS`, `event:NUMBER`, `warnings`. */
export interface Change {
  readonly subject: string;
  /** Undefined for what changes all the time: worth a mark, not a line. */
  readonly text: string | undefined;
}

/** What `after` has that `before` had not; events by their numbers. */
export function changesBetween(
  before: StatusView,
  after: StatusView,
  events: readonly EventView[],
): readonly Change[] {
  return [
    ...roleChanges(before, after),
    ...peerChanges(before, after),
    ...syncChanges(before, after),
    ...outlookChanges(before, after),
    ...serverChanges(before, after),
    ...trackedChanges(before, after),
    ...warningChanges(before, after),
    ...numbers(before, after),
    ...events.map(({ number, id, text }) => change(`event:${number}`, `${id}: ${text}`)),
  ];
}

/** One line that says how all of it stands, for the begin and after a time without an answer. */
export function standLine({ node, role, peer, services, sessions }: StatusView): string {
  const servers = services.flatMap((service) => service.servers);
  const serving = servers.filter(({ effectiveWeight }) => effectiveWeight > 0).length;
  const other = peer.alive ? `${peer.role}${peer.inSync ? ', in sync' : ''}` : 'not heard';
  return (
    `${node} is ${role}, ${peer.name} ${other}, ` +
    `${serving} of ${countWords(servers.length, 'server')} with new sessions, ${countWords(sessions.control, 'session')}`
  );
}

function change(subject: string, text: string | undefined): Change {
  return { subject, text };
}

function roleChanges(before: StatusView, after: StatusView): readonly Change[] {
  if (before.role === after.role && before.term === after.term) return [];
  const why = reasonClause(after.reason);
  return [change('role', `${after.node}: ${before.role} → ${after.role}, because ${why}`)];
}

function peerChanges({ peer: before }: StatusView, { peer: after }: StatusView): readonly Change[] {
  const { name } = after;
  const words = [
    ...differing(before.alive, after.alive, 'heard', 'not heard'),
    ...(before.role === after.role ? [] : [`${before.role} → ${after.role}`]),
    ...differing(before.ready, after.ready, 'ready', 'not ready'),
    ...differing(before.inSync, after.inSync, 'in sync', 'not in sync'),
    ...differing(before.sameConfig, after.sameConfig, 'the same config', 'another config'),
  ];
  const paths = after.paths.flatMap((path) => {
    const old = before.paths.find((candidate) => candidate.name === path.name);
    if (old === undefined || old.alive === path.alive) return [];
    return [change(`path:${path.name}`, `path ${path.name}: ${path.alive ? 'alive' : 'dead'}`)];
  });
  return [...(words.length === 0 ? [] : [change('peer', `${name}: ${words.join(', ')}`)]), ...paths];
}

function syncChanges(before: StatusView, after: StatusView): readonly Change[] {
  const words = [
    ...(before.sync.direction === after.sync.direction ? [] : [after.sync.direction]),
    ...differing(before.sync.inSync, after.sync.inSync, 'in sync', 'not in sync'),
  ];
  if (words.length === 0) return [];
  const detail = after.sync.detail === '' ? '' : ` (${after.sync.detail})`;
  return [change('sync', `sync: ${words.join(', ')}${detail}`)];
}

function outlookChanges(
  { outlook: before }: StatusView,
  { node, outlook: after }: StatusView,
): readonly Change[] {
  if (before === undefined || after === undefined) return [];
  const [was, is] = [before.ifThisDied.serves, after.ifThisDied.serves];
  return was === is ? [] : [change('outlook', `if ${node} died now, who would serve: ${was} → ${is}`)];
}

function serverChanges(before: StatusView, after: StatusView): readonly Change[] {
  return after.services.flatMap((service) =>
    service.servers.flatMap((server) => {
      const old = before.services
        .find(({ name }) => name === service.name)
        ?.servers.find(({ name }) => name === server.name);
      const subject = `server:${service.name}/${server.name}`;
      if (old === undefined)
        return [change(subject, `server ${service.name}/${server.name}: new in the config`)];
      if (old.standing !== server.standing)
        return [
          change(subject, `server ${service.name}/${server.name}: ${old.standing} → ${server.standing}`),
        ];
      return old.sessions === server.sessions && old.effectiveWeight === server.effectiveWeight
        ? []
        : [change(subject, undefined)];
    }),
  );
}

function trackedChanges(before: StatusView, after: StatusView): readonly Change[] {
  return after.tracked.flatMap(({ address, alive }) => {
    const old = before.tracked.find((candidate) => candidate.address === address);
    if (old === undefined || old.alive === alive) return [];
    return [change(`tracked:${address}`, `tracked ${address}: ${alive ? 'answers' : 'silent'}`)];
  });
}

function warningChanges(before: StatusView, after: StatusView): readonly Change[] {
  const fresh = after.warnings.filter((text) => !before.warnings.includes(text));
  const over = before.warnings.filter((text) => !after.warnings.includes(text));
  return [
    ...fresh.map((text) => change('warnings', `warning: ${text}`)),
    ...over.map((text) => change('warnings', `warning over: ${text}`)),
  ];
}

/** Counts that move with every session. */
function numbers({ sessions: before }: StatusView, { sessions: after }: StatusView): readonly Change[] {
  const same =
    before.control === after.control && before.data === after.data && before.announced === after.announced;
  return same ? [] : [change('sessions', undefined)];
}

function differing(before: boolean, after: boolean, yes: string, no: string): readonly string[] {
  return before === after ? [] : [after ? yes : no];
}
