/**
 * What would come of it: who serves if either director died now, and whether an order to hand over would be accepted. Asked
 * of the election itself (its steps, gone through without doing anything), so that no rule is written twice. Pure.
 */
import { type Millis, millis } from '../time.js';
import { connected, whyFitter } from './fitness.js';
import { nextWake, step } from './machine.js';
import { type Doubt, mayRenew, type Mode, type Offer, type Report, roleOf, type State } from './model.js';
import { PLAIN_BACKUP } from './moves.js';

/** What keeps a director from being active. */
export type Hindrance =
  /** Its data plane is not loaded, or it ends. */
  | 'notReady'
  /** Its kernel refused the addresses, or its links have come back just now. */
  | 'blocked'
  /** None of its service links carries. */
  | 'noLink'
  /** It is not heard, so nothing is known of it. */
  | 'unheard';

/** Who serves in the end; `unknown` where that lies with a director that is not heard. */
export interface Fate {
  readonly serves: 'here' | 'peer' | 'nobody' | 'unknown';
  /** Why it is nobody, or unknown. */
  readonly because: Hindrance | undefined;
  /** Until then nobody may serve: from the death to the decision, at most. 0 where nothing changes. */
  readonly within: Millis;
}

export interface Outlook {
  readonly mode: Mode['name'];
  /** As an active that may not be the only one. */
  readonly doubt: Doubt['kind'] | undefined;
  /** Why this director could not be active. */
  readonly hindrance: Hindrance | undefined;
  readonly ifPeerDied: Fate;
  readonly ifThisDied: Fate;
  /** Why "ftpair handover" would be refused on this director, as a sentence; undefined: the role would move. */
  readonly obstacle: string | undefined;
  /** Who should rather be active, and why; undefined where both are alike, or the peer is not heard. */
  readonly fitter: { readonly who: 'here' | 'peer'; readonly because: Offer } | undefined;
}

/** What would come of it now. */
export function outlook(state: State, now: Millis): Outlook {
  const { mode } = state;
  return {
    mode: mode.name,
    doubt: mode.name === 'active' ? mode.doubt?.kind : undefined,
    hindrance: hindranceOf(state),
    ifPeerDied: ifPeerDied(state, now),
    ifThisDied: ifThisDied(state, now),
    obstacle: obstacleOf(state, now),
    fitter: fitterOf(state),
  };
}

function hindranceOf(state: State): Hindrance | undefined {
  if (!state.ready || state.mode.name === 'stopped') return 'notReady';
  if (!connected(state.fitness)) return 'noLink';
  return state.blockedUntil === undefined ? undefined : 'blocked';
}

function ifPeerDied(state: State, now: Millis): Fate {
  const serving = roleOf(state.mode) === 'active' && mayRenew(state);
  const after = takeover(state, now);
  if (after !== undefined) return { serves: 'here', because: undefined, within: serving ? millis(0) : after };
  return { serves: 'nobody', because: hindranceOf(state) ?? 'notReady', within: millis(0) };
}

function ifThisDied(state: State, now: Millis): Fate {
  const { alive, report } = state.peer;
  if (!alive || report === undefined) return { serves: 'unknown', because: 'unheard', within: millis(0) };
  if (report.role === 'active') return { serves: 'peer', because: undefined, within: millis(0) };
  const peer = seenFromThere(state, report, now);
  const after = takeover(peer, now);
  if (after !== undefined) return { serves: 'peer', because: undefined, within: after };
  return { serves: 'nobody', because: hindranceOf(peer) ?? 'notReady', within: millis(0) };
}

/** Ends every rehearsal: more turns than any way to the role takes. */
const TURNS = 50;

/** How long after the peer's last pulse this state would be active and serve; undefined when it never would by itself. */
function takeover(before: State, now: Millis): Millis | undefined {
  const silent = before.peer.alive ? before.limits.silence : 0;
  let at = millis(now + silent);
  let { state } = step(before, { type: 'peerSilent' }, at);
  for (let turns = 0; turns < TURNS; turns++) {
    if (mayRenew(state) && roleOf(state.mode) === 'active') return millis(at - now);
    const wake = nextWake(state);
    if (wake === undefined) return undefined;
    at = millis(Math.max(at, wake));
    ({ state } = step(state, { type: 'tick' }, at));
  }
  return undefined;
}

/** The peer's state as far as its pulses tell it; both directors have the same limits. */
function seenFromThere(state: State, report: Report, now: Millis): State {
  const { limits } = state;
  const listening: Mode = { name: 'starting', since: now, until: millis(now + limits.listen) };
  return {
    self: state.self === 0 ? 1 : 0,
    limits,
    mode:
      report.role === 'starting' ? listening : report.role === 'stopped' ? { name: 'stopped' } : PLAIN_BACKUP,
    term: report.term,
    ready: report.ready,
    inSync: report.inSync,
    fitness: report.fitness,
    blockedUntil: undefined,
    roleAskedUntil: undefined,
    peer: { alive: true, quiet: false, report: ours(state), heardAt: now },
  };
}

/** What our pulses say, as far as a takeover asks for it. */
function ours(state: State): Report {
  const { mode, term, ready, inSync, fitness, limits } = state;
  return {
    role: roleOf(mode),
    term,
    ready,
    inSync,
    fitness,
    offer: undefined,
    asksForRole: false,
    goodbye: false,
    lease: limits.lease,
  };
}

/** The order is given to a copy of the state: what it is refused with is the answer. */
function obstacleOf(state: State, now: Millis): string | undefined {
  const { actions } = step(state, { type: 'handover' }, now);
  const reply = actions.find((action) => action.type === 'reply');
  return reply?.accepted === false ? reply.detail : undefined;
}

function fitterOf(state: State): Outlook['fitter'] {
  const { alive, report } = state.peer;
  if (!alive || report === undefined) return undefined;
  const there = whyFitter(report.fitness, state.fitness);
  if (there !== undefined) return { who: 'peer', because: there };
  const here = whyFitter(state.fitness, report.fitness);
  return here === undefined ? undefined : { who: 'here', because: here };
}
