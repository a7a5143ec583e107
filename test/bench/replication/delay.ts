/** The lag between the two kernels at a steady rate, heard by a listener of the kernel's events in either namespace. */
import type { Runs, Say } from '../runs.js';
import { type Instrument, startInstrument } from '../instrument.js';
import { tenths } from '../runs.js';
import { type Both, inTurn } from './bench.js';
import type { CostOptions } from './cost.js';
import { follow, warmUp } from './follow.js';
import { type Heard, type Lag, lagOf } from './lag.js';
import type { System } from './pair.js';
import { onStand, type Stand } from './stand.js';

export interface DelayRun extends Lag {
  /** Why the load does not count as carried; empty when it does. What was healed came late, and is in the lags. */
  readonly why: string;
}

export type DelayResult = Both<Runs<DelayRun>>;

type Listener = Instrument<readonly Heard[]>;

/** Listens at both while the load runs. */
async function listen({ pair }: Stand, load: () => Promise<void>): Promise<Lag> {
  const listeners = [pair.active, pair.backup].map((name): Listener =>
    startInstrument(pair.lab.director(name).namespace, 'replication/events-main', []),
  );
  const all = <T>(ask: (listener: Listener) => Promise<T>): Promise<T[]> => Promise.all(listeners.map(ask));
  try {
    await all((listener) => listener.reset());
    await load();
    const lost = await all((listener) => listener.ask('lost'));
    if (lost.some((count) => count !== 0)) throw new Error('the listeners themselves lost events');
    const [active = [], backup = []] = await all((listener) => listener.report());
    return lagOf(active, backup);
  } finally {
    for (const listener of listeners) listener.stop();
  }
}

/** `runs` loads for each system in turn. */
export function measureDelay({ runs, rate, seconds }: CostOptions, say: Say): Promise<DelayResult> {
  const run = (system: System, number: number): Promise<DelayRun> =>
    onStand(system, async (stand) => {
      await warmUp(stand, rate);
      let why = '';
      const lag = await listen(stand, async () => {
        ({ why } = await follow(stand, rate, seconds));
      });
      const [p50, p99, max] = [lag.p50, lag.p99, lag.max].map(tenths);
      say(
        `lag, ${number} of ${runs}: ${system}: p50 ${p50 ?? ''}, p99 ${p99 ?? ''}, max ${max ?? ''} ms${why === '' ? '' : `; NOT carried: ${why}`}`,
      );
      return { ...lag, why };
    });
  return inTurn(runs, 'lag', run, say);
}
