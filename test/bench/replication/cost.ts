/** CPU time that sessions cost, at a rate that both systems carry: both daemons of the pair, and nothing else. */
import type { Runs, Say } from '../runs.js';
import { type Both, inTurn } from './bench.js';
import { type Followed, follow } from './follow.js';
import type { System } from './pair.js';
import { onStand } from './stand.js';

export interface CostRun {
  /** CPU seconds, user and system, for 10,000 sessions. */
  readonly cpuSecondsPer10k: number;
  readonly followed: Followed;
}

export type CostResult = Both<Runs<CostRun>>;

/** What can be chosen about it. */
export interface CostOptions {
  readonly runs: number;
  readonly rate: number;
  readonly seconds: number;
}

/** `runs` loads for each system in turn. A load that was not carried is a run that failed. */
export function measureCost({ runs, rate, seconds }: CostOptions, say: Say): Promise<CostResult> {
  const run = (system: System, number: number): Promise<CostRun> =>
    onStand(system, async (stand) => {
      const followed = await follow(stand, rate, seconds);
      if (!followed.carried) throw new Error(`not carried at ${rate}/s: ${followed.why}`);
      const cpuSecondsPer10k = (followed.cpuSeconds * 10_000) / followed.sessions;
      say(`cpu, ${number} of ${runs}: ${system} ${cpuSecondsPer10k.toFixed(2)} s for 10,000 sessions`);
      return { cpuSecondsPer10k, followed };
    });
  return inTurn(runs, 'cpu', run, say);
}
