/**
 * The last words of an old active about a flow, heard by its successor: what passed through the old one until its last
 * packet. The successor's kernel may already know better, and nothing newer is overwritten.
 */
import { IPS_EXPECTED, TCP_CONNTRACK } from '../conntrack/ctnetlink.js';
import type { Flow, SeqAdj, TcpInfo } from '../conntrack/flow.js';
import type { ConntrackTable } from '../conntrack/table.js';

/** errno.h: the control flow is not there. */
const ENOENT = 2;

/** A flow of the old active's last words, written only where it is news. */
export function applyLastWords(table: ConntrackTable, flow: Flow): void {
  const present = table.get(flow.orig);
  if (present === undefined) {
    const created = table.apply([{ type: 'createFlow', flow, withMaster: flow.master !== undefined }]);
    if (created[0] === ENOENT) table.apply([{ type: 'createFlow', flow, withMaster: false }]);
    return;
  }
  const seqAdjOrig = later(flow.seqAdjOrig, present.seqAdjOrig);
  const seqAdjReply = later(flow.seqAdjReply, present.seqAdjReply);
  const state = furtherState(flow, present);
  if (seqAdjOrig === undefined && seqAdjReply === undefined && state === undefined) return;
  const expected = (present.status & IPS_EXPECTED) !== 0;
  table.apply([{ type: 'updateFlow', flow: { ...present, ...state, seqAdjOrig, seqAdjReply }, expected }]);
}

/**
 * What belongs to the told TCP state, where that is further on its way than the one present: several words about one flow come
 * one after the other, and one that is still coming up here would take the next segment for a stranger's.
 */
function furtherState(told: Flow, present: Flow): Pick<Flow, 'tcp' | 'timeout' | 'status'> | undefined {
  if (told.tcp === undefined || progress(told.tcp) <= progress(present.tcp)) return undefined;
  return { tcp: told.tcp, timeout: told.timeout, status: told.status };
}

/** The states are numbered in the order in which a connection has them, but for the last: both ends have sent a SYN. */
function progress(tcp: TcpInfo | undefined): number {
  const state = tcp?.state ?? 0;
  return TCP_CONNTRACK[state] === 'SYN_SENT2' ? TCP_CONNTRACK.indexOf('SYN_SENT') : state;
}

/** The told offsets where they belong to a later rewrite than the ones present; sequence numbers wrap (RFC 9293 §3.4). */
function later(told: SeqAdj | undefined, present: SeqAdj | undefined): SeqAdj | undefined {
  if (told === undefined) return undefined;
  return present === undefined || ((told.correctionPos - present.correctionPos) | 0) > 0 ? told : undefined;
}
