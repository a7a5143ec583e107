/** The services with their real servers, on the page. Pure. */
import type { ServerView, ServiceView, StatusView } from '../control/status.js';
import { countWords, endpointWords, measuredWords } from '../words.js';
import { html, type Html, type Piece } from './escape.js';
import { badge, table, verdict } from './pieces.js';
import { probeCell } from './probe-cell.js';

const COLUMNS = ['server', 'address', 'state', 'weight', 'sessions', 'echo', 'last probe'];

export function serversPart({ services }: StatusView, wallNow: number): Html {
  return html`<h2>Servers</h2>
    ${services.map((service) => serviceTable(service, wallNow))}`;
}

function serviceTable(service: ServiceView, wallNow: number): Html {
  const { servers, sorry } = service;
  const up = servers.filter((server) => server.up).length;
  const caption = `${service.name} ${endpointWords(service.address, service.port)}: ${up} of ${countWords(servers.length, 'server')} up`;
  const rows = servers.map((server) => serverRow(service, server, wallNow));
  return html`${table(caption, COLUMNS, [...rows, ...(sorry === undefined ? [] : [sorryRow(sorry)])])}
  ${clientLines(service)}`;
}

function serverRow(service: ServiceView, server: ServerView, wallNow: number): readonly Piece[] {
  return [
    server.name,
    endpointWords(server.address, server.port),
    stateCell(server),
    weightWords(server),
    server.sessions,
    measuredWords(server.echoMillis),
    probeCell(`probe ${service.name} ${server.name}`, server.probe, wallNow),
  ];
}

function sorryRow(sorry: NonNullable<ServiceView['sorry']>): readonly Piece[] {
  const state = sorry.serving ? badge('serving', 'warn') : 'waiting';
  return ['sorry server', endpointWords(sorry.address, sorry.port), state, '-', sorry.sessions, '-', '-'];
}

/** Why a server gets new sessions, or none, where the checks alone do not decide. */
const STANDINGS: Readonly<Record<string, string>> = {
  slowStart: 'slow start',
  held: 'held by min_servers',
  forcedUp: 'forced up',
  drained: 'drained',
  forcedDown: 'forced down',
  noWeight: 'weight 0',
};

function stateCell(server: ServerView): Html {
  const { standing, verdicts, full, up, reason } = server;
  const word = Object.hasOwn(STANDINGS, standing) ? STANDINGS[standing] : undefined;
  const { here, peer } = verdicts;
  const differ = here.verdict !== peer.verdict && here.verdict !== 'unknown' && peer.verdict !== 'unknown';
  return html`${standing === 'unproven' ? badge('unchecked', 'warn') : verdict(up, 'up', `down: ${reason}`)}
  ${word && badge(word, 'warn')} ${full === true ? badge('full', 'warn') : undefined}
  ${differ ? badge(`here ${here.verdict} (${here.reason}), peer ${peer.verdict} (${peer.reason})`, 'warn') : undefined}`;
}

/** `2`; `2 (config 1)` by an operator; `0.3 of 2` in a slow start. */
function weightWords({ weight, orders, standing, effectiveWeight }: ServerView): string {
  const full = orders.weight ?? weight;
  const share = standing === 'slowStart' ? `${Math.round(effectiveWeight * 10) / 10} of ` : '';
  return `${share}${full}${full === weight ? '' : ` (config ${weight})`}`;
}

/** Only what the service has: persistence, and limits that have refused something. */
function clientLines({ remembered, refused }: ServiceView): Html {
  const over = Object.entries(refused ?? {}).filter(([, count]) => count > 0);
  return html`${
    remembered === undefined
      ? undefined
      : html`<p>${countWords(remembered, 'client')} kept to a server by persistence</p>`
  }
  ${
    over.length === 0
      ? undefined
      : html`<p>Refused by limits: ${over.map(([limit, count]) => `${limit} ${count}`).join(', ')}</p>`
  }`;
}
