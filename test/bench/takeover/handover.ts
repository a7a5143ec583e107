/**
 * What a handover costs: probes lost, one sent about every millisecond, and the longest stall of a running transfer,
 * compared with an equal window of the same transfer without a handover. Ours only: keepalived has none.
 */
import { request } from '../../../src/control/client.js';
import { content } from '../../../src/lab/content.js';
import { pause, until } from '../../../src/until.js';
import { type Millis, millis, monotonicNow } from '../../../src/time.js';
import { alternate, type Runs, runsOf, type Say, tenths } from './bench.js';
import type { DownloadReport } from './download-main.js';
import { longestStall, lostProbes, type Span } from './figures.js';
import { type Instrument, startInstrument } from '../instrument.js';
import type { Pair } from './pair.js';
import type { ProberReport } from './prober-main.js';

/** 32 MiB take about three seconds at this rate, with a piece every few milliseconds. */
export const TRANSFER_RATE = 10 * 1_048_576;

/** One window of a transfer. */
export interface Window {
  readonly probesSent: number;
  readonly probesLost: number;
  readonly stallMillis: number;
}

/** One handover, and the window before it. */
export interface HandoverRun {
  readonly without: Window;
  readonly with: Window;
  /** From the request to the answer "accepted". */
  readonly tookMillis: number;
}

interface Instruments {
  readonly prober: Instrument<ProberReport>;
  readonly download: Instrument<DownloadReport>;
}

const WINDOW = millis(1000);
/** An answer that has not come by then is lost. */
const ANSWER_LIMIT = millis(200);

/** Has the download come so far that it runs evenly? */
async function underWay(download: Instrument<DownloadReport>): Promise<void> {
  await until(async () => (await download.report()).pieces.length > 20, {
    what: 'the transfer runs',
    within: millis(10_000),
  });
  await pause(millis(200));
}

/** The figures of a window, whose last probes still have some time to be answered. */
async function look({ prober, download }: Instruments, span: Span): Promise<Window> {
  const { sent, lost } = lostProbes(await prober.report(), span);
  const { pieces, ended } = await download.report();
  if (ended !== null) throw new Error(`the transfer ended inside the window: ${ended.problem}`);
  return { probesSent: sent, probesLost: lost, stallMillis: longestStall(pieces, span) };
}

async function window(instruments: Instruments, meanwhile: () => Promise<Millis>): Promise<[Window, Millis]> {
  await instruments.prober.reset();
  const from = monotonicNow();
  const took = await meanwhile();
  await pause(millis(Math.max(0, from + WINDOW + ANSWER_LIMIT - monotonicNow())));
  return [await look(instruments, { from, to: from + WINDOW }), took];
}

async function handOver(pair: Pair, socket: string): Promise<Millis> {
  const from = monotonicNow();
  const { body } = await request(socket, 'POST', '/handover', millis(5000));
  if ((body as { accepted?: unknown }).accepted !== true)
    throw new Error(`${pair.system} refused the handover: ${JSON.stringify(body)}`);
  return millis(monotonicNow() - from);
}

async function one(pair: Pair, instruments: Instruments): Promise<HandoverRun> {
  const { active } = await pair.settled();
  await instruments.download.ask('go');
  await underWay(instruments.download);
  const [without] = await window(instruments, () => Promise.resolve(millis(0)));
  const [across, tookMillis] = await window(instruments, () =>
    handOver(pair, `${pair.director(active).runtimeDir}/control.sock`),
  );
  const { ended } = await until(
    async () => {
      const report = await instruments.download.report();
      return report.ended !== null && { ended: report.ended };
    },
    { what: 'the transfer has ended', within: millis(30_000) },
  );
  if (ended.sha256 !== content.big.sha256) throw new Error(`the transfer broke: ${ended.problem}`);
  return { without, with: across, tookMillis };
}

/** `count` handovers, to and fro. */
export async function measureHandover(pair: Pair, count: number, say: Say): Promise<Runs<HandoverRun>> {
  const { lab } = pair;
  const instruments = {
    prober: startInstrument<ProberReport>(lab.client.namespace, 'takeover/prober-main', [lab.vip]),
    download: startInstrument<DownloadReport>(lab.client.namespace, 'takeover/download-main', [
      lab.vip,
      content.big.name,
    ]),
  };
  const run = async (_: Pair, number: number): Promise<HandoverRun> => {
    const result = await one(pair, instruments);
    const { without, with: across } = result;
    say(
      `handover, ${pair.profile}, ${number} of ${count}: ${across.probesLost} of ${across.probesSent} probes lost, ` +
        `longest stall ${tenths(across.stallMillis)} ms (${tenths(without.stallMillis)} without)`,
    );
    return result;
  };
  const runs = await alternate([pair], count, run, say);
  instruments.prober.stop();
  instruments.download.stop();
  return runsOf(runs, pair);
}
