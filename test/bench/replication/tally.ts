/** Counts of sessions that a failure met: how many are intact, of all and of those that had something to lose. Pure. */
import type { Moment, Outcome } from '../../lab/support/survivors.js';
import type { DataMode } from '../../../src/drill/announced.js';

export interface Count {
  readonly sessions: number;
  readonly intact: number;
}

export interface Tally {
  /** Sessions whose sequence numbers are shifted, or whose announced channel was not open yet. */
  readonly staked: Count;
  /**
   * Those of them that are passive. An active one's announcement is read by the server; its data comes from port 20, and
   * is translated by a rule of our data plane, whoever replicates.
   */
  readonly stakedPassive: Count;
  readonly all: Count;
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

const count = (some: readonly Met[]): Count => ({
  sessions: some.length,
  intact: some.filter(intact).length,
});

/** The counts. */
export function survived(all: readonly Met[]): Tally {
  const staked = all.filter(atStake);
  const stakedPassive = staked.filter(({ mode }) => mode === 'PASV' || mode === 'EPSV');
  return { staked: count(staked), stakedPassive: count(stakedPassive), all: count(all) };
}
