/** Pictures of the pulse side for others: what our pulses say, and what the work side is told. Pure. */
import { type Peer, type Report, roleOf, type State } from '../election/model.js';
import { outlook } from '../election/outlook.js';
import type { Millis } from '../time.js';
import type { Conversation } from './conversation.js';
import type { FromPulse, PathReport, PeerReport, PulseVersions } from './face.js';
import type { PathHand } from './hands.js';
import type { Liveness } from './liveness.js';

/** What we say about ourselves in a pulse. */
export function ownReport(state: State): Report {
  const { mode } = state;
  return {
    role: roleOf(mode),
    term: state.term,
    ready: state.ready && state.blockedUntil === undefined && mode.name !== 'stopped',
    inSync: state.inSync,
    fitness: state.fitness,
    offer: mode.name === 'yielding' ? mode.reason : undefined,
    asksForRole: state.roleAskedUntil !== undefined,
    goodbye: mode.name === 'stopped',
    lease: state.limits.lease,
  };
}

/** The peer as the work side is told. */
export function peerReport(peer: Peer, fingerprint: string, versions: PulseVersions): PeerReport {
  const { alive, report } = peer;
  return {
    alive,
    role: report?.role ?? 'unknown',
    ready: report?.ready ?? false,
    inSync: report?.inSync ?? false,
    fingerprint,
    versions,
  };
}

/** Nothing in it has changed. */
export function samePeer(a: PeerReport, b: PeerReport): boolean {
  return (
    a.alive === b.alive &&
    a.role === b.role &&
    a.ready === b.ready &&
    a.inSync === b.inSync &&
    a.fingerprint === b.fingerprint &&
    a.versions.seal === b.versions.seal &&
    a.versions.pulse === b.versions.pulse
  );
}

/** The counters of every second. */
export function statusReport(
  state: State,
  peer: PeerReport,
  liveness: Liveness,
  paths: readonly PathHand[],
  conversation: Conversation,
  worstLateMillis: number,
  now: Millis,
): FromPulse {
  return {
    type: 'report',
    role: roleOf(state.mode),
    term: state.term,
    peer,
    paths: paths.map((path, index) => pathReport(path, index, liveness, conversation)),
    worstLateMillis,
    outlook: outlook(state, now),
  };
}

function pathReport(
  path: PathHand,
  index: number,
  liveness: Liveness,
  conversation: Conversation,
): PathReport {
  const { received, rttMillis, dropped } = conversation.counters(index);
  return {
    name: path.name,
    alive: liveness.paths[index]?.alive ?? false,
    rttMillis,
    received,
    dropped: path.sendFailures === 0 ? dropped : { ...dropped, notSent: path.sendFailures },
  };
}
