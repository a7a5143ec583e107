/** Both directors' kernels, past their daemons: read, filled, and held against each other entry by entry. */
import type { Lab } from '../../../src/lab/lab.js';
import type { DirectorName } from '../../../src/lab/plan.js';
import { pause, until } from '../../../src/until.js';
import { millis } from '../../../src/time.js';
import { startInstrument } from '../../bench/instrument.js';
import type { Counts } from './kernels-main.js';
import { type Content, contentOf, differencesOf, type Reading } from './kernels-reading.js';

/** Below `pulse` in the config: a pair that waits a second before it thinks that anybody is dead. */
export const PATIENT = { silence: '1s', lease: '1s' } as const;

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
  counts(): Promise<Counts>;
  /** What its daemon says of itself: for a run that went wrong. */
  daemon(): Promise<string>;
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
    table: async () => {
      const pieces: Reading[] = [];
      const count = (await instrument.ask('read')) as number;
      for (let index = 0; index < count; index++)
        pieces.push((await instrument.ask(`piece ${index}`)) as Reading);
      return {
        at: pieces[0]?.at ?? 0,
        flows: pieces.flatMap(({ flows }) => flows),
        expectations: pieces.flatMap(({ expectations }) => expectations),
      };
    },
    arrive: (from, count) => deed(`arrive ${from} ${count}`),
    age: (from, count) => deed(`age ${from} ${count}`),
    change: (from, count) => deed(`change ${from} ${count}`),
    depart: (from, count) => deed(`depart ${from} ${count}`),
    strike: async (pid, flows) => (await instrument.ask(`strike ${pid} ${flows}`)) as number,
    counts: async () => (await instrument.ask('counts')) as Counts,
    daemon: async () => {
      const { role, reason, sync } = await lab.director(name).status();
      return `${name} ${role} (${reason}) ${JSON.stringify(sync)}`;
    },
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
/** Reading a large table takes processor time from the daemons: it waits until they have done what there is to do. */
const CALM = millis(250);
/** Flows of the directors' own that come and go meanwhile, and datagrams of a journal and a pulse that have nothing to tell. */
const IDLE = { flows: 25, datagrams: 60 };

async function calm(kernel: Kernel): Promise<void> {
  for (let before = await kernel.counts(); ;) {
    await pause(CALM);
    const now = await kernel.counts();
    const flows = Math.abs(now.flows - before.flows);
    if (flows <= IDLE.flows && now.datagrams - before.datagrams <= IDLE.datagrams) return;
    before = now;
  }
}

async function asTheyAre(kernels: Kernels, active: DirectorName, slack?: number): Promise<Content> {
  const backup = active === 'alpha' ? 'beta' : 'alpha';
  await calm(kernels[backup]);
  // One after the other: the daemons have two processors at most.
  const first = await kernels[active].table();
  const second = await kernels[backup].table();
  const lines = differencesOf(first, second, slack);
  if (lines.length > 0)
    throw new Error([`${lines.length} differences`, ...lines.slice(0, EXAMPLES)].join('\n'));
  return contentOf(first);
}

/**
 * Waits until both kernels hold the same, and says how much. `within` is in milliseconds; `slack` is how far remaining times may
 * be apart, in seconds. @throws Error with some of the differences and the daemons' own words.
 */
export async function alike(
  kernels: Kernels,
  active: DirectorName,
  options: { readonly within?: number; readonly slack?: number } = {},
): Promise<Content> {
  const patience = { what: `both kernels equal ${active}'s`, within: millis(options.within ?? 15_000) };
  try {
    return await until(() => asTheyAre(kernels, active, options.slack), patience);
  } catch (error) {
    const said = await Promise.allSettled([kernels.alpha.daemon(), kernels.beta.daemon()]);
    throw new Error([String(error), ...said.map((one) => JSON.stringify(one))].join('\n'), { cause: error });
  }
}
