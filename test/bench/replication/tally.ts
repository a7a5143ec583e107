/** Counts of sessions that a failure met: how many are intact, and of those that a rewrite or an announcement was at stake. Pure. */
import type { Moment, Outcome } from '../../lab/support/survivors.js';
import type { DataMode } from '../../../src/lab/announced.js';

export interface Tally {
  readonly sessions: number;
  readonly intact: number;
  /** Sessions whose sequence numbers are shifted, or whose announced channel was not open yet. */
  readonly rewritten: number;
  readonly rewrittenIntact: number;
}

interface Met {
  readonly mode: DataMode;
  readonly moment: Moment;
  readonly outcome: Outcome;
}

/** The transfer, the next command and a further transfer went well. */
function intact({ outcome }: Met): boolean {
  return outcome.transfer === 'ok' && outcome.control === 'ok' && outcome.further === 'ok';
}

/**
 * Before the lab's VIP, which is longer than the servers' addresses, every 227 makes the reply longer. A 229, a PORT and
 * an EPRT pass without a change of length: with them only an announced channel is at stake.
 */
function atStake({ mode, moment }: Met): boolean {
  return mode === 'PASV' || moment === 'announced' || moment === 'repeated';
}

/** The counts. */
export function survived(all: readonly Met[]): Tally {
  const staked = all.filter(atStake);
  return {
    sessions: all.length,
    intact: all.filter(intact).length,
    rewritten: staked.length,
    rewrittenIntact: staked.filter(intact).length,
  };
}
