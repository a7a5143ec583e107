/**
 * What a director that is not active does while its peer is heard: listen, follow, take a vacant or offered role, and ask for
 * it when its operator wants so. A silent peer is suspect.ts's. Pure decisions from facts and deadlines.
 */
import { type Millis, millis } from '../time.js';
import {
  type Mode,
  type Offer,
  type Outcome,
  type Reason,
  type Report,
  roleOf,
  type State,
} from './model.js';
import { answerOperator, becomeBackup, enter, PLAIN_BACKUP, stay, takeRole } from './moves.js';
import { able, preferred, whyWeCannotAsk } from './rank.js';
import { decideSuspect, suspicion } from './suspect.js';

type Starting = Extract<Mode, { name: 'starting' }>;
type Backup = Extract<Mode, { name: 'backup' }>;

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
  return enter(state, PLAIN_BACKUP);
}

/** The peer lives and says that it is not active. */
function decideVacant(state: State, mode: Backup, report: Report, now: Millis): Outcome {
  const vacantSince = mode.vacantSince ?? now;
  const waited = now >= vacantSince + state.limits.grace;
  if (able(state)) {
    if (report.goodbye) return takeRole(state, now, { reason: 'peerReleased' });
    if (preferred(state, report) || waited) return takeRole(state, now, { reason: 'vacant' });
  }
  return enter(state, { name: 'backup', vacantSince });
}

/** Both directors name the same reason, but for what is only true of the one that gives the role away. */
function takersReason(offer: Offer): Reason {
  return offer === 'stopping' || offer === 'notReady' ? 'peerReleased' : offer;
}

/** The operator of a director that is not active wants it to be. */
export function askForRole(state: State, now: Millis): Outcome {
  const detail = whyNotAsk(state);
  if (detail !== undefined) return { state, actions: [{ type: 'reply', accepted: false, detail }] };
  const roleAskedUntil = millis(now + state.limits.handover);
  return { state: { ...state, roleAskedUntil }, actions: [{ type: 'sendPulse' }] };
}

function whyNotAsk(state: State): string | undefined {
  if (state.roleAskedUntil !== undefined) return 'A handover is running already.';
  const { mode, peer } = state;
  if (mode.name === 'backup' || (mode.name === 'suspect' && peer.alive)) return whyWeCannotAsk(state);
  return `This director is ${roleOf(mode)} and has nobody to ask.`;
}

/** A request of the role that was not followed by an offer in time. */
export function giveUpAsking(state: State, now: Millis): Outcome {
  if (state.roleAskedUntil === undefined || now < state.roleAskedUntil) return stay(state);
  const actions = answerOperator(
    state,
    false,
    'The active did not offer its role in time; its own status says why.',
  );
  return { state: { ...state, roleAskedUntil: undefined }, actions };
}

/** When time alone makes a backup take a vacant role. */
export function vacancyDeadline(state: State, mode: Backup): Millis | undefined {
  const waiting = mode.vacantSince !== undefined && able(state) && state.peer.alive;
  return waiting ? millis(mode.vacantSince + state.limits.grace) : undefined;
}
