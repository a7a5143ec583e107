/**
 * False takeovers: nothing fails, but both cores are busy and the active's connection table of 100,000 flows is listed
 * every second. Whoever becomes active meanwhile does so falsely. Both systems at the same time, under the same load.
 */
import type { ChildProcess } from 'node:child_process';
import { cpus } from 'node:os';
import { fileURLToPath } from 'node:url';
import { killQuietly, mustRunIn, spawnIn } from '../../../src/lab/ip-command.js';
import { pause } from '../../../src/until.js';
import { millis, monotonicNow } from '../../../src/time.js';
import { type Ground, type Say, tenths } from './bench.js';
import { type Instrument, startInstrument } from '../instrument.js';
import { ASK_EVERY } from './doubles.js';
import type { ObserverReport, ObserverSummary } from './observer-main.js';
import type { Pair } from './pair.js';
import type { ProberReport, ProberSummary } from './prober-main.js';

/** What one system did under load. */
export interface LoadSide {
  readonly falseTakeovers: number;
  /** The longest silence of the VIP, and the longest time in which the prober itself stood still, for comparison. */
  readonly silentMillis: number;
  readonly ownStallMillis: number;
  /** The longest time in which two directors answered for the VIP. */
  readonly overlapMillis: number;
  /** What our directors said about their roles meanwhile, in syslog; keepalived gives no reasons. */
  readonly said: readonly string[];
  /** Listings of the connection table that were made. */
  readonly dumps: number;
  readonly flows: number;
}

export interface LoadResult {
  readonly minutes: number;
  readonly ours: LoadSide;
  readonly theirs: LoadSide;
}

const FLOWS = 100_000;
const DUMP_EVERY = 1000;
/** How often the prober's log is looked at; the part ends at the first look after its time. */
const LOOK_EVERY = 10_000;

/** Lists a namespace's connection table once a second, unless the last listing is not done yet. */
class Dumper {
  done = 0;
  private busy = false;
  private readonly timer: NodeJS.Timeout;

  constructor(private readonly namespace: string) {
    this.timer = setInterval(() => {
      if (!this.busy) this.dump();
    }, DUMP_EVERY);
    this.timer.unref();
  }

  private dump(): void {
    this.busy = true;
    const child = spawnIn(this.namespace, 'conntrack', ['-L'], { stdio: 'ignore' });
    child.on('error', () => undefined);
    child.on('close', (status) => {
      this.busy = false;
      if (status === 0) this.done += 1;
    });
  }

  stop(): void {
    clearInterval(this.timer);
  }
}

/** Busy loops, one for each core, in a namespace of the lab: they end with it at the latest. */
function hogs(pair: Pair): readonly ChildProcess[] {
  return cpus().map(() =>
    spawnIn(pair.lab.client.namespace, process.execPath, ['-e', 'for (;;);'], { stdio: 'ignore' }),
  );
}

/** Fills the active's table and returns how many flows it then holds. */
async function fill(namespace: string): Promise<number> {
  const file = fileURLToPath(new URL('./flows-main.ts', import.meta.url));
  const node = ['--import', import.meta.resolve('tsx'), file, String(FLOWS)];
  await mustRunIn(namespace, process.execPath, node);
  return Number(await mustRunIn(namespace, 'cat', ['/proc/sys/net/netfilter/nf_conntrack_count']));
}

interface Side {
  readonly pair: Pair;
  readonly before: number;
  readonly flows: number;
  readonly dumper: Dumper;
  readonly prober: Instrument<ProberReport>;
  readonly observer: Instrument<ObserverReport>;
  readonly linesBefore: number;
  silentMillis: number;
  ownStallMillis: number;
  overlapMillis: number;
}

async function prepare(pair: Pair): Promise<Side> {
  const { active } = await pair.settled();
  const { namespace } = pair.director(active);
  const flows = await fill(namespace);
  const { lab } = pair;
  const prober = startInstrument<ProberReport>(lab.client.namespace, 'takeover/prober-main', [lab.vip]);
  const observer = startInstrument<ObserverReport>(lab.client.namespace, 'takeover/observer-main', [
    lab.vip,
    String(ASK_EVERY),
  ]);
  await prober.reset();
  await observer.reset();
  return {
    pair,
    before: pair.takeovers(),
    linesBefore: lab.syslog.length,
    flows,
    dumper: new Dumper(namespace),
    prober,
    observer,
    silentMillis: 0,
    ownStallMillis: 0,
    overlapMillis: 0,
  };
}

async function look(side: Side): Promise<void> {
  // Not the logs themselves: a pipe full of them would stop the instrument until somebody reads, which takes long under load.
  const { silentMillis, ownStallMillis } = (await side.prober.ask('summary')) as ProberSummary;
  const { overlapMillis } = (await side.observer.ask('summary')) as ObserverSummary;
  await side.prober.reset();
  await side.observer.reset();
  side.overlapMillis = Math.max(side.overlapMillis, overlapMillis);
  side.silentMillis = Math.max(side.silentMillis, silentMillis);
  side.ownStallMillis = Math.max(side.ownStallMillis, ownStallMillis);
}

const falseTakeovers = ({ pair, before }: Side): number => pair.takeovers() - before;

function resultOf(side: Side): LoadSide {
  const { silentMillis, ownStallMillis, overlapMillis, dumper, flows, pair, linesBefore } = side;
  const said = pair.lab.syslog
    .slice(linesBefore)
    .filter((line) => /alert=(role-|takeover|vip-answered)/.test(line));
  return {
    falseTakeovers: falseTakeovers(side),
    silentMillis,
    ownStallMillis,
    overlapMillis,
    said,
    dumps: dumper.done,
    flows,
  };
}

function stop(sides: readonly Side[], busy: readonly ChildProcess[]): void {
  for (const { pid } of busy) if (pid !== undefined) killQuietly(pid, 'SIGKILL');
  for (const { dumper, prober, observer } of sides) {
    dumper.stop();
    prober.stop();
    observer.stop();
  }
}

/** Looks at both from time to time until the time is over. */
async function watch(sides: readonly Side[], minutes: number, say: Say): Promise<void> {
  const from = monotonicNow();
  const to = from + minutes * 60_000;
  while (monotonicNow() < to) {
    await pause(millis(Math.min(LOOK_EVERY, Math.max(0, to - monotonicNow()))));
    for (const side of sides) await look(side);
    const each = sides.map((side) => {
      return `${side.pair.system} ${falseTakeovers(side)} (VIP silent for ${tenths(side.silentMillis)} ms at most)`;
    });
    const at = tenths((monotonicNow() - from) / 60_000);
    say(`load, minute ${at} of ${minutes}: false takeovers: ${each.join(', ')}`);
  }
}

/** Both systems under load for so many minutes. */
export async function measureLoad({ ours, theirs }: Ground, minutes: number, say: Say): Promise<LoadResult> {
  const sides = { ours: await prepare(ours), theirs: await prepare(theirs) };
  const both = [sides.ours, sides.theirs];
  const busy = hogs(ours);
  try {
    await watch(both, minutes, say);
  } finally {
    stop(both, busy);
  }
  return { minutes, ours: resultOf(sides.ours), theirs: resultOf(sides.theirs) };
}
