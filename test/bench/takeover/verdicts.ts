/**
 * The figures that are to be reached, and whether they were: from results to rows of a table. Pure. A run that failed
 * and a figure that was missed are said as plainly as one that was reached.
 */
import { median, ratio, worst } from '../numbers.js';
import { met, NOTHING, number, type Row } from '../verdict.js';
import type { Runs } from './bench.js';
import { FAULTS, type DoubleResult, type DoubleRun } from './doubles.js';
import type { HandoverRun, Window } from './handover.js';
import type { IdleCost, IdleResult } from './idle.js';
import type { LoadResult } from './load.js';
import type { Profile } from './options.js';
import { type PowerResult, silences } from './power.js';
import type { Results } from './results.js';

function spread(values: readonly number[], failed: readonly string[]): string {
  const text = `${number(median(values))} / ${number(worst(values))} ms (${values.length})`;
  return failed.length === 0 ? text : `${text}, ${failed.length} FAILED`;
}

function powerRows(profile: Profile, { ours, theirs }: PowerResult): readonly Row[] {
  const [mine, other] = [silences(ours), silences(theirs)];
  const [middle, most] = [median(mine), worst(mine)];
  const share = ratio(middle, median(other));
  const limit = profile === 'fast' ? 0.5 : 0.05;
  const adverts = profile === 'fast' ? '10 ms' : '1 s';
  const stretch =
    profile === 'fast'
      ? `≤ 0.35 and ≤ 15 ms: ${met(share, (value) => value <= 0.35 && (middle ?? Infinity) <= 15)}`
      : '';
  const first: Row = {
    figure: `power loss, ${profile} profile (adverts ${adverts}): median / worst (runs); ratio of medians ${number(share, 3)}`,
    ours: spread(mine, ours.failed),
    theirs: spread(other, theirs.failed),
    target: `ratio ≤ ${limit}`,
    verdict: met(share, (value) => value <= limit),
    stretch,
  };
  if (profile !== 'fast') return [first];
  const theirMost = worst(other) ?? 0;
  return [
    first,
    {
      figure: 'same, worst',
      ours: `${number(most)} ms`,
      theirs: `${number(worst(other))} ms`,
      target: "below keepalived's",
      verdict: met(most, (value) => value < theirMost && ours.failed.length === 0),
      stretch: `≤ 25 ms: ${met(most, (value) => value <= 25)}`,
    },
  ];
}

function handoverRows({ measured, failed }: Runs<HandoverRun>): readonly Row[] {
  const sum = (pick: (run: HandoverRun) => number): number =>
    measured.reduce((total, run) => total + pick(run), 0);
  const lost = measured.length === 0 ? undefined : sum((run) => run.with.probesLost);
  const stalls = (pick: (run: HandoverRun) => Window): readonly number[] =>
    measured.map((run) => pick(run).stallMillis);
  const [across, without] = [stalls((run) => run.with), stalls((run) => run.without)];
  const growth = (worst(across) ?? NaN) - (worst(without) ?? NaN);
  const growthOfMedians = (median(across) ?? NaN) - (median(without) ?? NaN);
  return [
    {
      figure: `probes lost in ${measured.length} handovers, of ${sum((run) => run.with.probesSent)} sent`,
      ours: failed.length === 0 ? number(lost, 0) : `${number(lost, 0)}, ${failed.length} handovers FAILED`,
      theirs: NOTHING,
      target: '0',
      verdict: met(lost, (value) => value === 0 && failed.length === 0),
      stretch: '',
    },
    {
      figure: 'longest stall of a transfer: median / worst (handovers)',
      ours: `${spread(across, failed)}; without: ${spread(without, [])}`,
      theirs: NOTHING,
      target: '–',
      verdict: 'compared',
      stretch: `growth ≤ 5 ms: ${met(growth, (value) => value <= 5)} (worst ${number(growth)}, median ${number(growthOfMedians)} ms)`,
    },
  ];
}

function doubleText({ measured, failed }: Runs<DoubleRun>): string {
  const longest = [...measured].sort((a, b) => b.overlapMillis - a.overlapMillis)[0];
  const endless = measured.filter(({ endless: open }) => open).length;
  const middle = median(measured.map(({ overlapMillis }) => overlapMillis));
  const text = `${number(middle)} / ${number(longest?.overlapMillis)} ms (${measured.length})`;
  const never = endless === 0 ? text : `${text}, ${endless} until mended`;
  return failed.length === 0 ? never : `${never}, ${failed.length} FAILED`;
}

function doubleRows(profile: Profile, result: DoubleResult): readonly Row[] {
  return FAULTS.map((fault): Row => {
    const { ours, theirs } = result[fault];
    const most = worst(ours.measured.map(({ overlapMillis }) => overlapMillis));
    const clean = ours.failed.length === 0 && ours.measured.every(({ endless }) => !endless);
    return {
      figure: `two actives after ${fault}, ${profile} profile: median / worst (runs)`,
      ours: doubleText(ours),
      theirs: doubleText(theirs),
      target: '≤ 250 ms',
      verdict: met(most, (value) => value <= 250 && clean),
      stretch: `≤ 100 ms: ${met(most, (value) => value <= 100 && clean)}`,
    };
  });
}

function loadRows({ minutes, ours, theirs }: LoadResult): readonly Row[] {
  const side = ({ falseTakeovers, silentMillis, overlapMillis, dumps }: LoadResult['ours']): string =>
    `${falseTakeovers} (VIP silent ≤ ${number(silentMillis)} ms, two answered ≤ ${number(overlapMillis)} ms, ${dumps} dumps)`;
  return [
    {
      figure: `false takeovers in ${minutes} minutes under load, fast profile`,
      ours: side(ours),
      theirs: side(theirs),
      target: '0',
      verdict: met(ours.falseTakeovers, (value) => value === 0),
      stretch: '',
    },
  ];
}

function costText({ active, backup }: { active: IdleCost; backup: IdleCost }): string {
  const cpu = `${number(active.cpuPercent, 2)} / ${number(backup.cpuPercent, 2)} %`;
  return `${cpu}, ${number(active.residentMebibytes, 0)} / ${number(backup.residentMebibytes, 0)} MiB`;
}

function idleRows(profile: Profile, { seconds, ours, theirs }: IdleResult): readonly Row[] {
  const limit = profile === 'fast' ? 5 : 1;
  const both = [ours.active, ours.backup];
  const cpu = worst(both.map(({ cpuPercent }) => cpuPercent));
  const memory = worst(both.map(({ residentMebibytes }) => residentMebibytes)) ?? Infinity;
  return [
    {
      figure: `idle cost over ${seconds} s, ${profile} profile: active / backup, of a core; resident`,
      ours: costText(ours),
      theirs: costText(theirs),
      target: `≤ ${limit} %, ≤ 120 MiB`,
      verdict: met(cpu, (value) => value <= limit && memory <= 120),
      stretch: '',
    },
  ];
}

/** All rows, in the order in which the figures are asked for. */
export function verdicts({ profiles }: Results): readonly Row[] {
  const both = (['fast', 'default'] as const).map((profile) => ({ profile, got: profiles[profile] ?? {} }));
  return [
    ...both.flatMap(({ profile, got }) => (got.power ? powerRows(profile, got.power) : [])),
    ...both.flatMap(({ got }) => (got.handover ? handoverRows(got.handover) : [])),
    ...both.flatMap(({ profile, got }) => (got.doubles ? doubleRows(profile, got.doubles) : [])),
    ...both.flatMap(({ got }) => (got.load ? loadRows(got.load) : [])),
    ...both.flatMap(({ profile, got }) => (got.idle ? idleRows(profile, got.idle) : [])),
  ];
}
