/**
 * What every part of the benchmark is given, and how a run that went wrong is dealt with: said, counted, and the pair
 * rebooted, so that one bad run never costs the others.
 */
import { isEnding } from '../../../src/lab/guard.js';
import type { Runs, Say } from '../runs.js';
import type { Pair } from './pair.js';

export { type Runs, type Say, tenths } from '../runs.js';

/** Both systems in labs of their own, at one profile. */
export interface Ground {
  readonly ours: Pair;
  readonly theirs: Pair;
}

/** Does something `count` times, with each pair in turn, so that both meet the same moods of the machine. */
export async function alternate<T>(
  pairs: readonly Pair[],
  count: number,
  run: (pair: Pair, number: number) => Promise<T>,
  say: Say,
): Promise<ReadonlyMap<Pair, Runs<T>>> {
  const runs = new Map(pairs.map((pair) => [pair, { measured: [] as T[], failed: [] as string[] }]));
  for (let number = 1; number <= count; number++)
    for (const pair of pairs) {
      const mine = runs.get(pair);
      try {
        mine?.measured.push(await run(pair, number));
      } catch (error) {
        // Told to end: the lab is being taken down under us.
        if (isEnding()) throw error;
        const problem = error instanceof Error ? error.message : String(error);
        mine?.failed.push(problem);
        say(`${pair.system} run ${number} FAILED: ${problem}; ${await pair.describe()}`);
        await pair.reboot();
      }
    }
  return runs;
}

/** The runs of one pair; none where it took no part. */
export function runsOf<T>(runs: ReadonlyMap<Pair, Runs<T>>, pair: Pair): Runs<T> {
  return runs.get(pair) ?? { measured: [], failed: [] };
}
