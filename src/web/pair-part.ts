/** The pair on the page: both directors, what keeps them apart, and the pulse between them. Pure. */
import { reasonClause } from '../alerts/reasons.js';
import type { PathView, StatusView } from '../control/status.js';
import { durationWords, measuredWords, reasonsWords } from '../words.js';
import { html, type Html } from './escape.js';
import { badge, facts, table, verdict } from './pieces.js';

/** The headline and the two directors. */
export function pairPart(view: StatusView): Html {
  const { peer } = view;
  return html`<h2>The pair</h2>
    <p class="headline">${headline(view)}</p>
    <div class="cards">
      <section class="card">
        <h3>${view.node} ${badge(view.role, toneOf(view.role))}</h3>
        ${facts([
          ['why', reasonClause(view.reason)],
          ['since', sinceWords(view)],
          ['in sync', view.role === 'active' ? undefined : verdict(view.sync.inSync, 'yes', 'no')],
          ['running for', durationWords(view.uptimeSeconds * 1000)],
          ['term', view.term],
          ['version', view.version],
          ['memory', `${Math.round(view.residentMebibytes)} MiB`],
          ['priority', verdict(view.realtime, 'real-time', 'not real-time')],
        ])}
      </section>
      <section class="card">
        <h3>${peer.name} ${badge(peer.role, toneOf(peer.role))}</h3>
        ${facts([
          ['is heard', verdict(peer.alive, 'yes', 'no: silent')],
          ['ready to serve', verdict(peer.ready, 'yes', 'no')],
          // Of an active this says nothing: the other one is filled from it.
          ['in sync', peer.role === 'active' ? undefined : verdict(peer.inSync, 'yes', 'no')],
          ['config', verdict(peer.sameConfig, 'the same', 'another one')],
          ['formats', versions(view)],
        ])}
      </section>
    </div>`;
}

/** `alpha is active; beta is backup and could take over at once`. */
export function headline({ node, role, peer, sync }: StatusView): string {
  const [active, other] = role === 'active' ? [node, peer.name] : [peer.name, node];
  if (role !== 'active' && peer.role !== 'active') return `${node} is ${role}; nobody is known to be active`;
  if (!peer.alive) return `${active} is active; ${peer.name} is not heard`;
  const able = role === 'active' ? peer.inSync && peer.ready : sync.inSync;
  return `${active} is active; ${other} ${able ? 'could take over at once' : 'could not take over with all sessions'}`;
}

function sinceWords({ history }: StatusView): string {
  const newest = Math.min(...history.map(({ agoMillis }) => agoMillis));
  return newest === Infinity ? 'the start' : durationWords(newest);
}

function versions({ peer }: StatusView): Html {
  const wrong = peer.versions.filter(({ ours, theirs }) => theirs !== undefined && theirs !== ours);
  const words = wrong.map(({ format, ours, theirs }) => `${format} ${theirs ?? 0} (here ${ours})`).join(', ');
  return verdict(wrong.length === 0, 'fit', words);
}

function toneOf(role: string): 'good' | 'calm' | 'bad' {
  if (role === 'active') return 'good';
  return role === 'backup' ? 'calm' : 'bad';
}

/** The pulse, path by path. */
export function pulsePart({ peer }: StatusView): Html {
  return html`<h2>Pulse</h2>
    ${table(
      `Paths between the directors`,
      ['path', 'peer is heard', 'round trip', 'received', 'dropped'],
      peer.paths.map(pathRow),
    )}`;
}

function pathRow({ name, alive, rttMillis, received, dropped }: PathView): readonly (Html | string)[] {
  const lost = reasonsWords(dropped);
  return [
    name,
    verdict(alive, 'yes', 'no'),
    measuredWords(rttMillis),
    String(received),
    lost === '' ? '0' : badge(lost, 'warn'),
  ];
}

/** What the daemon warns of, and what an alert has begun and none has ended; empty where all is well. */
export function warningsPart({ warnings, alerts }: StatusView): Html {
  const open = alerts.open.map(
    ({ id, subject, agoMillis }) =>
      html`<li>
        <code>${id}</code> ${subject}${subject === '' ? '' : ','} for ${durationWords(agoMillis)}
      </li>`,
  );
  const items = [...warnings.map((warning) => html`<li>${warning}</li>`), ...open];
  if (items.length === 0) return html``;
  return html`<h2>Warnings</h2>
    <ul class="warnings">
      ${items}
    </ul>`;
}
