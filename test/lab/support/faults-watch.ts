/**
 * The observer's word about both LANs together: who serves on each, and since when exactly one does. Waits for that, and
 * decides nothing.
 */
import type { Lab } from '../../../src/lab/lab.js';
import type { DirectorName, Lan } from '../../../src/lab/plan.js';
import { pause } from '../../../src/until.js';
import { millis, monotonicNow } from '../../../src/time.js';
import { macsOf, type Observer } from './observer.js';
import { answeringAtEnd, joinWatches, type Watch } from './observer-sight.js';

export const LANS: readonly Lan[] = ['public', 'private'];
/** Who answered within the last so many milliseconds serves at the end of a watch. */
const WINDOW = 100;
/** Who has been alone for so long, in milliseconds, serves alone. */
const ALONE = 300;
/** The wait for that ends here, whatever is seen. */
const PATIENCE = 8000;

/** Where it happens. */
export interface Place {
  readonly lab: Lab;
  readonly observer: Observer;
}

/** Hardware addresses of both directors. */
export type Macs = Readonly<Record<DirectorName, Readonly<Record<Lan, string>>>>;

/** As they are now. */
export function macsNow(lab: Lab): Macs {
  return { alpha: macsOf(lab, 'alpha'), beta: macsOf(lab, 'beta') };
}

/** Who answers at the end of a watch, by name, on the public and the private LAN. */
export function whoServes(
  { observer, lab }: Place,
  watch: Watch,
  macs: Macs = macsNow(lab),
): readonly (DirectorName | 'stranger' | 'nobody' | 'several')[] {
  return LANS.map((lan) => {
    const seen = answeringAtEnd(watch, observer.asks[lan], WINDOW);
    if (seen.who !== 'one') return seen.who;
    return (['alpha', 'beta'] as const).find((name) => macs[name][lan] === seen.mac) ?? 'stranger';
  });
}

/** Since when exactly one answers on both LANs; undefined while that is not so. CLOCK_MONOTONIC milliseconds. */
export function aloneSince({ observer }: Place, watch: Watch): number | undefined {
  const times = LANS.flatMap((lan) => {
    const seen = answeringAtEnd(watch, observer.asks[lan], WINDOW);
    return seen.who === 'one' ? [seen.since] : [];
  });
  return times.length === LANS.length ? Math.max(...times) : undefined;
}

/** Watches until exactly one has answered for long enough on both LANs, and says since when it does. */
export async function watchUntilAlone(
  place: Place,
): Promise<{ readonly watch: Watch; readonly from: number | undefined }> {
  const watches: Watch[] = [];
  const deadline = monotonicNow() + PATIENCE;
  for (;;) {
    await pause(millis(100));
    watches.push(await place.observer.report());
    const watch = joinWatches(watches);
    const from = aloneSince(place, watch);
    if ((from !== undefined && watch.to - from >= ALONE) || watch.to >= deadline) return { watch, from };
  }
}
