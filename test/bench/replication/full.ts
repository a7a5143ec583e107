/**
 * A full table: what it costs each daemon in memory, and how long an empty backup takes to be filled with it after its
 * daemon was killed and its kernel emptied; for ours also what that does to the active's pulse.
 */
import { loadConfig } from '../../../src/config/load.js';
import type { Config } from '../../../src/config/model.js';
import { pause } from '../../../src/until.js';
import { millis } from '../../../src/time.js';
import { type Instrument, startInstrument } from '../instrument.js';
import { residentOf } from '../meter.js';
import { type Runs, type Say, tenths } from '../runs.js';
import { type Both, inTurn } from './bench.js';
import { follows } from './compare.js';
import type { Pair, System } from './pair.js';
import type { PulsesReport } from './pulses-main.js';
import { onStand, reachedIn, type Stand } from './stand.js';

/** The active's pulse on the wire while the backup was filled. */
export interface PulseGap extends PulsesReport {
  /** The silence after which the active would be given up. */
  readonly silenceMillis: number;
}

export interface FullRun {
  readonly flows: number;
  /** From the backup daemon's readiness until all were in its kernel. */
  readonly resyncMillis: number;
  /** Only ours has a pulse. */
  readonly pulse: PulseGap | undefined;
  /** MiB, when both held everything for the first time. */
  readonly memory: { readonly active: number; readonly backup: number };
}

export type FullResult = Both<Runs<FullRun>>;

/** What can be chosen about it. */
export interface FullOptions {
  readonly runs: number;
  readonly flows: number;
}

/** Milliseconds for so many flows to arrive: some to begin with, and one for each, which is a hundred times what it takes. */
const patience = (flows: number): number => 20_000 + flows;
/** Memory is looked at when the work of filling is over. */
const CALM = millis(1000);

function configOf({ lab }: Pair): Config {
  const loaded = loadConfig(lab.config);
  if (!loaded.ok) throw new Error('the config of the lab cannot be used');
  return loaded.config;
}

interface PulseWatch {
  reset(): Promise<void>;
  gap(): Promise<PulseGap>;
  stop(): void;
}

function watchPulses(pair: Pair): PulseWatch {
  const { pulse } = configOf(pair);
  const { namespace } = pair.lab.director(pair.backup);
  const sender = pair.lab.plan.directors[pair.active].public.v4;
  const args = ['pub0', sender, String(pulse.port)];
  const instrument: Instrument<PulsesReport> = startInstrument(namespace, 'replication/pulses-main', args);
  return {
    reset: () => instrument.reset(),
    gap: async () => ({ ...(await instrument.report()), silenceMillis: pulse.silence }),
    stop: () => {
      instrument.stop();
    },
  };
}

/** Filling is no measurement: it goes piece by piece, so that no daemon's socket for the kernel's events runs over. */
const PIECE = 5000;

/** Fills the active and waits until the backup has it all. */
async function fill(stand: Stand, flows: number): Promise<void> {
  const { generator, backupKernel, pair } = stand;
  for (let from = 0; from < flows; from += PIECE) {
    const to = Math.min(flows, from + PIECE);
    await backupKernel.watchFor(to);
    await generator.fill(to - from);
    await reachedIn(backupKernel, `the backup of ${pair.system} holds ${to} flows`, patience(PIECE));
  }
  await pause(CALM);
  const found = await stand.difference();
  if (!follows(found))
    throw new Error(`the backup lacks ${found.missing} of ${flows}: ${found.examples.join()}`);
}

/** Kills, empties, starts again, and waits until all are there. */
async function refill(stand: Stand, flows: number): Promise<number> {
  const { pair, backupKernel } = stand;
  await pair.killBackup();
  await backupKernel.empty();
  await backupKernel.watchFor(flows);
  const readyAt = await pair.startBackup();
  const what = `the backup of ${pair.system} holds ${flows} flows again`;
  const at = await reachedIn(backupKernel, what, patience(flows));
  await pause(CALM);
  const found = await stand.difference();
  if (!follows(found)) throw new Error(`the backup lacks ${found.missing} of ${flows} after its resync`);
  return at - readyAt;
}

/** Both on one pair: a table is filled once for each run. */
export function measureFull({ runs, flows }: FullOptions, say: Say): Promise<FullResult> {
  const run = (system: System, number: number): Promise<FullRun> =>
    onStand(system, async (stand) => {
      const { pair } = stand;
      await fill(stand, flows);
      const memory = {
        active: residentOf(pair.pids(pair.active)),
        backup: residentOf(pair.pids(pair.backup)),
      };
      const pulses = system === 'ftpair' ? watchPulses(pair) : undefined;
      await pulses?.reset();
      const resyncMillis = await refill(stand, flows);
      const pulse = await pulses?.gap();
      pulses?.stop();
      const gap =
        pulse === undefined
          ? ''
          : `, longest gap between pulses ${tenths(pulse.longestGapMillis)} ms (the instrument's own stall ${tenths(pulse.ownStallMillis)} ms)`;
      const mib = `${memory.active.toFixed(0)} / ${memory.backup.toFixed(0)} MiB`;
      say(`full table, ${number} of ${runs}: ${system}: ${mib}, resync ${resyncMillis.toFixed(0)} ms${gap}`);
      return { flows, resyncMillis, pulse, memory };
    });
  return inTurn(runs, 'full table', run, say);
}
