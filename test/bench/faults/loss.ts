/** How long a client could not reach the VIP, by the probes that were lost on the way. Pure: a log in, a figure out. */
import type { ProbeLog } from '../takeover/figures.js';

/** An answer on a LAN that takes longer than this, in milliseconds, is not coming. */
const UNDER_WAY = 100;

/**
 * The longest row of lost probes, in milliseconds: from the sending of the answered probe before it to that of the
 * answered one behind it; 0 when none was lost. Times of sending, because an answer that waited for a busy prober to
 * look at it was not late. A row at the end counts up to its last probe, unless it is so short that its answers may
 * still be under way.
 */
export function longestLoss({ sentAt, answeredAt }: ProbeLog): number {
  let longest = 0;
  let before: number | undefined;
  let lost = false;
  for (const [index, at] of sentAt.entries()) {
    if (typeof answeredAt[index] !== 'number') {
      lost = true;
      continue;
    }
    if (lost && before !== undefined) longest = Math.max(longest, at - before);
    [before, lost] = [at, false];
  }
  const end = (sentAt.at(-1) ?? 0) - (before ?? sentAt[0] ?? 0);
  return lost && end >= UNDER_WAY ? Math.max(longest, end) : longest;
}
