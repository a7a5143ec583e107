/** The other router's keepalived.conf: what differs, and should not. Pure. */
import { quote } from '../../config/parsed.js';
import type { Ledger, Occurrence } from '../ledger.js';
import type { Statement } from './parse.js';

/** What is different on the two routers by its nature. */
const OWN = ['state', 'priority', 'unicast_src_ip', 'mcast_src_ip', 'unicast_peer', 'router_id', 'interface', 'nopreempt', 'preempt_delay']; // prettier-ignore

/** Tells what only one of the files says, or both in different ways. */
export function comparePeer(own: readonly Statement[], peer: readonly Statement[], ledger: Ledger): void {
  const [here, there] = [new Map<string, Flat>(), new Map<string, Flat>()];
  flatten(own, '', here);
  flatten(peer, '', there);
  for (const [path, mine] of here) {
    const theirs = there.get(path);
    if (theirs === undefined) ledger.warn(mine.at, "stands in this file only, not in the peer's", CURE);
    else if (theirs.value !== mine.value) ledger.warn(mine.at, `differs: ${quote(mine.value)} here, ${quote(theirs.value)} in line ${theirs.at.line} of the peer's file`, CURE); // prettier-ignore
  }
  for (const [path, { at }] of there) {
    if (here.has(path)) continue;
    ledger.warn({ line: 0, key: `${at.key} (line ${at.line} of the peer's file)` }, "stands in the peer's file only", CURE); // prettier-ignore
  }
}

const CURE = 'find out which of the two is right: ftpair has one file for both';

interface Flat {
  readonly at: Occurrence;
  readonly value: string;
}

/** Blocks are told apart by their words, other statements by their keyword. */
function flatten(statements: readonly Statement[], path: string, into: Map<string, Flat>): void {
  for (const at of statements) {
    if (OWN.includes(at.key)) continue;
    const here = `${path}/${[at.key, ...(at.hasBlock ? at.words : [])].join(' ').slice(0, 200)}`;
    into.set(here, { at, value: at.words.join(' ') });
    flatten(at.block, here, into);
  }
}
