/**
 * The words for why a director has its role, as clauses that follow "because". The log, the alerts and the
 * status share them. It must not decide anything: the words come from the election.
 */

const CLAUSES: Readonly<Record<string, string>> = {
  started: 'it has just started',
  peerActive: 'the peer is active',
  noPeer: 'no peer was heard after the start',
  peerDead: 'the peer is silent on every path and nobody answers for the virtual address',
  peerReleased: 'the peer gave the role up',
  vacant: 'neither router was active',
  operator: 'an administrator asked for it',
  stopping: 'the daemon is stopping',
  outranked: 'the peer is active as well and ranks higher',
  notReady: 'this router is not ready to serve',
  linkDown: 'the active router had lost a link that the other one has',
  uplinkDown: 'the active router reached fewer of the tracked addresses than the other one',
  preferred: 'the config prefers the other router, which has been able to serve for long enough',
};

/** The clause for a reason word (`peerDead`, …); a word that is not known is shown as it is. */
export function reasonClause(reason: string): string {
  return Object.hasOwn(CLAUSES, reason) ? (CLAUSES[reason] ?? reason) : `of "${reason}"`;
}
