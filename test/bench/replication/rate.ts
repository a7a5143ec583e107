/** Sessions per second that are carried completely without loss: a search for the highest rate, on pairs of each system. */
import type { Runs, Say } from '../runs.js';
import { type Both, inTurn } from './bench.js';
import { type Followed, follow, followedText } from './follow.js';
import type { System } from './pair.js';
import { type Found, highest, nextRate } from './ramp.js';
import { raiseStand, type Stand } from './stand.js';

export interface RateRun extends Found {
  readonly steps: readonly Followed[];
}

export type RateResult = Both<Runs<RateRun>>;

/** What can be chosen about a search. */
export interface RateOptions {
  readonly runs: number;
  /** Length of each step. */
  readonly seconds: number;
  /** The first rate and the highest that is tried. */
  readonly first: number;
  readonly most: number;
}

/** A rate fails when it fails so often in a row: a single stall of the machine is nobody's limit. */
const TRIES = 2;

/** A pair that is thrown away after a rate that was too much for it. */
class Replaceable {
  #stand: Stand | undefined;

  constructor(private readonly system: System) {}

  async get(): Promise<Stand> {
    this.#stand ??= await raiseStand(this.system);
    return this.#stand;
  }

  async discard(): Promise<void> {
    await this.#stand?.down();
    this.#stand = undefined;
  }
}

async function step(stands: Replaceable, rate: number, seconds: number, tell: Say): Promise<Followed> {
  for (let attempt = 1; ; attempt++) {
    const followed = await follow(await stands.get(), rate, seconds).catch((error: unknown) =>
      lostTouch(error, rate),
    );
    tell(followedText(followed));
    if (!followed.carried) await stands.discard();
    if (followed.carried || attempt === TRIES) return followed;
  }
}

/** A backup that never got there. */
function lostTouch(error: unknown, asked: number): Followed {
  const why = error instanceof Error ? error.message : String(error);
  const none = { nat: 0, state: 0, mark: 0, helper: 0, master: 0, offsets: 0 };
  const difference = { missing: 0, extra: 0, flows: none, expectationNat: 0, examples: [] };
  return {
    ...{ asked, achieved: asked, carried: false, sessions: 0, why, complete: false, difference },
    ...{ caughtUpMillis: Infinity, cpuSeconds: 0, tookMillis: 0, skipped: 0 },
  };
}

/** Searches `runs` times with each system in turn. */
export function measureRate({ runs, seconds, first, most }: RateOptions, say: Say): Promise<RateResult> {
  const search = async (system: System, number: number): Promise<RateRun> => {
    const tell: Say = (line) => {
      say(`sessions, ${number} of ${runs}: ${system}: ${line}`);
    };
    const stands = new Replaceable(system);
    const steps: Followed[] = [];
    try {
      for (let rate = nextRate(steps, first, most); rate !== undefined; rate = nextRate(steps, first, most))
        steps.push(await step(stands, rate, seconds, tell));
    } finally {
      await stands.discard();
    }
    const found = highest(steps);
    tell(`${found.atLeast ? 'at least ' : ''}${found.rate.toFixed(0)} sessions/s`);
    return { ...found, steps };
  };
  return inTurn(runs, 'sessions', search, say);
}
