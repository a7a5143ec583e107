/**
 * The figures that are to be reached, and whether they were: from results to rows of a table. Pure. Figures are medians
 * of the runs; a run that failed is said, and a figure of ours with one has not been reached.
 */
import { median, ratio, worst } from '../numbers.js';
import type { Runs } from '../runs.js';
import { met, NOTHING, number, type Row } from '../verdict.js';
import type { CostResult, CostRun } from './cost.js';
import type { DelayResult, DelayRun } from './delay.js';
import type { FullResult, FullRun } from './full.js';
import type { Part } from './options.js';
import type { RateResult, RateRun } from './rate.js';
import type { Results } from './results.js';
import type { SurvivalResult, SurvivalRun } from './survival.js';
import type { Count, Tally } from './tally.js';

/** A figure and how many runs it is of. */
function text<T>(figure: string, { measured, failed }: Runs<T>): string {
  const runs = `${figure} (${measured.length})`;
  return failed.length === 0 ? runs : `${runs}, ${failed.length} FAILED`;
}

function middle<T>(runs: Runs<T>, pick: (run: T) => number | undefined): number | undefined {
  return median(runs.measured.map(pick).filter((value) => value !== undefined));
}

const clean = <T>({ measured, failed }: Runs<T>): boolean => measured.length > 0 && failed.length === 0;

function rateText(runs: Runs<RateRun>): string {
  const least = runs.measured.some(({ atLeast }) => atLeast) ? '≥ ' : '';
  return text(
    `${least}${number(
      middle(runs, ({ rate }) => rate),
      0,
    )}/s`,
    runs,
  );
}

/** In how many of the loads that were carried every part of every entry was there. */
function completeText({ measured }: Runs<RateRun>): string {
  const carried = measured.flatMap(({ steps }) => steps).filter((step) => step.carried);
  return `${carried.filter(({ complete }) => complete).length} of ${carried.length} loads`;
}

function rateRows({ ftpair, conntrackd }: RateResult): readonly Row[] {
  const share = ratio(
    middle(ftpair, ({ rate }) => rate),
    middle(conntrackd, ({ rate }) => rate),
  );
  const carried = ftpair.measured.flatMap(({ steps }) => steps).filter((step) => step.carried);
  const incomplete = carried.filter(({ complete }) => !complete).length;
  return [
    {
      figure: `FTP sessions per second carried without loss (made over ctnetlink): median (runs); ratio ${number(share, 2)}`,
      ours: rateText(ftpair),
      theirs: rateText(conntrackd),
      target: 'ratio ≥ 1',
      verdict: met(share, (value) => value >= 1 && clean(ftpair)),
      stretch: `≥ 2: ${met(share, (value) => value >= 2 && clean(ftpair))}`,
    },
    {
      figure: 'and carried with every part: masters, helpers, offsets, NAT of expectations',
      ours: completeText(ftpair),
      theirs: completeText(conntrackd),
      target: 'all',
      verdict: met(incomplete, (value) => value === 0 && carried.length > 0),
      stretch: '',
    },
  ];
}

function costRows({ ftpair, conntrackd }: CostResult, rate: number): readonly Row[] {
  const [ours, theirs] = [ftpair, conntrackd].map((runs) => middle(runs, (run) => run.cpuSecondsPer10k));
  const share = ratio(ours, theirs);
  const standing = (runs: Runs<CostRun>): string =>
    number(
      middle(runs, (run) => run.standingSecondsPer10k),
      2,
    );
  return [
    {
      figure: `CPU seconds per 10,000 sessions at ${rate}/s, both daemons: median, of it standing cost (runs); ratio ${number(share, 2)}`,
      ours: text(`${number(ours, 2)} s, ${standing(ftpair)} s`, ftpair),
      theirs: text(`${number(theirs, 2)} s, ${standing(conntrackd)} s`, conntrackd),
      target: 'ratio ≤ 1.5',
      verdict: met(share, (value) => value <= 1.5 && clean(ftpair)),
      stretch: `≤ 1: ${met(share, (value) => value <= 1 && clean(ftpair))}`,
    },
  ];
}

function lagText(runs: Runs<DelayRun>): string {
  const [p50, p99, max] = [
    middle(runs, (lag) => lag.p50),
    middle(runs, (lag) => lag.p99),
    middle(runs, (lag) => lag.max),
  ].map((value) => number(value));
  const unseen = runs.measured.reduce((sum, lag) => sum + lag.unseen, 0);
  const figures = `${p50 ?? NOTHING} / ${p99 ?? NOTHING} / ${max ?? NOTHING} ms`;
  return text(unseen === 0 ? figures : `${figures}, ${unseen} NEVER`, runs);
}

function lagRows({ ftpair, conntrackd }: DelayResult, rate: number): readonly Row[] {
  const p99 = middle(ftpair, (lag) => lag.p99);
  const share = ratio(
    p99,
    middle(conntrackd, (lag) => lag.p99),
  );
  const whole = clean(ftpair) && ftpair.measured.every(({ unseen }) => unseen === 0);
  return [
    {
      figure: `lag between the kernels at ${rate} sessions/s: p50 / p99 / max, medians (runs); ratio of p99 ${number(share, 2)}`,
      ours: lagText(ftpair),
      theirs: lagText(conntrackd),
      target: 'p99 ≤ 5 ms',
      verdict: met(p99, (value) => value <= 5 && whole),
      stretch: `≤ 2 ms: ${met(p99, (value) => value <= 2 && whole)}`,
    },
  ];
}

function resyncRows({ ftpair, conntrackd }: FullResult, flows: number): readonly Row[] {
  const [ours, theirs] = [ftpair, conntrackd].map((runs) => middle(runs, (run) => run.resyncMillis));
  const share = ratio(ours, theirs);
  const gap = worst(ftpair.measured.map(({ pulse }) => pulse?.longestGapMillis ?? Infinity));
  const limit = ftpair.measured[0]?.pulse?.silenceMillis ?? 0;
  return [
    {
      figure: `resync of ${flows} sessions to an emptied backup: median (runs); ratio ${number(share, 2)}`,
      ours: text(`${number(ours, 0)} ms`, ftpair),
      theirs: text(`${number(theirs, 0)} ms`, conntrackd),
      target: 'ratio ≤ 1',
      verdict: met(share, (value) => value <= 1 && clean(ftpair)),
      stretch: `≤ 0.5: ${met(share, (value) => value <= 0.5 && clean(ftpair))}`,
    },
    {
      figure: "longest gap between the active's pulses meanwhile, of all runs",
      ours: `${number(gap)} ms`,
      theirs: NOTHING,
      target: `≤ ${limit} ms`,
      verdict: met(gap, (value) => value <= limit && clean(ftpair)),
      stretch: '',
    },
  ];
}

function memoryText(runs: Runs<FullRun>): string {
  const [active, backup] = [
    middle(runs, ({ memory }) => memory.active),
    middle(runs, ({ memory }) => memory.backup),
  ].map((value) => number(value, 0));
  return text(`${active ?? NOTHING} / ${backup ?? NOTHING} MiB`, runs);
}

function memoryRows({ ftpair, conntrackd }: FullResult, flows: number): readonly Row[] {
  const most = worst(
    [middle(ftpair, ({ memory }) => memory.active), middle(ftpair, ({ memory }) => memory.backup)].filter(
      (value) => value !== undefined,
    ),
  );
  return [
    {
      figure: `resident memory with ${flows} sessions: active / backup, medians (runs)`,
      ours: memoryText(ftpair),
      theirs: memoryText(conntrackd),
      target: '≤ 300 MiB',
      verdict: met(most, (value) => value <= 300 && clean(ftpair)),
      stretch: `≤ 150 MiB: ${met(most, (value) => value <= 150 && clean(ftpair))}`,
    },
  ];
}

type Group = keyof Tally;

/** Of all runs together. */
function survivors({ measured }: Runs<SurvivalRun>, group: Group): Count {
  const sum = (pick: (count: Count) => number): number =>
    measured.reduce((total, run) => total + pick(run[group]), 0);
  return { sessions: sum(({ sessions }) => sessions), intact: sum(({ intact }) => intact) };
}

const percent = ({ sessions, intact }: Count): number | undefined =>
  sessions === 0 ? undefined : (100 * intact) / sessions;

function survivalText(runs: Runs<SurvivalRun>, group: Group): string {
  const count = survivors(runs, group);
  return text(`${number(percent(count))} %, ${count.intact} of ${count.sessions}`, runs);
}

const GROUPS: readonly (readonly [Group, string])[] = [
  [
    'staked',
    'sessions with offsets or announced channels intact after a power loss (real clients and servers)',
  ],
  ['stakedPassive', 'of these the passive ones'],
  ['all', 'all sessions of the same'],
];

function survivalRows({ ftpair, conntrackd }: SurvivalResult): readonly Row[] {
  return GROUPS.map(([group, figure]) => ({
    figure,
    ours: survivalText(ftpair, group),
    theirs: survivalText(conntrackd, group),
    target: '100 %',
    verdict: met(percent(survivors(ftpair, group)), (value) => value === 100 && clean(ftpair)),
    stretch: '',
  }));
}

/** All rows, in the order in which the figures are asked for. */
export function verdicts({ measured, options }: Results): readonly Row[] {
  const { sessions, cpu, lag, full, survival } = measured;
  const wanted = (part: Part): boolean => options.parts.includes(part);
  return [
    ...(sessions ? rateRows(sessions) : []),
    ...(cpu ? costRows(cpu, options.rate) : []),
    ...(lag ? lagRows(lag, options.rate) : []),
    ...(full && wanted('resync') ? resyncRows(full, options.flows) : []),
    ...(survival ? survivalRows(survival) : []),
    ...(full && wanted('memory') ? memoryRows(full, options.flows) : []),
  ];
}
