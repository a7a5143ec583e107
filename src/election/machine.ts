/**
 * The election: (state, event, now) to (state, ordered actions). An event changes what is known; then the mode
 * decides from what is known and from its deadlines, so a lost or repeated event does no harm. No clock, no
 * socket, no random numbers, nothing that acts.
 */
import { assertNever } from '../assert.js';
import { type Millis, millis } from '../time.js';
import { cancel, decideActive, decideYielding, offerToPeer, raiseFailed, stopActive } from './active.js';
import { askForRole, decideBackup, decideStarting, giveUpAsking, vacancyDeadline } from './backup.js';
import { conflict, doubtSilence, lapse } from './doubt.js';
import { connected } from './fitness.js';
import type { Event, Limits, Mode, Outcome, State } from './model.js';
import { end, enter, stay } from './moves.js';
import { decideHeld, decideSuspect, rearm, suspectDeadline, vipAnswered } from './suspect.js';

/** A director at the start of its daemon: it listens. */
export function initialState(self: 0 | 1, limits: Limits, now: Millis): State {
  return {
    self,
    limits,
    mode: { name: 'starting', since: now, until: millis(now + limits.listen) },
    term: 0,
    ready: false,
    inSync: false,
    fitness: 0,
    blockedUntil: undefined,
    roleAskedUntil: undefined,
    peer: { alive: false, quiet: false, report: undefined, heardAt: now },
  };
}

/** One event. The actions are to be executed in their order, all of them, before the next event. */
export function step(state: State, event: Event, now: Millis): Outcome {
  const happened = happen(learn(unblock(state, now), event, now), event, now);
  const expired = giveUpAsking(happened.state, now);
  const decided = decide(expired.state, now);
  return { state: decided.state, actions: [...happened.actions, ...expired.actions, ...decided.actions] };
}

function unblock(state: State, now: Millis): State {
  const over = state.blockedUntil !== undefined && now >= state.blockedUntil;
  return over ? { ...state, blockedUntil: undefined } : state;
}

/**
 * Links that come back first carry what their neighbours have to say: like a starting director, one that had none
 * listens before it may take a role. The silence from before proves nothing.
 */
function blockedSince(state: State, fitness: number, now: Millis): Millis | undefined {
  const returned = !connected(state.fitness) && connected(fitness) && state.mode.name !== 'starting';
  return returned ? millis(now + state.limits.listen) : state.blockedUntil;
}

/** What an event adds to what is known. */
function learn(state: State, event: Event, now: Millis): State {
  switch (event.type) {
    case 'peerHeard': {
      const term = isActive(state.mode) ? state.term : Math.max(state.term, event.report.term);
      // Who hears the active has listened for long enough.
      const blockedUntil = event.report.role === 'active' ? undefined : state.blockedUntil;
      return {
        ...state,
        term,
        blockedUntil,
        peer: { alive: true, quiet: false, report: event.report, heardAt: now },
      };
    }
    case 'peerQuiet':
      return { ...state, peer: { ...state.peer, quiet: true } };
    case 'peerSilent':
      return { ...state, peer: { ...state.peer, alive: false } };
    case 'ready':
      return { ...state, ready: event.ready };
    case 'sync':
      return { ...state, inSync: event.inSync };
    case 'fitness':
      return { ...state, fitness: event.fitness, blockedUntil: blockedSince(state, event.fitness, now) };
    case 'tick':
    case 'late':
    case 'lapsed':
    case 'vipAnswered':
    case 'raiseFailed':
    case 'handover':
    case 'stop':
      return state;
  }
}

/** What an event does by itself, in the modes that it concerns. */
function happen(state: State, event: Event, now: Millis): Outcome {
  const { mode } = state;
  switch (event.type) {
    case 'late':
      return mode.name === 'suspect' ? rearm(state, mode, now) : stay(state);
    case 'lapsed':
      return lapsed(state, now);
    case 'vipAnswered':
      if (mode.name === 'suspect') return vipAnswered(state, mode, event.address, event.mac, now);
      return mode.name === 'active' ? conflict(state, mode, event.address, event.mac, now) : stay(state);
    case 'raiseFailed':
      return isActive(mode) ? raiseFailed(state, now) : stay(state);
    case 'handover':
      return handover(state, now);
    case 'stop':
      return stop(state, now);
    case 'peerSilent':
      return mode.name === 'active' ? doubtSilence(state, mode, now) : stay(state);
    case 'tick':
    case 'peerHeard':
    case 'peerQuiet':
    case 'ready':
    case 'sync':
    case 'fitness':
      return stay(state);
  }
}

/** What follows from everything that is known now. */
function decide(state: State, now: Millis): Outcome {
  const { mode } = state;
  switch (mode.name) {
    case 'starting':
      return decideStarting(state, mode, now);
    case 'backup':
      return decideBackup(state, mode, now);
    case 'suspect':
      return startAgain(decideSuspect(state, mode, now), now);
    case 'held':
      return startAgain(decideHeld(state, mode, now), now);
    case 'active':
      return decideActive(state, mode, now);
    case 'yielding':
      return decideYielding(state, mode, now);
    case 'stopped':
      return stay(state);
    default:
      return assertNever(mode);
  }
}

/** A starting director whose suspicion was wrong has listened long enough. */
function startAgain(outcome: Outcome, now: Millis): Outcome {
  const { state, actions } = outcome;
  if (state.mode.name !== 'starting') return outcome;
  const next = decideStarting(state, state.mode, now);
  return { state: next.state, actions: [...actions, ...next.actions] };
}

function handover(state: State, now: Millis): Outcome {
  if (state.mode.name === 'active') return offerToPeer(state, now);
  if (state.mode.name !== 'yielding') return askForRole(state, now);
  return { state, actions: [{ type: 'reply', accepted: false, detail: 'A handover is running already.' }] };
}

function stop(state: State, now: Millis): Outcome {
  const { mode } = state;
  if (mode.name === 'stopped') return stay(state);
  if (mode.name === 'active') return stopActive(state, now);
  return mode.name === 'yielding' ? enter(state, { ...mode, thenStop: true }) : end(state, now);
}

function lapsed(state: State, now: Millis): Outcome {
  const { mode } = state;
  if (mode.name === 'active') return lapse(state, mode, now);
  if (mode.name !== 'yielding') return stay(state);
  const broken = cancel(state, mode, 'This director has stalled.', now);
  if (broken.state.mode.name !== 'active') return broken;
  const next = lapse(broken.state, broken.state.mode, now);
  return { state: next.state, actions: [...broken.actions, ...next.actions] };
}

function isActive(mode: Mode): mode is Extract<Mode, { name: 'active' | 'yielding' }> {
  return mode.name === 'active' || mode.name === 'yielding';
}

/** The next time at which a `tick` changes anything; undefined when only an event from outside can. */
export function nextWake(state: State): Millis | undefined {
  const deadlines = [deadlineOf(state), state.blockedUntil, state.roleAskedUntil].filter(
    (at) => at !== undefined,
  );
  return deadlines.length === 0 ? undefined : millis(Math.min(...deadlines));
}

function deadlineOf(state: State): Millis | undefined {
  const { mode } = state;
  switch (mode.name) {
    case 'starting':
    case 'held':
      return mode.until;
    case 'backup':
      return vacancyDeadline(state, mode);
    case 'suspect':
      return suspectDeadline(state, mode);
    case 'active':
      // While two contest the role, the peer's next pulse decides, and no question is asked.
      return mode.contested ? undefined : mode.doubt?.nextAt;
    case 'yielding':
      return mode.deadline;
    case 'stopped':
      return undefined;
    default:
      return assertNever(mode);
  }
}
