/**
 * Two actives on the wire: an observer asks the LAN for the VIP every five milliseconds while the active's daemon is
 * killed, stands still for some seconds, or loses the pulse, and nothing else breaks. The figure is how long two
 * directors answered.
 */
import { nftIn } from '../../../src/lab/ip-command.js';
import type { DirectorName } from '../../../src/lab/plan.js';
import { pause } from '../../../src/until.js';
import { type Millis, millis, monotonicNow } from '../../../src/time.js';
import { alternate, type Ground, type Runs, runsOf, type Say, tenths } from './bench.js';
import { ANSWER_PATIENCE, lengthOf, longestOverlap } from './figures.js';
import { type Instrument, startInstrument } from '../instrument.js';
import type { ObserverReport } from './observer-main.js';
import type { Profile } from './options.js';
import type { Pair, Roles } from './pair.js';

export const FAULTS = ['SIGKILL', 'SIGSTOP', 'pulse cut'] as const;
export type Fault = (typeof FAULTS)[number];

/** One fault. */
export interface DoubleRun {
  /** How long two answered; 0 when never two did. */
  readonly overlapMillis: number;
  /** They would have gone on: the overlap ended only when the fault was mended, or when nobody looked any more. */
  readonly endless: boolean;
  readonly answers: number;
}

export type DoubleResult = Readonly<
  Record<Fault, { readonly ours: Runs<DoubleRun>; readonly theirs: Runs<DoubleRun> }>
>;

/** Milliseconds between two questions for the VIP. */
export const ASK_EVERY = 5;
/** How long a fault lasts: longer than anybody's takeover at these profiles takes. */
const LASTS: Readonly<Record<Profile, Millis>> = { fast: millis(2000), default: millis(6000) };
/** How long is looked at what comes after it was mended. */
const AFTERWARDS = millis(2000);

/** Our pulse (UDP) and VRRP's adverts, dropped on both LANs; everything else passes. */
const PULSE_CUT = `
table bridge pulsecut {
  chain cut {
    type filter hook forward priority 1;
    ether type ip udp dport 7390 drop
    ether type ip ip protocol 112 drop
  }
}`;
const PULSE_MENDED = 'delete table bridge pulsecut';

/** Causes the fault and mends it; returns when it was mended, or when looking ended where it cannot be. */
async function cause(fault: Fault, pair: Pair, active: DirectorName): Promise<Millis> {
  const director = pair.director(active);
  const lasts = LASTS[pair.profile];
  switch (fault) {
    case 'SIGKILL':
      await director.kill();
      await pause(lasts);
      return monotonicNow();
    case 'SIGSTOP':
      director.pause();
      await pause(lasts);
      director.resume();
      await pause(AFTERWARDS);
      return monotonicNow();
    case 'pulse cut': {
      nftIn(pair.lab.plan.wire, PULSE_CUT);
      await pause(lasts);
      const mended = monotonicNow();
      nftIn(pair.lab.plan.wire, PULSE_MENDED);
      await pause(AFTERWARDS);
      return mended;
    }
  }
}

async function one(
  fault: Fault,
  pair: Pair,
  { active }: Roles,
  observer: Instrument<ObserverReport>,
): Promise<DoubleRun> {
  await observer.reset();
  await pause(millis(200));
  const mended = await cause(fault, pair, active);
  const { answers } = await observer.report();
  const overlap = longestOverlap(answers, ANSWER_PATIENCE);
  const endless = overlap !== undefined && overlap.to > mended - ANSWER_PATIENCE;
  return { overlapMillis: lengthOf(overlap), endless, answers: answers.length };
}

/** A daemon that was killed leaves its addresses behind, which no restart of its own explains: reboot its machine. */
async function restore(fault: Fault, pair: Pair, active: DirectorName): Promise<void> {
  if (fault !== 'SIGKILL') return;
  pair.powerOff(active);
  await pair.powerOn(active);
}

async function measureFault(
  fault: Fault,
  { ours, theirs }: Ground,
  observers: ReadonlyMap<Pair, Instrument<ObserverReport>>,
  count: number,
  say: Say,
): Promise<DoubleResult[Fault]> {
  const run = async (pair: Pair, number: number): Promise<DoubleRun> => {
    const observer = observers.get(pair);
    if (observer === undefined) throw new Error('a pair without an observer');
    const roles = await pair.settled();
    const result = await one(fault, pair, roles, observer);
    const how = `two answered for ${tenths(result.overlapMillis)} ms${result.endless ? ', until it was mended' : ''}`;
    say(`doubles, ${pair.profile}, ${fault}, ${number} of ${count}: ${pair.system}: ${how}`);
    await restore(fault, pair, roles.active);
    return result;
  };
  const runs = await alternate([ours, theirs], count, run, say);
  return { ours: runsOf(runs, ours), theirs: runsOf(runs, theirs) };
}

/** Every fault `count` times, with both systems in turn. */
export async function measureDoubles(ground: Ground, count: number, say: Say): Promise<DoubleResult> {
  const observers = new Map(
    [ground.ours, ground.theirs].map((pair) => {
      const args = [pair.lab.vip, String(ASK_EVERY)];
      return [
        pair,
        startInstrument<ObserverReport>(pair.lab.client.namespace, 'takeover/observer-main', args),
      ] as const;
    }),
  );
  const measure = (fault: Fault): Promise<DoubleResult[Fault]> =>
    measureFault(fault, ground, observers, count, say);
  const result: DoubleResult = {
    SIGKILL: await measure('SIGKILL'),
    SIGSTOP: await measure('SIGSTOP'),
    'pulse cut': await measure('pulse cut'),
  };
  for (const observer of observers.values()) observer.stop();
  return result;
}
