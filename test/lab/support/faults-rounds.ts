/**
 * Both daemons ended and started again, in a random order that a seed fixes: what each round does (pure), and doing it
 * under the observer's eyes. Ends are SIGTERM or SIGKILL, together or one after the other, and so are the starts.
 */
import type { DirectorName } from '../../../src/lab/plan.js';
import { pause } from '../../../src/until.js';
import { millis, monotonicNow } from '../../../src/time.js';
import { Random } from '../../unit/simulation/random.js';
import { bothAnswer } from './faults-settle.js';
import { type Place, watchUntilAlone, whoServes } from './faults-watch.js';
import { overlapOf } from './observer-sight.js';

/** One daemon's end or start, so many milliseconds after the one before it in the round. */
export interface Turn {
  readonly name: DirectorName;
  readonly after: number;
}

/** One round: both end, both start. */
export interface Round {
  readonly ends: readonly (Turn & { readonly how: 'SIGTERM' | 'SIGKILL' })[];
  readonly starts: readonly Turn[];
}

/** What the observer saw of a round, in milliseconds. */
export interface RoundSeen {
  /** Who serves on the public and the private LAN at the end. */
  readonly serves: readonly string[];
  readonly overlap: number;
  /** From the moment at which both daemons answer until exactly one answered on each LAN; Infinity for never. */
  readonly alone: number;
}

/** A pause of up to so many milliseconds, and as often none at all. */
function gap(random: Random, most: number): number {
  return random.chance(0.5) ? 0 : Math.round(random.between(0, most));
}

function order(random: Random): readonly DirectorName[] {
  return random.chance(0.5) ? ['alpha', 'beta'] : ['beta', 'alpha'];
}

/** The same seed gives the same rounds for ever. The first one is the plainest: both killed, both started at once. */
export function planRounds(seed: number, count: number): readonly Round[] {
  const random = new Random(seed);
  const plain: Round = {
    ends: [
      { name: 'alpha', after: 0, how: 'SIGKILL' },
      { name: 'beta', after: 0, how: 'SIGKILL' },
    ],
    starts: [
      { name: 'alpha', after: 0 },
      { name: 'beta', after: 0 },
    ],
  };
  const more = Array.from({ length: count - 1 }, (): Round => ({
    ends: order(random).map((name) => {
      const how = random.chance(0.5) ? 'SIGTERM' : 'SIGKILL';
      return { name, how, after: gap(random, 300) };
    }),
    starts: order(random).map((name) => ({ name, after: gap(random, 1500) })),
  }));
  return [plain, ...more].slice(0, count);
}

/** Does one round and watches until exactly one serves. */
export async function runRound(place: Place, round: Round): Promise<RoundSeen> {
  const { lab, observer } = place;
  await observer.report();
  const ended: Promise<unknown>[] = [];
  for (const { name, how, after } of round.ends) {
    await pause(millis(after));
    ended.push(lab.director(name).stop(how));
  }
  await Promise.all(ended);
  for (const { name, after } of round.starts) {
    await pause(millis(after));
    lab.director(name).start();
  }
  await bothAnswer(lab);
  const started = monotonicNow();
  const { watch, from } = await watchUntilAlone(place);
  return {
    serves: whoServes(place, watch),
    overlap: Math.max(...Object.values(observer.asks).map((address) => overlapOf(watch, address))),
    alone: from === undefined ? Infinity : Math.max(0, from - started),
  };
}
