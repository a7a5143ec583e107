/** The probe of an address from outside: whether it can be probed, and its silences as they come. Knows no sessions. */
import { millis } from '../time.js';
import { pause } from '../until.js';
import type { ProbeReport } from './probe.js';
import type { ProbeRecord, Span } from './record.js';
import type { RemoteProbe } from './remote.js';
import { longestOf } from './outside-record.js';

/** A measurement is no finer than this; and so often each second a new flow comes to the director. */
export const PROBE_EVERY_MILLIS = 5;

/** Shorter silences are not told. */
const TOLD_MILLIS = 10;
const LOOK_EVERY = millis(250);

export interface OutsideProbe {
  /** Ends it. */
  finish(): Promise<ProbeFindings>;
}

export interface ProbeFindings {
  readonly record: ProbeRecord;
  readonly outage: Span | undefined;
  readonly silentAtEnd: boolean;
}

export interface ProbeOptions {
  readonly address: string;
  /** CLOCK_MONOTONIC milliseconds of the beginning of the measurement. */
  readonly start: number;
  /** Told of each silence when it is over, unless the probe itself may have been the reason. */
  readonly silent: (silence: Span) => void;
}

/** Is it refused fast and reliably enough to be measured by? What was asked last may still be on its way. */
export function isUsable({ sent, answered }: Pick<ProbeReport, 'sent' | 'answered'>): boolean {
  return sent >= 20 && answered >= 0.9 * sent - 2;
}

/** Was it the address, or only the probe that stood still for as long at about that time? */
export function isProved(silentMillis: number, ownStallMillis: number): boolean {
  return silentMillis > ownStallMillis + PROBE_EVERY_MILLIS;
}

/** Waits for the first answers; false where there are none to measure by. */
export async function provesUsable(probe: RemoteProbe): Promise<boolean> {
  await pause(millis(500));
  // Until here it was starting, and had to find the neighbour's hardware address.
  await probe.report();
  await pause(millis(500));
  return isUsable(await probe.report());
}

/** Follows a probe that was proved usable. */
export function followProbe(probe: RemoteProbe, { address, start, silent }: ProbeOptions): OutsideProbe {
  const proved: Span[] = [];
  const sums = { sent: 0, answered: 0, ownStall: 0 };
  const state = { stopped: false };

  async function look(): Promise<ProbeReport> {
    const report = await probe.report();
    sums.sent += report.sent;
    sums.answered += report.answered;
    sums.ownStall = Math.max(sums.ownStall, report.ownStallMillis);
    for (const { from, to } of report.silences) {
      if (to < start) continue;
      const span = { from: tenths(Math.max(from, start) - start), to: tenths(to - start) };
      if (!isProved(to - from, report.ownStallMillis)) continue;
      proved.push(span);
      silent(span);
    }
    return report;
  }
  const loop = (async () => {
    while (!state.stopped) {
      await pause(LOOK_EVERY);
      await look();
    }
  })();
  loop.catch(() => undefined);
  return {
    finish: async () => {
      state.stopped = true;
      await loop;
      await look();
      // Asked at once after the last: what it calls silent is what runs now.
      const { silentFrom, silentTo } = await look();
      probe.stop();
      const silentAtEnd = silentTo - silentFrom > GONE_MILLIS;
      const running = { from: tenths(Math.max(silentFrom, start) - start), to: tenths(silentTo - start) };
      if (running.to - running.from > TOLD_MILLIS) {
        proved.push(running);
      }
      const figures = { sent: sums.sent, answered: sums.answered, ownStallMillis: tenths(sums.ownStall) };
      const record = {
        address,
        kind: 'tcp',
        everyMillis: PROBE_EVERY_MILLIS,
        ...figures,
        silences: proved,
      } as const;
      return { record, outage: longestOf(proved), silentAtEnd };
    },
  };
}

/** A silence at the end that is shorter is one as any other. */
const GONE_MILLIS = 1000;

function tenths(value: number): number {
  return Math.round(value * 10) / 10;
}
