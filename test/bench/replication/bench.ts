/**
 * How runs of the parts are done: both systems in turn, so that they meet the same moods of the machine, each run on a
 * pair of its own, and one that went wrong is said and counted and never costs the others.
 */
import { isEnding } from '../../../src/lab/guard.js';
import type { Runs, Say } from '../runs.js';
import { type System, SYSTEMS } from './pair.js';

/** The same of both. */
export type Both<T> = Readonly<Record<System, T>>;

/** Does something `count` times with each system in turn. */
export async function inTurn<T>(
  count: number,
  what: string,
  run: (system: System, number: number) => Promise<T>,
  say: Say,
): Promise<Both<Runs<T>>> {
  const runs: Record<System, { measured: T[]; failed: string[] }> = {
    ftpair: { measured: [], failed: [] },
    conntrackd: { measured: [], failed: [] },
  };
  for (let number = 1; number <= count; number++)
    for (const system of SYSTEMS)
      try {
        runs[system].measured.push(await run(system, number));
      } catch (error) {
        // Told to end: the lab is being taken down under us.
        if (isEnding()) throw error;
        const problem = error instanceof Error ? error.message : String(error);
        runs[system].failed.push(problem);
        say(`${what}, ${number} of ${count}: ${system} FAILED: ${problem}`);
      }
  return runs;
}
