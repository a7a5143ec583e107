/** What a director costs while nothing happens: CPU time of its daemon, and resident memory. */
import { pause } from '../../../src/until.js';
import { millis, monotonicNow } from '../../../src/time.js';
import { cpuOf, residentOf } from '../meter.js';
import { type Ground, type Say, tenths } from './bench.js';
import type { Pair } from './pair.js';

/** One director's daemon, all its processes together. */
export interface IdleCost {
  /** Of one core. */
  readonly cpuPercent: number;
  readonly residentMebibytes: number;
}

export interface IdleSide {
  readonly active: IdleCost;
  readonly backup: IdleCost;
}

export interface IdleResult {
  readonly seconds: number;
  readonly ours: IdleSide;
  readonly theirs: IdleSide;
}

const LENGTH = millis(30_000);
/** The start's own work is not idling. */
const COOL_DOWN = millis(5000);

/** Starts counting; the function that is returned ends it. */
function meter(pids: readonly number[]): () => IdleCost {
  const from = monotonicNow();
  const before = cpuOf(pids);
  return () => ({
    cpuPercent: (100_000 * (cpuOf(pids) - before)) / (monotonicNow() - from),
    residentMebibytes: residentOf(pids),
  });
}

async function meters(pair: Pair): Promise<() => IdleSide> {
  const { active, backup } = await pair.settled();
  await pause(COOL_DOWN);
  const [first, second] = [meter(pair.pids(active)), meter(pair.pids(backup))];
  return () => ({ active: first(), backup: second() });
}

/** Both systems at once: CPU time counts only for whom it was spent. */
export async function measureIdle({ ours, theirs }: Ground, say: Say): Promise<IdleResult> {
  say(`idle, ${ours.profile}: ${LENGTH / 1000} seconds of nothing`);
  const done = { ours: await meters(ours), theirs: await meters(theirs) };
  await pause(LENGTH);
  const result = { seconds: LENGTH / 1000, ours: done.ours(), theirs: done.theirs() };
  for (const [name, side] of [
    ['ftpair', result.ours],
    ['keepalived', result.theirs],
  ] as const)
    say(
      `idle, ${ours.profile}: ${name}: active ${tenths(side.active.cpuPercent)} %, backup ${tenths(side.backup.cpuPercent)} % of a core`,
    );
  return result;
}
