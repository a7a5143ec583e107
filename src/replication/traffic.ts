/** Whose way a flow's bytes went. Pure. */
import type { Flow } from '../conntrack/flow.js';
import { noTraffic, type Traffic } from './ledger.js';

/**
 * What the kernel has counted for a flow, added to `sum`. Active data flows begin at the server, so that their
 * original direction is the one to the client; a flow without counters adds nothing.
 */
export function trafficOf(flow: Flow, client: Uint8Array, sum: Traffic = noTraffic): Traffic {
  const orig = flow.countersOrig?.bytes ?? 0;
  const reply = flow.countersReply?.bytes ?? 0;
  if (orig === 0 && reply === 0) return sum;
  const fromClient = Buffer.compare(flow.orig.src, client) === 0;
  return fromClient
    ? { toClient: sum.toClient + reply, fromClient: sum.fromClient + orig }
    : { toClient: sum.toClient + orig, fromClient: sum.fromClient + reply };
}
