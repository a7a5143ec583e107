/**
 * What a director that is not active does: listen, follow, take a vacant or offered role, and make sure that
 * a silent peer is dead before taking the role from it. Pure decisions from facts and deadlines.
 */
import { type Millis, millis } from '../time.js';
import { connected } from './fitness.js';
import {
  type Mode,
  type Offer,
  type Outcome,
  type Reason,
  type Report,
  roleOf,
  type State,
  type Suspect,
} from './model.js';
import { answerRequest, becomeBackup, enter, leaseWait, PLAIN_BACKUP, stay, takeRole } from './moves.js';
import { ownObstacle, preferred } from './rank.js';

type Starting = Extract<Mode, { name: 'starting' }>;
type Backup = Extract<Mode, { name: 'backup' }>;
type Held = Extract<Mode, { name: 'held' }>;

/** Late wake-ups that prolong one wait for an answer; after that even a slow machine must come to an end. */
const MAX_REARMS = 3;

/** Whether we may become active at all. Without a link there is nobody to serve, and silence proves nothing. */
function able(state: State): boolean {
  return state.ready && state.blockedUntil === undefined && connected(state.fitness);
}

export function decideStarting(state: State, mode: Starting, now: Millis): Outcome {
  const { alive, report } = state.peer;
  const listened = now >= mode.until;
  if (alive && report !== undefined) {
    if (report.role === 'active') return becomeBackup(state, now, 'peerActive');
    const settled = listened || report.role !== 'starting' || report.ready;
    if (able(state) && settled && preferred(state, report)) return takeRole(state, now, { reason: 'vacant' });
    return listened ? becomeBackup(state, now, 'started') : stay(state);
  }
  if (!listened) return stay(state);
  if (!able(state)) return becomeBackup(state, now, 'started');
  return decideSuspect(state, suspicion('starting', mode.since, now), now);
}

export function decideBackup(state: State, mode: Backup, now: Millis): Outcome {
  const { alive, quiet, report, heardAt } = state.peer;
  if (!alive) {
    if (!able(state)) return stay(state);
    return decideSuspect(state, suspicion('backup', heardAt, now), now);
  }
  if (report === undefined) return stay(state);
  if (report.role !== 'active') return decideVacant(state, mode, report, now);
  if (quiet && able(state)) return decideSuspect(state, suspicion('backup', heardAt, now), now);
  if (report.offer !== undefined && able(state) && state.inSync)
    return takeRole(state, now, { reason: takersReason(report.offer) });
  return mode.vacantSince === undefined ? stay(state) : enter(state, PLAIN_BACKUP);
}

/** The peer lives and says that it is not active. */
function decideVacant(state: State, mode: Backup, report: Report, now: Millis): Outcome {
  const vacantSince = mode.vacantSince ?? now;
  const waited = now >= vacantSince + state.limits.grace;
  if (able(state)) {
    if (report.goodbye) return takeRole(state, now, { reason: 'peerReleased' });
    if (preferred(state, report) || waited) return takeRole(state, now, { reason: 'vacant' });
  }
  return mode.vacantSince === undefined ? enter(state, { name: 'backup', vacantSince }) : stay(state);
}

/** Both directors name the same reason, but for what is only true of the one that gives the role away. */
function takersReason(offer: Offer): Reason {
  return offer === 'stopping' || offer === 'notReady' ? 'peerReleased' : offer;
}

function suspicion(origin: 'starting' | 'backup', silentSince: Millis, now: Millis): Suspect {
  return {
    name: 'suspect',
    origin,
    silentSince,
    probesSent: 0,
    nextAt: now,
    firstProbeAt: undefined,
    warned: false,
    rearmed: 0,
  };
}

/**
 * Asks for the VIP as often as configured, while the silence of the peer is not yet long enough to be its death; when
 * it is, and the last answer is overdue too, the peer is dead.
 */
export function decideSuspect(state: State, mode: Suspect, now: Millis): Outcome {
  const { limits, peer } = state;
  if ((peer.alive && !peer.quiet) || !able(state)) return standDown(state, mode.origin, now);
  if (now < mode.nextAt) return enter(state, mode);
  if (mode.probesSent >= limits.probeCount)
    return peer.alive ? enter(state, mode) : takeFromSilent(state, mode, now);
  const asked: Suspect = {
    ...mode,
    probesSent: mode.probesSent + 1,
    nextAt: millis(now + limits.probeSpacing),
    firstProbeAt: mode.firstProbeAt ?? now,
  };
  return enter(state, asked, { type: 'probeVip' });
}

/** When time alone makes the next question, or the verdict. */
export function suspectDeadline({ limits, peer }: State, mode: Suspect): Millis | undefined {
  return peer.alive && mode.probesSent >= limits.probeCount ? undefined : mode.nextAt;
}

function takeFromSilent(state: State, mode: Suspect, now: Millis): Outcome {
  const { report } = state.peer;
  const heard: Reason = report?.goodbye === true ? 'peerReleased' : 'peerDead';
  const steps = mode.firstProbeAt === undefined ? [] : [{ step: 'probed', at: mode.firstProbeAt }];
  const reason = report === undefined ? 'noPeer' : heard;
  return takeRole({ ...state, mode }, now, { reason, silentSince: mode.silentSince, steps });
}

/** Back to where the suspicion began: the peer was heard, or we may not become active any more. */
function standDown(state: State, origin: 'starting' | 'backup', now: Millis): Outcome {
  if (origin === 'backup') return enter(state, PLAIN_BACKUP);
  return decideStarting(state, { name: 'starting', since: now, until: now }, now);
}

/** Somebody with another MAC answered for the VIP: never a second active. */
export function vipAnswered(state: State, mode: Suspect, address: string, mac: string, now: Millis): Outcome {
  const { origin, silentSince } = mode;
  // Its kernel serves, so what is missing so far is a few pulses. If they stay away, it is asked again.
  if (state.peer.alive) return enter({ ...state, peer: { ...state.peer, quiet: false } }, PLAIN_BACKUP);
  // A daemon that fell silent has not renewed since; one that answers again after that goes on renewing.
  const renewedUntil = mode.warned ? now : silentSince;
  const until = millis(Math.max(now + state.limits.probeSpacing, renewedUntil + leaseWait(state)));
  const held: Held = { name: 'held', origin, silentSince, until };
  if (mode.warned) return enter(state, held);
  return enter(state, held, { type: 'warnVipAnswered', address, mac });
}

/**
 * Waits until a lease that nobody renews has run out, and asks again. A peer that is heard and is not active
 * contradicts the answer: what it says may be older, so that is waited for as well.
 */
export function decideHeld(state: State, mode: Held, now: Millis): Outcome {
  const { alive, report } = state.peer;
  const believed = alive && (report?.role === 'active' || report?.goodbye === true || now >= mode.until);
  if (believed || !able(state)) return standDown(state, mode.origin, now);
  if (now < mode.until) return stay(state);
  return decideSuspect(state, { ...suspicion(mode.origin, mode.silentSince, now), warned: true }, now);
}

/** We woke late: an answer to our probe may still be on its way to us. */
export function rearm(state: State, mode: Suspect, now: Millis): Outcome {
  if (mode.rearmed >= MAX_REARMS || mode.probesSent === 0) return stay(state);
  return enter(state, {
    ...mode,
    nextAt: millis(now + state.limits.probeSpacing),
    rearmed: mode.rearmed + 1,
  });
}

/** The operator of a director that is not active wants it to be. */
export function request(state: State, now: Millis): Outcome {
  const detail = requestObstacle(state);
  if (detail !== undefined) return { state, actions: [{ type: 'reply', accepted: false, detail }] };
  const requestUntil = millis(now + state.limits.handover);
  return { state: { ...state, requestUntil }, actions: [{ type: 'announcePulse' }] };
}

function requestObstacle(state: State): string | undefined {
  if (state.requestUntil !== undefined) return 'A handover is running already.';
  const { mode, peer } = state;
  if (mode.name === 'backup' || (mode.name === 'suspect' && peer.alive)) return ownObstacle(state);
  return `This director is ${roleOf(mode)} and has nobody to ask.`;
}

/** A request of the role that was not followed by an offer in time. */
export function expireRequest(state: State, now: Millis): Outcome {
  if (state.requestUntil === undefined || now < state.requestUntil) return stay(state);
  const actions = answerRequest(state, false, 'The active did not offer its role in time.');
  return { state: { ...state, requestUntil: undefined }, actions };
}

/** When time alone makes a backup take a vacant role. */
export function vacancyDeadline(state: State, mode: Backup): Millis | undefined {
  const waiting = mode.vacantSince !== undefined && able(state) && state.peer.alive;
  return waiting ? millis(mode.vacantSince + state.limits.grace) : undefined;
}
