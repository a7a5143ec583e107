/**
 * A takeover gone through without anything being done: a program's code that has not run for days is not compiled when it
 * is needed (V8 drops the bytecode of what it has not seen running), and that costs a takeover a millisecond. Pure.
 */
import type { Millis } from '../time.js';
import { nextWake, step } from './machine.js';
import { roleOf, type State } from './model.js';

/** Steps after which a takeover is over, whatever the configuration. */
const STEPS = 20;

/** How many steps a backup would be away from the role if the peer fell silent now. What was decided is forgotten. */
export function rehearseTakeover(before: State, now: Millis): number {
  let { state } = step(before, { type: 'peerSilent' }, now);
  for (let steps = 1; steps < STEPS; steps++) {
    if (roleOf(state.mode) === 'active') return steps;
    const at = nextWake(state);
    if (at === undefined) return STEPS;
    ({ state } = step(state, { type: 'tick' }, at));
  }
  return STEPS;
}
