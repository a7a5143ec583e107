/**
 * The status of a running director, put together from what its rooms say about themselves. Pure.
 */
import type { Config, RealServer } from '../config/model.js';
import type { Flow } from '../conntrack/flow.js';
import { isData } from '../conntrack/mark.js';
import { isOver } from '../conntrack/over.js';
import type {
  FormatVersions,
  PathView,
  ProbeView,
  ServerView,
  StatusView,
  TransitionView,
} from '../control/status.js';
import type { AlertsView } from '../control/alerts-view.js';
import type { EchoView } from '../nanny/echo.js';
import type { NannyView } from '../nanny/nanny.js';
import type { Outlook, PathReport, PeerReport, Role, Transition } from '../pulse/face.js';
import type { ReplicatorView } from '../replication/replicator.js';
import type { ServerPicture } from '../rotation/board.js';
import { NO_ORDERS } from '../rotation/orders.js';
import { formatAddress } from '../sockaddr.js';
import { alertsWarnings } from './alerts-picture.js';
import type { ServiceClients } from './client-side.js';
import { sameConfig } from './news.js';
import { outlookView } from './outlook-view.js';

export interface PictureParts {
  readonly version: string;
  readonly config: Config;
  readonly self: 0 | 1;
  readonly now: number;
  readonly startedAt: number;
  readonly role: Role;
  readonly term: number;
  readonly history: readonly Transition[];
  /** Undefined while it is not known. */
  readonly outlook?: Outlook | undefined;
  readonly peer: PeerReport | undefined;
  readonly versions: readonly FormatVersions[];
  readonly paths: readonly PathReport[];
  readonly replication: ReplicatorView;
  readonly flows: readonly Flow[];
  readonly nannies: readonly NannyView[];
  readonly echo: readonly EchoView[];
  readonly standing: (service: string, server: string) => ServerPicture | undefined;
  /** Whether the kernel gives a service's server new sessions. */
  readonly serves: (service: string, server: string) => boolean;
  /** Whether it is left out for having no room (limits). */
  readonly isFull: (service: string, server: string) => boolean;
  /** By index of the service. */
  readonly clients: (service: number) => ServiceClients;
  readonly realtime: boolean;
  readonly residentBytes: number;
  readonly alerts: AlertsView;
  readonly warnings: readonly string[];
}

/** The whole picture as `ftpair status --json` prints it. */
export function picture(parts: PictureParts): StatusView {
  const { config, replication } = parts;
  return {
    version: parts.version,
    node: config.nodes[parts.self].name,
    role: parts.role,
    reason: parts.history.at(-1)?.reason ?? 'started',
    term: parts.term,
    uptimeSeconds: Math.round((parts.now - parts.startedAt) / 1000),
    history: parts.history.map((transition) => transitionView(transition, parts.now)),
    outlook: outlookView(parts.outlook, parts.versions, config.nodes[parts.self === 0 ? 1 : 0].name),
    peer: peerView(parts),
    sync: {
      direction: replication.direction,
      inSync: replication.inSync,
      detail: replication.detail,
      flows: replication.control + replication.data,
      expectations: replication.announced,
      backlog: replication.backlog,
      resends: replication.resends,
      resyncs: replication.resyncs,
      repairs: replication.repairs,
      lag: replication.lag,
      dropped: replication.dropped,
      refused: replication.refused,
      healed: replication.healed,
    },
    services: serviceViews(parts),
    tracked: config.track.map((address) => ({ address, ...echoOf(parts.echo, address) })),
    sessions: { control: replication.control, data: replication.data, announced: replication.announced },
    realtime: parts.realtime,
    residentMebibytes: Math.round(parts.residentBytes / 2 ** 20),
    alerts: parts.alerts,
    warnings: [...parts.warnings, ...alertsWarnings(parts.alerts)],
  };
}

function transitionView(transition: Transition, now: number): TransitionView {
  return {
    from: transition.from,
    to: transition.to,
    reason: transition.reason,
    agoMillis: Math.round(now - transition.at),
    steps: transition.steps.map(({ step, at }) => ({ step, atMillis: round3(at - transition.at) })),
  };
}

function round3(value: number): number {
  return Math.round(value * 1000) / 1000;
}

function peerView({ config, self, peer, versions, paths }: PictureParts): StatusView['peer'] {
  return {
    name: config.nodes[self === 0 ? 1 : 0].name,
    alive: peer?.alive ?? false,
    role: peer?.role ?? 'unknown',
    ready: peer?.ready ?? false,
    inSync: peer?.inSync ?? false,
    sameConfig: sameConfig(peer?.fingerprint ?? '', config),
    versions,
    paths: paths.map(pathView),
  };
}

function pathView({ name, alive, rttMillis, received, dropped }: PathReport): PathView {
  return { name, alive, rttMillis, received, dropped };
}

function serviceViews(parts: PictureParts): StatusView['services'] {
  const sessions = sessionsByServer(parts.flows);
  return parts.config.services.map((service, index) => {
    const count = ({ address, port }: RealServer): number =>
      sessions.get(`${service.address} ${service.port} ${address} ${port}`) ?? 0;
    const { name, address, port, servers } = service;
    const views = servers.map((server) => serverView(parts, name, server, count(server)));
    const { sorry } = service.rotation;
    const serving = views.every(({ inRotation }) => !inRotation);
    return {
      ...parts.clients(index),
      name,
      address,
      port,
      servers: views,
      sorry: sorry && { address: sorry.address, port: sorry.port, serving, sessions: count(sorry) },
    };
  });
}

function serverView(parts: PictureParts, service: string, server: RealServer, sessions: number): ServerView {
  const { name, address, port, weight } = server;
  const standing = parts.standing(service, name);
  return {
    name,
    address,
    port,
    weight,
    up: standing?.belief.verdict === 'up',
    inRotation: parts.serves(service, name),
    full: parts.isFull(service, name),
    reason: standing?.belief.reason ?? 'unknown',
    probe: probeView(parts, service, name),
    echoMillis: echoOf(parts.echo, address).echoMillis,
    sessions,
    standing: standing?.reason ?? 'unproven',
    effectiveWeight: standing?.weight ?? 0,
    verdicts: { here: standing?.own ?? UNSEEN, peer: standing?.peer ?? UNSEEN },
    orders: standing?.orders ?? NO_ORDERS,
  };
}

function probeView(parts: PictureParts, service: string, server: string): ProbeView | undefined {
  const { last, lastAt } =
    parts.nannies.find((view) => view.service === service && view.server === server) ?? {};
  if (last === undefined || lastAt === undefined) return undefined;
  const { totalMillis, steps } = last.timings;
  return {
    agoMillis: Math.round(parts.now - lastAt),
    ok: last.ok,
    reason: last.ok ? 'ok' : last.reason,
    step: last.ok ? '' : last.step,
    detail: last.ok ? '' : last.detail,
    totalMillis: round3(totalMillis),
    steps: steps.map(({ step, mode, millis }) => ({ step, mode, millis: round3(millis) })),
  };
}

const UNSEEN = { verdict: 'unknown', reason: 'unknown' } as const;

/** Control connections that are not over, by service and real server: the reply comes from the server, the request went to the VIP. */
function sessionsByServer(flows: readonly Flow[]): ReadonlyMap<string, number> {
  const sessions = new Map<string, number>();
  for (const flow of flows) {
    const { orig, reply } = flow;
    // The kernel keeps what has ended for two minutes: nobody waits for that.
    if (isData(flow) || isOver(flow)) continue;
    const key = `${formatAddress(orig.dst)} ${orig.dport} ${formatAddress(reply.src)} ${reply.sport}`;
    sessions.set(key, (sessions.get(key) ?? 0) + 1);
  }
  return sessions;
}

function echoOf(
  echo: readonly EchoView[],
  address: string,
): { alive: boolean; echoMillis: number | undefined } {
  const view = echo.find((candidate) => candidate.address === address);
  return { alive: view?.alive ?? false, echoMillis: view?.echoMillis };
}

/** Of a director that has not come as far as its journal. */
export const NOT_STARTED = {
  direction: 'none',
  inSync: false,
  detail: 'starting',
  control: 0,
  data: 0,
  announced: 0,
  backlog: 0,
  resends: 0,
  resyncs: 0,
  repairs: 0,
  lag: undefined,
  dropped: {},
  refused: {},
  healed: {},
} as const;
