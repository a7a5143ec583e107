/**
 * Lets one fault happen to a settled pair and mends it, with the observer on the wire, and says what was seen. What it
 * should have been is the caller's business.
 */
import type { DirectorName } from '../../../src/lab/plan.js';
import { pause } from '../../../src/until.js';
import { monotonicNow } from '../../../src/time.js';
import type { Fault, Stage } from './faults-list.js';
import { aloneSince, LANS, macsNow, type Macs, watchUntilAlone, whoServes } from './faults-watch.js';
import { joinWatches, overlapOf, silenceOf, since, type Watch } from './observer-sight.js';

/** Who serves, by the observer's word: a role of before the fault, or what else was seen. */
export type Serving = 'active' | 'backup' | 'stranger' | 'nobody' | 'several';

/** What the observer saw of one fault. Times in milliseconds; the worse of the two LANs counts. */
export interface Seen {
  /** At the end of the fault, before it was mended: who serves on the public and the private LAN. */
  readonly during: readonly Serving[];
  /** At the end of everything. */
  readonly after: readonly Serving[];
  /** The longest time in which two stations answered for one address; from the mending on where the fault divides. */
  readonly overlap: number;
  /** The longest time in which nobody answered for an address. */
  readonly silence: number;
  /** From the last fault (the mending, where it is one) until exactly one answered on each LAN; Infinity for never. */
  readonly alone: number;
  /** The observer's own longest stall. */
  readonly ownStall: number;
  /** Alerts since the fault, as `active:ID` and `backup:ID` with the roles of before, in their order. */
  readonly alerts: readonly string[];
  /** When it was struck and when it began to be mended, CLOCK_MONOTONIC. */
  readonly struckAt: number;
  readonly mendedAt: number;
}

function serving(stage: Stage, watch: Watch, macs: Macs): readonly Serving[] {
  return whoServes(stage, watch, macs).map((who) => {
    if (who === stage.active) return 'active';
    if (who === stage.backup) return 'backup';
    return who === 'several' || who === 'nobody' ? who : 'stranger';
  });
}

/** Tells whose syslog line is whose by the daemons' process ids; a killed one's lines may come late. */
class Writers {
  readonly #names = new Map<number, DirectorName>();
  readonly #before: number;

  constructor(private readonly stage: Stage) {
    this.#before = stage.lab.syslog.length;
    this.note();
  }

  /** The daemons that run now. */
  note(): void {
    for (const name of ['alpha', 'beta'] as const) {
      const { pid } = this.stage.lab.director(name);
      if (pid !== undefined) this.#names.set(pid, name);
    }
  }

  alerts(): readonly string[] {
    return this.stage.lab.syslog.slice(this.#before).flatMap((line) => {
      const [, pid, id] = /ftpair\[(\d+)\].* alert=(\S+)/.exec(line) ?? [];
      const name = this.#names.get(Number(pid));
      if (id === undefined || name === undefined) return [];
      return [`${name === this.stage.active ? 'active' : 'backup'}:${id}`];
    });
  }
}

/**
 * Strikes, waits, mends, and watches until exactly one serves. `struck` is called right after the strike, or where both serve
 * while it lasts, after the mending: what they do to a session in between is nobody's promise.
 */
export async function runFault(
  stage: Stage,
  fault: Fault,
  struck: () => void = () => undefined,
): Promise<Seen> {
  const { observer, lab } = stage;
  // A machine that is powered on again has new ones.
  const before = macsNow(lab);
  const writers = new Writers(stage);
  await observer.report();
  const struckAt = monotonicNow();
  await fault.strike(stage);
  if (fault.divides !== true) struck();
  writers.note();
  await pause(fault.lasts);
  const first = await observer.report();
  const mendedAt = monotonicNow();
  await fault.mend(stage);
  if (fault.divides === true) struck();
  writers.note();
  const { watch: second } = await watchUntilAlone(stage);
  const whole = joinWatches([first, second]);
  const from = aloneSince(stage, whole);
  const worst = (figure: (watch: Watch, address: string) => number, start: number): number =>
    Math.max(...LANS.map((lan) => figure(since(whole, start), observer.asks[lan])));
  return {
    during: serving(stage, first, before),
    after: serving(stage, second, macsNow(lab)),
    overlap: worst(overlapOf, fault.divides ? mendedAt : struckAt),
    silence: worst(silenceOf, struckAt),
    alone: from === undefined ? Infinity : Math.max(0, from - mendedAt),
    ownStall: whole.ownStallMillis,
    alerts: writers.alerts(),
    struckAt,
    mendedAt,
  };
}
