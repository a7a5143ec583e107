/** When a raised address is announced: a burst, spaced repeats, a slow refresh. Pure numbers. */
import { type Millis, millis } from '../time.js';

/** After the address came up: neighbours that miss one announcement see another soon. */
const BURST: readonly number[] = [0, 20, 100, 500, 2000];

/** From the end of the burst on, for neighbours and switches that forgot or were away. */
const REFRESH = 30_000;

/** When the announcement number `count` (from 0) is due, for addresses that came up at `since`. */
export function announcementDue(since: Millis, count: number): Millis {
  const inBurst = BURST[count];
  if (inBurst !== undefined) return millis(since + inBurst);
  return millis(since + 2000 + (count - BURST.length + 1) * REFRESH);
}
