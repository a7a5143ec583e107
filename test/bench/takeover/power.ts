/**
 * Power loss to the first answered probe, seen by the client, and the steps of each of our takeovers in between. The
 * cut itself is a program of some milliseconds: what counts is the silence between two answers, which holds all of it.
 */
import type { Pulled } from '../../../src/lab/power.js';
import { pause, until } from '../../../src/until.js';
import { millis } from '../../../src/time.js';
import { median } from '../numbers.js';
import { alternate, type Ground, type Runs, runsOf, type Say, tenths } from './bench.js';
import { lengthOf, longestSilence, type Span } from './figures.js';
import { type Instrument, startInstrument } from '../instrument.js';
import type { ObserverReport } from './observer-main.js';
import type { Pair, Roles } from './pair.js';
import type { ProberReport } from './prober-main.js';
import { type Moment, momentsOf } from './timeline.js';

/** One power loss. Times are CLOCK_MONOTONIC milliseconds. */
export interface PowerRun {
  /** From the last answer before the cut to the first one after it. */
  readonly silentMillis: number;
  readonly silence: Span;
  /** The cut happened in here. */
  readonly cut: Pulled;
  /** The longest time in which the prober itself did not send. */
  readonly ownStallMillis: number;
  /** What happened when, counted from the last answer. */
  readonly moments: readonly Moment[];
}

export interface PowerResult {
  readonly ours: Runs<PowerRun>;
  readonly theirs: Runs<PowerRun>;
}

interface Instruments {
  readonly prober: Instrument<ProberReport>;
  readonly observer: Instrument<ObserverReport>;
}

const PATIENCE = millis(15_000);
/** The last answer before the cut is at most this much older than the cut, also when the machine paused just then. */
const SLACK = 45;
/** An answer this long after the cut is none that was still under way. */
const SETTLED = 20;

function startInstruments({ lab }: Pair): Instruments {
  const { namespace } = lab.client;
  return {
    prober: startInstrument(namespace, 'takeover/prober-main', [lab.vip]),
    observer: startInstrument(namespace, 'takeover/observer-main', [lab.vip, '0']),
  };
}

/** The VIP answers, and has done so for some time. */
async function answering(prober: Instrument<ProberReport>): Promise<void> {
  await prober.reset();
  await until(
    async () => {
      const { answeredAt } = await prober.report();
      return answeredAt.slice(-30, -5).filter((at) => at !== null).length === 25;
    },
    { what: 'the VIP answers', within: PATIENCE, every: millis(50) },
  );
}

/** The silence that the cut made, once it is over: other pauses of the machine may be longer. */
async function silenceAfter(
  prober: Instrument<ProberReport>,
  cut: Pulled,
): Promise<ProberReport & { silence: Span }> {
  return until(
    async () => {
      const report = await prober.report();
      // The old active cannot answer any more: whoever answers now is the new one.
      const over = report.answeredAt.some((at) => at !== null && at > cut.to + SETTLED);
      const silence = longestSilence(report, { from: cut.from - SLACK, to: cut.to });
      return over && silence !== undefined && { ...report, silence };
    },
    { what: 'the VIP answers again', within: PATIENCE, every: millis(200) },
  );
}

async function lose(
  pair: Pair,
  { prober, observer }: Instruments,
  { active, backup }: Roles,
): Promise<PowerRun> {
  await answering(prober);
  await prober.reset();
  await observer.reset();
  // The answers of the time before the cut are the silence's other end.
  await pause(millis(50));
  const cut = pair.powerOff(active);
  const { silence, ownStallMillis } = await silenceAfter(prober, cut);
  const wire = await observer.report();
  const moments = await momentsOf(pair, backup, wire, silence);
  return { silentMillis: lengthOf(silence), silence, cut, ownStallMillis, moments };
}

/** Power losses of both systems in turn, `count` of each. */
export async function measurePower({ ours, theirs }: Ground, count: number, say: Say): Promise<PowerResult> {
  const pairs = [ours, theirs];
  const instruments = new Map(pairs.map((pair) => [pair, startInstruments(pair)]));
  const run = async (pair: Pair, number: number): Promise<PowerRun> => {
    const mine = instruments.get(pair);
    if (mine === undefined) throw new Error('a pair without instruments');
    const roles = await pair.settled();
    const lost = await lose(pair, mine, roles);
    say(
      `power, ${pair.profile}, ${number} of ${count}: ${pair.system} silent for ${tenths(lost.silentMillis)} ms`,
    );
    await pair.powerOn(roles.active);
    return lost;
  };
  const runs = await alternate(pairs, count, run, say);
  for (const { prober, observer } of instruments.values()) [prober, observer].forEach((one) => one.stop());
  return { ours: runsOf(runs, ours), theirs: runsOf(runs, theirs) };
}

/** The silences of some runs. */
export function silences({ measured }: Runs<PowerRun>): readonly number[] {
  return measured.map(({ silentMillis }) => silentMillis);
}

/** The run whose silence is nearest to the median: the one to look at. */
export function typicalRun(runs: Runs<PowerRun>): PowerRun | undefined {
  const middle = median(silences(runs)) ?? 0;
  const distance = ({ silentMillis }: PowerRun): number => Math.abs(silentMillis - middle);
  return [...runs.measured].sort((a, b) => distance(a) - distance(b))[0];
}
