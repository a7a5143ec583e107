/**
 * The status of a running director, put together from what its rooms say about themselves. Pure.
 */
import type { Config } from '../config/model.js';
import type { Flow } from '../conntrack/flow.js';
import { isData } from '../conntrack/mark.js';
import type { FormatVersions, PathView, ServerView, StatusView, TransitionView } from '../control/status.js';
import type { EchoView } from '../nanny/echo.js';
import type { NannyView } from '../nanny/nanny.js';
import type { PathReport, PeerReport, Role, Transition } from '../pulse/face.js';
import type { ReplicatorView } from '../replication/replicator.js';
import { formatAddress } from '../sockaddr.js';
import type { ServiceClients } from './client-side.js';
import { sameConfig } from './news.js';

export interface PictureParts {
  readonly version: string;
  readonly config: Config;
  readonly self: 0 | 1;
  readonly now: number;
  readonly startedAt: number;
  readonly role: Role;
  readonly term: number;
  readonly history: readonly Transition[];
  readonly peer: PeerReport | undefined;
  readonly versions: readonly FormatVersions[];
  readonly paths: readonly PathReport[];
  readonly replication: ReplicatorView;
  readonly flows: readonly Flow[];
  readonly nannies: readonly NannyView[];
  readonly echo: readonly EchoView[];
  /** Whether the kernel gives a service's server new sessions. */
  readonly serves: (service: string, server: string) => boolean;
  /** By index of the service. */
  readonly clients: (service: number) => ServiceClients;
  readonly realtime: boolean;
  readonly residentBytes: number;
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
    warnings: parts.warnings,
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

function serviceViews({
  config,
  nannies,
  echo,
  flows,
  serves,
  clients,
}: PictureParts): StatusView['services'] {
  const sessions = sessionsByServer(flows);
  return config.services.map((service, index) => ({
    ...clients(index),
    name: service.name,
    address: service.address,
    port: service.port,
    servers: service.servers.map((server): ServerView => {
      const nanny = nannies.find((view) => view.service === service.name && view.server === server.name);
      return {
        name: server.name,
        address: server.address,
        port: server.port,
        weight: server.weight,
        up: nanny?.up ?? false,
        inRotation: server.weight > 0 && serves(service.name, server.name),
        reason: nanny?.reason ?? 'unknown',
        echoMillis: echoOf(echo, server.address).echoMillis,
        sessions: sessions.get(`${service.address} ${service.port} ${server.address} ${server.port}`) ?? 0,
      };
    }),
  }));
}

/** Control connections by service and real server: the reply comes from the server, the request went to the VIP. */
function sessionsByServer(flows: readonly Flow[]): ReadonlyMap<string, number> {
  const sessions = new Map<string, number>();
  for (const flow of flows) {
    const { orig, reply } = flow;
    if (isData(flow)) continue;
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
