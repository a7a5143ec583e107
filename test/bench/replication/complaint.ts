/** Why a load does not count as carried, in a sentence. Pure. */
import { type Difference, follows } from './compare.js';
import type { KernelCounters } from './counters.js';
import type { Losses } from './pair.js';

/** What is known before and after a load. */
export interface Account {
  readonly losses: Losses;
  /** At the backup. */
  readonly created: KernelCounters;
}

/** Control and data flow. */
const FLOWS_PER_SESSION = 2;

/**
 * Empty when the load was carried: at the halt everything alive at the active was alive at the backup, no daemon says
 * that something was lost, and the backup's kernel has created as many flows as there were: a session that came and went
 * unseen leaves both tables equal. An announcement may be skipped by whoever hears in one go that it has become a flow.
 */
export function complaint(halt: Difference, before: Account, after: Account, sessions: number): string {
  if (!follows(halt)) {
    const { missing, extra, flows } = halt;
    return `missing ${missing}, too many ${extra}, other NAT ${flows.nat}, state ${flows.state}, mark ${flows.mark}`;
  }
  const lost = Object.entries(after.losses)
    .map(([name, count]) => [name, count - (before.losses[name] ?? 0)] as const)
    .filter(([, count]) => count > 0);
  if (lost.length > 0) return lost.map(([name, count]) => `${name} ${count}`).join(', ');
  const flows = after.created.flows - before.created.flows;
  return flows < sessions * FLOWS_PER_SESSION
    ? `of ${sessions} sessions the backup's kernel has created only ${flows} flows`
    : '';
}
