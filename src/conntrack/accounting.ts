/**
 * What the kernel counts of a flow, and since when: struct nf_conn_acct and nf_conn_tstamp as ctnetlink tells them.
 * Codec only; nothing of it is ever written into a kernel.
 */
import type { AttributeCursor } from '../netlink/attribute.js';
import * as ct from './ctnetlink.js';

/** What one direction of a flow has carried through this kernel, headers of IP and TCP included. */
export interface Counters {
  readonly packets: number;
  readonly bytes: number;
}

/** CTA_COUNTERS_ORIG and _REPLY. A part that is missing or cut off counts as 0. */
export function readCounters(cursor: AttributeCursor): Counters {
  let packets = 0;
  let bytes = 0;
  while (cursor.next()) {
    if (cursor.type === ct.CTA_COUNTERS_PACKETS) packets = cursor.u64be();
    else if (cursor.type === ct.CTA_COUNTERS_BYTES) bytes = cursor.u64be();
  }
  return { packets, bytes };
}

/**
 * CTA_TIMESTAMP: the start in milliseconds of the wall clock, or undefined. The kernel tells nanoseconds, which a number
 * does not hold exactly; what is lost is less than a microsecond.
 */
export function readStart(cursor: AttributeCursor): number | undefined {
  while (cursor.next()) {
    if (cursor.type !== ct.CTA_TIMESTAMP_START) continue;
    const nanoseconds = cursor.u64be();
    return cursor.failed ? undefined : nanoseconds / 1e6;
  }
  return undefined;
}
