/**
 * A peer that has fallen silent: asks the service LAN who answers for the VIP, and takes the role when nobody does, or
 * waits until the lease of whoever answered must have run out. The only way to take the role from
 * a peer that is not heard. Pure decisions from facts
 * and deadlines.
 */
import { type Millis, millis } from '../time.js';
import { type Mode, type Outcome, type Reason, type State, type Suspect } from './model.js';
import { enter, leaseWait, PLAIN_BACKUP, stay, takeRole } from './moves.js';
import { able } from './rank.js';

type Held = Extract<Mode, { name: 'held' }>;

/** Late wake-ups that prolong one wait for an answer; after that even a slow machine must come to an end. */
const MAX_REARMS = 3;

export function suspicion(origin: 'starting' | 'backup', silentSince: Millis, now: Millis): Suspect {
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
  return enter(state, { name: 'starting', since: now, until: now });
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
  if (mode.rearmed >= MAX_REARMS) return stay(state);
  return enter(state, {
    ...mode,
    nextAt: millis(now + state.limits.probeSpacing),
    rearmed: mode.rearmed + 1,
  });
}
