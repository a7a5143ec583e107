/** Both directors' kernels, past their daemons: read, filled, and held against each other entry by entry. */
import type { Lab } from '../../../src/lab/lab.js';
import type { DirectorName } from '../../../src/lab/plan.js';
import { until } from '../../../src/lab/until.js';
import { millis } from '../../../src/time.js';
import { startInstrument } from '../../bench/instrument.js';
import { type Content, contentOf, differencesOf, type Reading } from './kernels-reading.js';

/** What was not done, by errno; empty when all was. */
export type Refused = Readonly<Record<string, number>>;

/** One director's kernel. Sessions are those of kernels-sessions.ts, by number. */
export interface Kernel {
  table(): Promise<Reading>;
  arrive(from: number, count: number): Promise<Refused>;
  age(from: number, count: number): Promise<Refused>;
  change(from: number, count: number): Promise<Refused>;
  depart(from: number, count: number): Promise<Refused>;
  /** SIGKILL for a process in the moment in which this table has so many flows; resolves to how many there were. */
  strike(pid: number, flows: number): Promise<number>;
  /** How many datagrams have found a full socket. */
  dropped(): Promise<number>;
  stop(): void;
}

export type Kernels = Readonly<Record<DirectorName, Kernel>>;

function kernel(lab: Lab, name: DirectorName): Kernel {
  const { vip, servers } = lab.plan;
  const server = servers[0]?.address;
  const args = [vip.v4, server?.v4 ?? '', vip.v6 ?? '::', server?.v6 ?? '::'];
  const instrument = startInstrument(lab.director(name).namespace, '../lab/support/kernels-main', args);
  const deed = async (word: string): Promise<Refused> => (await instrument.ask(word)) as Refused;
  return {
    table: async () => (await instrument.ask('table')) as Reading,
    arrive: (from, count) => deed(`arrive ${from} ${count}`),
    age: (from, count) => deed(`age ${from} ${count}`),
    change: (from, count) => deed(`change ${from} ${count}`),
    depart: (from, count) => deed(`depart ${from} ${count}`),
    strike: async (pid, flows) => (await instrument.ask(`strike ${pid} ${flows}`)) as number,
    dropped: async () => (await instrument.ask('dropped')) as number,
    stop: () => {
      instrument.stop();
    },
  };
}

/** Ends with `stop`, or with the lab. */
export function kernelsOf(lab: Lab): Kernels {
  return { alpha: kernel(lab, 'alpha'), beta: kernel(lab, 'beta') };
}

const EXAMPLES = 4;

/**
 * Waits until both kernels hold the same, and says how much. `within` is in milliseconds; `slack` is how far remaining times may
 * be apart, in seconds. @throws Error with some of the differences.
 */
export async function alike(
  kernels: Kernels,
  active: DirectorName,
  options: { readonly within?: number; readonly slack?: number } = {},
): Promise<Content> {
  const backup = active === 'alpha' ? 'beta' : 'alpha';
  return until(
    async () => {
      const [first, second] = await Promise.all([kernels[active].table(), kernels[backup].table()]);
      const lines = differencesOf(first, second, options.slack);
      if (lines.length > 0)
        throw new Error([`${lines.length} differences`, ...lines.slice(0, EXAMPLES)].join('\n'));
      return contentOf(first);
    },
    {
      what: `${backup}'s kernel equals ${active}'s`,
      within: millis(options.within ?? 15_000),
      every: millis(100),
    },
  );
}
