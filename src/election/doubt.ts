/**
 * An active that cannot know from the pulse whether it is the only one asks the service LAN, as a backup does before
 * a takeover. Without this, a stall or a cut in the wrong moment could leave two that serve and never hear of
 * each other. Pure decisions from facts and deadlines.
 */
import { type Millis, millis } from '../time.js';
import type { Action, Doubt, Mode, Outcome, State } from './model.js';
import { enter, leaseWait, releaseRole, stay } from './moves.js';

type Active = Extract<Mode, { name: 'active' }>;

/** A doubt whose first probe goes out at `firstAt`. */
export function newDoubt(kind: Doubt['kind'], now: Millis, firstAt: Millis): Doubt {
  return { kind, since: now, probesSent: 0, nextAt: firstAt, warned: false, claimedAt: undefined };
}

/** Our own lease ran out in a stall: the kernel answers for nobody now, and the peer may have taken the role. */
export function lapse(state: State, mode: Active, now: Millis): Outcome {
  const doubt = newDoubt('lapsed', now, millis(now + state.limits.silence));
  return enter(state, { ...mode, doubt }, { type: 'sendPulse' });
}

/** The peer fell silent: what if it is active, and the last thing we did not hear was that? */
export function doubtSilence(state: State, mode: Active, now: Millis): Outcome {
  return mode.doubt === undefined
    ? enter(state, { ...mode, doubt: newDoubt('silent', now, now) })
    : stay(state);
}

/** For an active whose peer is not heard: the next question, a pause from now. */
function askLater(state: State, mode: Active, now: Millis, warned: boolean): Active {
  const nextAt = millis(now + state.limits.retry);
  return {
    ...mode,
    doubt: { kind: 'silent', since: now, probesSent: 0, nextAt, warned, claimedAt: undefined },
  };
}

/**
 * Settled when the peer is heard and is not active, or when nobody has answered the last probe. What is heard in the first
 * moment was sent before, when the peer had perhaps not taken the role yet.
 */
export function decideDoubt(state: State, mode: Active, doubt: Doubt, now: Millis): Outcome {
  const { limits, peer } = state;
  if (peer.alive && peer.heardAt > doubt.since + limits.probeSpacing)
    return settle(state, { ...mode, doubt: undefined }, doubt);
  if (now < doubt.nextAt) return stay(state);
  if (doubt.probesSent >= limits.probeCount) return settle(state, askLater(state, mode, now, false), doubt);
  const asked = { ...doubt, probesSent: doubt.probesSent + 1, nextAt: millis(now + limits.probeSpacing) };
  return enter(state, { ...mode, doubt: asked }, { type: 'probeVip' });
}

function settle(state: State, next: Active, doubt: Doubt): Outcome {
  if (doubt.kind === 'silent') return enter(state, next);
  return enter(state, next, { type: 'raise' }, { type: 'startLease' }, { type: 'announceAddresses' });
}

/**
 * The peer is heard and is not active, so whoever claims an address of ours is a stranger (RFC 5227 §2.4): the
 * neighbours are told again who has it, and the administrator is told who claimed it, once in a while.
 */
function defend(state: State, mode: Active, warning: Action, now: Millis): Outcome {
  if (state.peer.report?.role === 'active' || now < mode.quietUntil) return stay(state);
  const next: Active = { ...mode, quietUntil: millis(now + state.limits.retry) };
  return enter(state, next, { type: 'announceAddresses' }, warning);
}

/**
 * Somebody else serves. Who stalled or had offered the role gives way. Where both took it and cannot hear each
 * other, the higher index does, and the lower one warns.
 */
export function conflict(state: State, mode: Active, address: string, mac: string, now: Millis): Outcome {
  const warning = { type: 'warnVipAnswered', address, mac } as const;
  const { doubt } = mode;
  if (doubt === undefined) return defend(state, mode, warning, now);
  if (doubt.kind !== 'silent') return giveWay(state, warning, now);
  if (state.self === 0) {
    const next = askLater(state, mode, now, true);
    return doubt.warned ? enter(state, next) : enter(state, next, warning);
  }
  const again = now >= (doubt.claimedAt ?? Infinity) + state.limits.probeSpacing;
  return again ? giveWay(state, warning, now) : askAgain(state, mode, doubt, now);
}

/**
 * One claim may be the last word of a peer that is about to hear us and give way itself, and both giving way would
 * leave nobody: it is asked again, and only a second claim counts.
 */
function askAgain(state: State, mode: Active, doubt: Doubt, now: Millis): Outcome {
  if (doubt.claimedAt !== undefined) return stay(state);
  const nextAt = millis(now + state.limits.probeSpacing);
  return enter(state, { ...mode, doubt: { ...doubt, probesSent: 0, nextAt, claimedAt: now } });
}

/** Releases, and waits like any backup whose question was answered. */
function giveWay(state: State, warning: Action, now: Millis): Outcome {
  const { state: next, actions } = releaseRole(state, now, { reason: 'outranked' });
  const until = millis(now + leaseWait(state));
  const held: Mode = { name: 'held', origin: 'backup', silentSince: state.peer.heardAt, until };
  return enter(next, held, ...actions, warning);
}
