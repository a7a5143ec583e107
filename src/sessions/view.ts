/**
 * From the entries of a session, as seen, to what is said about it. Pure: flows, announced channels and facts in, the
 * list out.
 */
import type { VirtualService } from '../config/model.js';
import { everyServer } from '../config/servers.js';
import type { Flow } from '../conntrack/flow.js';
import { isOver } from '../conntrack/over.js';
import type { SessionView } from '../control/sessions.js';
import { noTraffic, type Traffic } from '../replication/ledger.js';
import { trafficOf } from '../replication/traffic.js';
import { formatAddress } from '../sockaddr.js';
import { isOpen, modeOf, stateOf } from './phase.js';
import type { Facts, SeenFlow, SeenSession } from './seen.js';
import { lossOf } from './survival.js';

/** One entry for each session, in the order given; those that have ended are left out. */
export function sessionViews(sessions: readonly SeenSession[], facts: Facts): SessionView[] {
  return sessions
    .map((session) => (facts.side === 'active' ? present(session) : session))
    .flatMap((session) => (session === undefined || ended(session) ? [] : [view(session, facts)]));
}

/** The active's kernel is the truth: what it has no longer has ended, whether its event was heard or not. */
function present({ control, data, announced }: SeenSession): SeenSession | undefined {
  if (control.kernel === undefined) return undefined;
  return {
    control,
    data: data.filter(({ kernel }) => kernel !== undefined),
    announced: announced?.kernel === undefined ? undefined : announced,
  };
}

function ended({ control, data }: SeenSession): boolean {
  return isOver(control.kernel ?? control.flow) && !data.some(isOpen);
}

function view(session: SeenSession, facts: Facts): SessionView {
  const { orig } = session.control.flow;
  const service = serviceOf(session.control.flow, facts.services);
  const server = serverName(session.control.flow, service);
  const loss = lossOf(session, facts);
  return {
    client: { address: formatAddress(orig.src), port: orig.sport },
    service: { name: service?.name ?? '', address: formatAddress(orig.dst), port: orig.dport },
    server,
    standing: facts.standing(service?.name ?? '', server),
    state: stateOf(session),
    mode: modeOf(session),
    dataChannels: session.data.filter(isOpen).length,
    ...carried(session),
    agoMillis: ageOf(session.control, facts),
    survives: loss === undefined,
    reason: loss?.reason,
    part: loss?.part,
  };
}

/** The virtual service that a control flow came to; undefined for flows that are no control flows of ours. */
export function serviceOf(flow: Flow, services: readonly VirtualService[]): VirtualService | undefined {
  const address = formatAddress(flow.orig.dst);
  return services.find((service) => service.port === flow.orig.dport && service.address === address);
}

/** The name of the real server that a control flow goes to, or its address and port. */
export function serverName({ reply }: Flow, service: VirtualService | undefined): string {
  const address = formatAddress(reply.src);
  const known = (service === undefined ? [] : everyServer(service)).find(
    (server) => server.port === reply.sport && server.address === address,
  );
  return known?.name ?? (address.includes(':') ? `[${address}]:${reply.sport}` : `${address}:${reply.sport}`);
}

function carried({ control, data }: SeenSession): Pick<SessionView, 'bytesToClient' | 'bytesFromClient'> {
  const client = control.flow.orig.src;
  const flows = [control, ...data].flatMap(({ kernel }) => (kernel === undefined ? [] : [kernel]));
  const counted = flows.some(({ countersOrig }) => countersOrig !== undefined);
  if (!counted && control.ended === noTraffic)
    return { bytesToClient: undefined, bytesFromClient: undefined };
  const sum = flows.reduce<Traffic>((before, flow) => trafficOf(flow, client, before), control.ended);
  return { bytesToClient: sum.toClient, bytesFromClient: sum.fromClient };
}

/**
 * This director has known the session since it first saw it, or, after a restart, since its kernel made the entry. The kernel's
 * word is by a clock that may have been set since: it can only make the age longer, and never longer than the machine
 * runs (where CLOCK_MONOTONIC began).
 */
function ageOf({ since, kernel }: SeenFlow, { now, wallNow }: Facts): number {
  const seen = now - since;
  const told = kernel?.startedAt === undefined ? seen : wallNow - kernel.startedAt;
  return Math.round(Math.min(Math.max(seen, told), now));
}
