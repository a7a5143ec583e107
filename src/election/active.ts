/**
 * What the active does: keep the role, give it over on purpose to a peer that can take it, and give way to an
 * active that outranks it. Pure decisions from facts and deadlines.
 */
import { type Millis, millis } from '../time.js';
import type { Action, Mode, Offer, Outcome, Report, State } from './model.js';
import { connected, whyFitter } from './fitness.js';
import { end, enter, releaseRole, stay } from './moves.js';
import { decideDoubt, newDoubt } from './doubt.js';
import { outranks, whyPeerCannotTake } from './rank.js';

type Active = Extract<Mode, { name: 'active' }>;
type Yielding = Extract<Mode, { name: 'yielding' }>;

export function decideActive(state: State, mode: Active, now: Millis): Outcome {
  const { alive, report } = state.peer;
  // Nobody can be served, and the silence of the peer proves nothing: whoever has a link may have the role.
  if (!connected(state.fitness)) return releaseRole(state, now, { reason: 'linkDown' });
  if (alive && report?.role === 'active') {
    return outranks(state, report) ? contest(state, mode) : releaseRole(state, now, { reason: 'outranked' });
  }
  if (mode.contested) {
    // The neighbours may have believed the peer in between.
    return enter(state, { ...mode, contested: false }, { type: 'announceAddresses' });
  }
  if (mode.doubt !== undefined) return decideDoubt(state, mode, mode.doubt, now);
  const reason = wishToYield(state, report);
  if (reason === undefined || now < mode.retryAt || whyPeerCannotTake(state) !== undefined)
    return stay(state);
  return offer(state, now, { reason, asked: false, thenStop: false });
}

/** The peer must give way; it hears so at once, and again with every pulse. */
function contest(state: State, mode: Active): Outcome {
  return mode.contested ? stay(state) : enter(state, { ...mode, contested: true }, { type: 'sendPulse' });
}

/** Reasons of our own to give the role to a peer that can take it. */
function wishToYield(state: State, report: Report | undefined): Offer | undefined {
  if (report === undefined) return undefined;
  if (!state.ready) return 'notReady';
  return whyFitter(report.fitness, state.fitness) ?? (report.asksForRole ? 'operator' : undefined);
}

function offer(state: State, now: Millis, how: Pick<Yielding, 'reason' | 'asked' | 'thenStop'>): Outcome {
  const deadline = millis(now + state.limits.handover);
  return enter(state, { name: 'yielding', deadline, ...how }, { type: 'sendPulse' });
}

/** The operator of the active wants the peer to be active. */
export function offerToPeer(state: State, now: Millis): Outcome {
  const detail = whyPeerCannotTake(state);
  if (detail !== undefined) return { state, actions: [{ type: 'reply', accepted: false, detail }] };
  return offer(state, now, { reason: 'operator', asked: true, thenStop: false });
}

/** The active ends: with a handover where the peer can take the role, otherwise at once. */
export function stopActive(state: State, now: Millis): Outcome {
  if (whyPeerCannotTake(state) !== undefined) return end(state, now);
  return offer(state, now, { reason: 'stopping', asked: false, thenStop: true });
}

export function decideYielding(state: State, mode: Yielding, now: Millis): Outcome {
  const { alive, report } = state.peer;
  if (alive && report?.role === 'active') return decideTaken(state, mode, report, now);
  const detail =
    whyPeerCannotTake(state) ??
    (now >= mode.deadline ? 'The peer did not take the role in time.' : undefined);
  return detail === undefined ? stay(state) : cancel(state, mode, detail, now);
}

/** The peer is active: it has taken the role, unless it claims an older one, which it will give up. */
function decideTaken(state: State, mode: Yielding, report: Report, now: Millis): Outcome {
  if (outranks(state, report)) return cancel(state, mode, 'The peer claims an older term.', now);
  const answer = reply(mode, true, 'The peer is active.');
  const released = releaseRole(state, now, { reason: mode.reason });
  if (!mode.thenStop) return { state: released.state, actions: [...released.actions, ...answer] };
  const ended = end(released.state, now);
  return { state: ended.state, actions: [...released.actions, ...answer, ...ended.actions] };
}

/**
 * The role stays ours, unless the peer has taken it and we could not hear that: then the service LAN is asked.
 * A daemon that ends releases the role all the same, and the peer takes it by itself.
 */
export function cancel(state: State, mode: Yielding, detail: string, now: Millis): Outcome {
  const answer = reply(mode, false, detail);
  if (mode.thenStop) {
    const ended = end(state, now);
    return { state: ended.state, actions: [...answer, ...ended.actions] };
  }
  const retryAt = millis(now + state.limits.retry);
  const doubt = state.peer.alive ? undefined : newDoubt('offered', now, now);
  const active: Active = { name: 'active', retryAt, doubt, contested: false, quietUntil: retryAt };
  return enter(state, active, { type: 'sendPulse' }, ...answer);
}

function reply(mode: Yielding, accepted: boolean, detail: string): readonly Action[] {
  return mode.asked ? [{ type: 'reply', accepted, detail }] : [];
}

/** The kernel refused the addresses: an active without them helps nobody. */
export function raiseFailed(state: State, now: Millis): Outcome {
  const blockedUntil = millis(now + state.limits.retry);
  return releaseRole({ ...state, blockedUntil }, now, { reason: 'notReady' });
}
