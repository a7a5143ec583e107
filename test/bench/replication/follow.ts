/**
 * One load at one rate, and whether the backup followed it: the generator is halted in the middle of everything and both
 * kernels are compared, then every session is brought to its end and they are compared again.
 */
import { pause, until } from '../../../src/until.js';
import { millis, monotonicNow } from '../../../src/time.js';
import { cpuOf } from '../meter.js';
import { type Difference, equals, follows } from './compare.js';
import { type Account, complaint } from './complaint.js';
import { PACE_KEPT, type Step } from './ramp.js';
import type { Stand } from './stand.js';

/** What came of it. */
export interface Followed extends Step {
  readonly sessions: number;
  /** Why it does not count; empty when it does. */
  readonly why: string;
  /** Every part of every entry was the same at the halt: masters, helpers, offsets and the NAT of expectations too. */
  readonly complete: boolean;
  /** What was different then. */
  readonly difference: Difference;
  /** Announcements that the backup's kernel never had: they had become flows before they were written. */
  readonly skipped: number;
  /** From the halt to a backup that followed. */
  readonly caughtUpMillis: number;
  /** Of both daemons, from before the first session to after the last one's end. */
  readonly cpuSeconds: number;
  /** The time that this is of. */
  readonly tookMillis: number;
}

/** A backup that is further behind than this when the load stops was not following. */
const CATCH_UP = millis(1000);
const DRAIN = millis(15_000);
const LOOK = millis(25);

interface CaughtUp {
  readonly difference: Difference;
  readonly millis: number;
}

/** Looks until the backup follows, or in vain. */
async function catchUp(stand: Stand, within: number): Promise<CaughtUp> {
  const picture = await stand.activeKernel.picture();
  const from = monotonicNow();
  let difference = await stand.difference(picture);
  while (!equals(difference) && monotonicNow() - from < within) {
    // Those that never become equal need not be waited for once they follow: what they lack does not come.
    if (follows(difference) && stand.pair.system !== 'ftpair') break;
    await pause(LOOK);
    difference = await stand.difference(picture);
  }
  return { difference, millis: monotonicNow() - from };
}

async function drained(stand: Stand): Promise<void> {
  await until(async () => follows(await stand.difference()), {
    what: `the backup of ${stand.pair.system} has followed to the end`,
    within: DRAIN,
    every: millis(100),
  });
}

/**
 * Runs `rate` sessions a second for so many seconds. A backup that does not follow at the halt is not waited for: its pair
 * is of no further use. @throws Error when it follows there and never gets to the end.
 */
export async function follow(stand: Stand, rate: number, seconds: number): Promise<Followed> {
  const { pair, generator, backupKernel } = stand;
  const pids = [...pair.pids(pair.active), ...pair.pids(pair.backup)];
  const account = async (): Promise<Account> => ({
    losses: await pair.losses(),
    created: await backupKernel.counters(),
  });
  const [before, cpuBefore, startedAt] = [await account(), cpuOf(pids), monotonicNow()];
  await generator.start(rate);
  await pause(millis(seconds * 1000));
  const { sessions, millis: lasted } = await generator.halt();
  const halted = await catchUp(stand, CATCH_UP);
  if (follows(halted.difference)) {
    await generator.finish();
    await drained(stand);
  }
  const [cpuSeconds, tookMillis] = [cpuOf(pids) - cpuBefore, monotonicNow() - startedAt];
  const after = await account();
  const why = complaint(halted.difference, before, after, sessions);
  return {
    asked: rate,
    achieved: (sessions * 1000) / lasted,
    carried: why === '',
    sessions,
    why,
    complete: equals(halted.difference),
    difference: halted.difference,
    skipped: Math.max(0, sessions - (after.created.expectations - before.created.expectations)),
    caughtUpMillis: halted.millis,
    cpuSeconds,
    tookMillis,
  };
}

/** Long enough for a daemon that has just started to have compiled what it does. */
const WARM_UP_SECONDS = 3;

/** The same load for some seconds, for nothing: what is measured behind it is a steady rate, and no start. */
export async function warmUp(stand: Stand, rate: number): Promise<void> {
  await follow(stand, rate, WARM_UP_SECONDS);
}

/** One line about it. */
export function followedText(followed: Followed): string {
  const { asked, achieved, carried, why, complete, skipped, caughtUpMillis } = followed;
  const pace = achieved >= asked * PACE_KEPT ? '' : ` (the generator made ${achieved.toFixed(0)})`;
  const rest = skipped === 0 ? '' : `, ${skipped} announcements skipped`;
  const verdict = carried
    ? `carried${complete ? ', complete' : ', not in every part'}`
    : `NOT carried: ${why}`;
  return `${asked}/s${pace} ${verdict}${rest}; ${caughtUpMillis.toFixed(0)} ms behind at the halt`;
}
