/** CPU time that sessions cost, at a rate that both systems carry: both daemons of the pair, and nothing else. */
import { pause } from '../../../src/until.js';
import { millis, monotonicNow } from '../../../src/time.js';
import { cpuOf } from '../meter.js';
import type { Runs, Say } from '../runs.js';
import { type Both, inTurn } from './bench.js';
import { type Followed, follow, warmUp } from './follow.js';
import type { System } from './pair.js';
import { onStand, type Stand } from './stand.js';

export interface CostRun {
  /** CPU seconds, user and system, for 10,000 sessions. */
  readonly cpuSecondsPer10k: number;
  /** What the same time would have cost with one session that stands still. */
  readonly standingSecondsPer10k: number;
  readonly followed: Followed;
}

export type CostResult = Both<Runs<CostRun>>;

/** What can be chosen about it. */
export interface CostOptions {
  readonly runs: number;
  readonly rate: number;
  readonly seconds: number;
}

/** So long what stands still is looked at. */
const STANDING = millis(3000);

/** CPU seconds a second of both daemons with one session that does nothing: with one, ours renews its gate. */
async function standingCost({ generator, pair }: Stand): Promise<number> {
  await generator.fill(1);
  await pause(millis(500));
  const pids = [...pair.pids(pair.active), ...pair.pids(pair.backup)];
  const [from, before] = [monotonicNow(), cpuOf(pids)];
  await pause(STANDING);
  return (1000 * (cpuOf(pids) - before)) / (monotonicNow() - from);
}

/** `runs` loads for each system in turn. A load that was not carried is a run that failed. */
export function measureCost({ runs, rate, seconds }: CostOptions, say: Say): Promise<CostResult> {
  const run = (system: System, number: number): Promise<CostRun> =>
    onStand(system, async (stand) => {
      await warmUp(stand, rate);
      const standing = await standingCost(stand);
      const followed = await follow(stand, rate, seconds);
      if (!followed.carried) throw new Error(`not carried at ${rate}/s: ${followed.why}`);
      const per10k = (cpuSeconds: number): number => (cpuSeconds * 10_000) / followed.sessions;
      const cost = {
        cpuSecondsPer10k: per10k(followed.cpuSeconds),
        standingSecondsPer10k: per10k((standing * followed.tookMillis) / 1000),
      };
      say(
        `cpu, ${number} of ${runs}: ${system} ${cost.cpuSecondsPer10k.toFixed(2)} s for 10,000 sessions, of it standing ${cost.standingSecondsPer10k.toFixed(2)} s`,
      );
      return { ...cost, followed };
    });
  return inTurn(runs, 'cpu', run, say);
}
