/**
 * Comparing the two directors: who takes a vacant role, who keeps a doubled one, who can be given the role.
 * Pure questions, nothing is changed here.
 */
import { connected } from './fitness.js';
import type { Report, State } from './model.js';

/** What decides between two directors of which none is active, in this order. */
interface Standing {
  readonly ready: boolean;
  readonly inSync: boolean;
  readonly fitness: number;
}

/** True when we, rather than the peer, are to take a role that nobody has. A full tie goes to the lower index. */
export function preferred(state: State, report: Report): boolean {
  return (difference(state, report) || 0.5 - state.self) > 0;
}

/** Positive when `ours` is better. */
function difference(ours: Standing, theirs: Standing): number {
  return (
    Number(ours.ready) - Number(theirs.ready) ||
    Number(ours.inSync) - Number(theirs.inSync) ||
    ours.fitness - theirs.fitness
  );
}

/** Both are active: true when we keep the role. The higher term does; in a tie the lower index. */
export function outranks(state: State, report: Report): boolean {
  return (state.term - report.term || 0.5 - state.self) > 0;
}

/** Why the peer cannot be given the role now, as a sentence for the operator; undefined when it can. */
export function whyPeerCannotTake(state: State): string | undefined {
  const { alive, report } = state.peer;
  if (!alive || report === undefined) return 'The peer is not heard.';
  if (report.role !== 'backup') return `The peer is ${report.role}, not backup.`;
  if (!report.ready) return 'The peer is not ready to be active.';
  if (!connected(report.fitness)) return 'The peer has no link that carries.';
  return report.inSync ? undefined : 'The peer is not in sync.';
}

/** Why we cannot ask for the role now, as a sentence for the operator; undefined when we can. */
export function whyWeCannotAsk(state: State): string | undefined {
  const { alive, report } = state.peer;
  if (!alive || report?.role !== 'active') return 'No active peer is heard that could give the role.';
  if (!state.ready || state.blockedUntil !== undefined) return 'This director is not ready to be active.';
  if (!connected(state.fitness)) return 'This director has no link that carries.';
  return state.inSync ? undefined : 'This director is not in sync.';
}

/** Whether we may become active at all. Without a link there is nobody to serve, and silence proves nothing. */
export function able(state: State): boolean {
  return state.ready && state.blockedUntil === undefined && connected(state.fitness);
}
