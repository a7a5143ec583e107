/**
 * A pair with the instruments that every part uses: the generator at the active, a view of either kernel. Raised for a
 * part, taken down behind it. It measures nothing.
 */
import { mustRunIn } from '../../../src/lab/ip-command.js';
import { until } from '../../../src/until.js';
import { millis } from '../../../src/time.js';
import { type Instrument, startInstrument } from '../instrument.js';
import { type Difference, difference, type Entry } from './compare.js';
import type { KernelCounters } from './counters.js';
import type { GeneratorReport, Refused } from './generator-main.js';
import { raiseOurs } from './ours.js';
import type { Pair, PairOptions, System } from './pair.js';
import { raiseTheirs } from './theirs.js';

/** One kernel of the pair. */
export interface KernelView {
  picture(): Promise<readonly Entry[]>;
  counters(): Promise<KernelCounters>;
  /** Flows of any kind. */
  count(): Promise<number>;
  /** From now on watches for so many flows; `reached` says when they were there, CLOCK_MONOTONIC milliseconds. */
  watchFor(flows: number): Promise<void>;
  reached(): Promise<number | null>;
  /** Deletes every flow and expectation. */
  empty(): Promise<void>;
}

export interface Generator {
  fill(count: number): Promise<void>;
  start(rate: number): Promise<void>;
  halt(): Promise<GeneratorReport>;
  finish(): Promise<void>;
}

export interface Stand {
  readonly pair: Pair;
  readonly generator: Generator;
  readonly activeKernel: KernelView;
  readonly backupKernel: KernelView;
  /** What the backup's kernel has otherwise than `picture`, the active's by default as it is now. */
  difference(picture?: readonly Entry[]): Promise<Difference>;
  down(): Promise<void>;
}

function kernelView(namespace: string): KernelView & { readonly stop: () => void } {
  const instrument: Instrument<never> = startInstrument(namespace, 'replication/kernel-main', []);
  return {
    picture: async () => (await instrument.ask('picture')) as Entry[],
    counters: async () => (await instrument.ask('counters')) as KernelCounters,
    count: async () => (await instrument.ask('count')) as number,
    watchFor: async (flows) => {
      await instrument.ask(`await ${flows}`);
    },
    reached: async () => (await instrument.ask('reached')) as number | null,
    empty: async () => {
      await mustRunIn(namespace, 'conntrack', ['-F']);
      await mustRunIn(namespace, 'conntrack', ['-F', 'expect']);
    },
    stop: () => {
      instrument.stop();
    },
  };
}

/** A generator that the kernel refused something has not made the load that was asked for. */
function mustBeDone(refused: Refused): void {
  const errnos = Object.entries(refused).map(([errno, count]) => `errno ${errno} ${count} times`);
  if (errnos.length > 0) throw new Error(`the active's kernel refused the generator: ${errnos.join(', ')}`);
}

function generator({ lab, active }: Pair): Generator & { readonly stop: () => void } {
  const server = lab.plan.servers[0]?.address.v4 ?? '';
  const { namespace } = lab.director(active);
  const instrument: Instrument<never> = startInstrument(namespace, 'replication/generator-main', [
    lab.vip,
    server,
  ]);
  return {
    fill: async (count) => {
      mustBeDone((await instrument.ask(`fill ${count}`)) as Refused);
    },
    start: async (rate) => {
      await instrument.ask(`start ${rate}`);
    },
    halt: async () => {
      const report = (await instrument.ask('halt')) as GeneratorReport;
      mustBeDone(report.refused);
      return report;
    },
    finish: async () => {
      mustBeDone((await instrument.ask('finish')) as Refused);
    },
    stop: () => {
      instrument.stop();
    },
  };
}

/** Raises either system with its instruments, all of them answering. */
export async function raiseStand(system: System, options: PairOptions = {}): Promise<Stand> {
  const pair = await (system === 'ftpair' ? raiseOurs(options) : raiseTheirs(options));
  const { lab, active, backup } = pair;
  const [activeKernel, backupKernel] = [
    kernelView(lab.director(active).namespace),
    kernelView(lab.director(backup).namespace),
  ];
  const makes = generator(pair);
  await Promise.all([activeKernel.counters(), backupKernel.counters(), makes.fill(0)]);
  return {
    pair,
    generator: makes,
    activeKernel,
    backupKernel,
    difference: async (picture) =>
      difference(picture ?? (await activeKernel.picture()), await backupKernel.picture()),
    down: async () => {
      for (const { stop } of [activeKernel, backupKernel, makes]) stop();
      await lab.down();
    },
  };
}

/** Raises a stand for a piece of work and takes it down behind it, whatever comes of it. */
export async function onStand<T>(
  system: System,
  work: (stand: Stand) => Promise<T>,
  options: PairOptions = {},
): Promise<T> {
  const stand = await raiseStand(system, options);
  try {
    return await work(stand);
  } finally {
    await stand.down();
  }
}

/** Waits until the moment that `watchFor` waits for has come. @throws Error after `within` milliseconds */
export async function reachedIn(kernel: KernelView, what: string, within: number): Promise<number> {
  return until(async () => (await kernel.reached()) ?? undefined, {
    what,
    within: millis(within),
    every: millis(50),
  });
}
