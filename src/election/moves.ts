/**
 * The changes of mode that more than one rule makes, each with the actions that belong to it in their order.
 * Who may make them, and when, is decided in backup.ts, suspect.ts, active.ts and doubt.ts.
 */
import { type Millis, millis } from '../time.js';
import {
  type Action,
  type Doubt,
  type Mode,
  type Outcome,
  type Reason,
  roleOf,
  type State,
  type Step,
} from './model.js';

/** Nothing to do. */
export function stay(state: State): Outcome {
  return { state, actions: [] };
}

/** Another mode without a change of role, and without anything to do. */
export function enter(state: State, mode: Mode, ...actions: readonly Action[]): Outcome {
  return { state: { ...state, mode }, actions };
}

/** A backup's mode, of which nothing is known yet. */
export const PLAIN_BACKUP: Mode = { name: 'backup', vacantSince: undefined };

/** Longer than the time in which a lease of the peer or of ourselves runs out. */
export function leaseWait(state: State): Millis {
  const { limits, peer } = state;
  return millis(Math.max(limits.lease, peer.report?.lease ?? 0) + 2 * limits.interval);
}

/** Why and since when, for the record of a transition. */
export interface Cause {
  readonly reason: Reason;
  /** Since when the peer has been silent, where that is the reason. */
  readonly silentSince?: Millis;
  readonly steps?: readonly Step[];
}

/**
 * The role becomes ours, with a term above every one heard of: everything up first, then the lease that lets the
 * kernel answer, then the word to the peer, then the word to the neighbours, and the report last, with the time
 * of each.
 */
export function takeRole(state: State, now: Millis, cause: Cause): Outcome {
  const term = state.term + 1;
  // Who took the role from a peer that it does not hear goes on asking whether it is the only one.
  const nextAt = millis(now + state.limits.retry);
  const silent: Doubt = {
    kind: 'silent',
    since: now,
    probesSent: 0,
    nextAt,
    warned: false,
    claimedAt: undefined,
  };
  const doubt = state.peer.alive ? undefined : silent;
  const quietUntil = millis(now + leaseWait(state));
  const mode: Mode = { name: 'active', retryAt: now, doubt, contested: false, quietUntil };
  const next: State = { ...state, term, mode, roleAskedUntil: undefined };
  return {
    state: next,
    actions: [
      { type: 'raise' },
      { type: 'startLease' },
      { type: 'sendPulse' },
      { type: 'announceAddresses' },
      told(state, next, now, cause),
      ...answerOperator(state, true, 'This director is active.'),
    ],
  };
}

/** The answer that the operator of a backup waits for, if one does. */
export function answerOperator(state: State, accepted: boolean, detail: string): readonly Action[] {
  return state.roleAskedUntil === undefined ? [] : [{ type: 'reply', accepted, detail }];
}

/** The role is no longer ours: silent towards the clients first, then the word to the peer. Sync must be regained. */
export function releaseRole(state: State, now: Millis, cause: Cause): Outcome {
  const heard = Math.max(state.term, state.peer.report?.term ?? 0);
  const next: State = { ...state, term: heard, inSync: false, mode: PLAIN_BACKUP };
  return {
    state: next,
    actions: [{ type: 'release' }, { type: 'sendPulse' }, told(state, next, now, cause)],
  };
}

/** The end, from any mode: whatever we may hold is released before the goodbye. */
export function end(state: State, now: Millis): Outcome {
  const next: State = { ...state, mode: { name: 'stopped' }, roleAskedUntil: undefined };
  return {
    state: next,
    actions: [
      { type: 'release' },
      { type: 'sendPulse' },
      told(state, next, now, { reason: 'stopping' }),
      ...answerOperator(state, false, 'This director stops.'),
      { type: 'ended' },
    ],
  };
}

/** A starting director becomes a backup. */
export function becomeBackup(state: State, now: Millis, reason: Reason): Outcome {
  const next: State = { ...state, mode: PLAIN_BACKUP };
  return { state: next, actions: [{ type: 'sendPulse' }, told(state, next, now, { reason })] };
}

function told(from: State, to: State, now: Millis, cause: Cause): Action {
  const silent = cause.silentSince;
  return {
    type: 'tell',
    transition: {
      from: roleOf(from.mode),
      to: roleOf(to.mode),
      reason: cause.reason,
      at: now,
      term: to.term,
      silentMillis: silent === undefined ? 0 : now - silent,
      steps: [...(silent === undefined ? [] : [{ step: 'silentSince', at: silent }]), ...(cause.steps ?? [])],
    },
  };
}
