/**
 * Fills the connection table of the namespace that it runs in with foreign flows (another mark, another service), and
 * ends. They stay in the kernel until the namespace goes.
 *   flows-main.ts COUNT
 */
import type { Flow } from '../../../src/conntrack/flow.js';
import { KernelTable, type TableOperation } from '../../../src/conntrack/table.js';
import { inverse } from '../../../src/conntrack/tuple.js';

const FOREIGN_MARK = 7;
const PORTS_PER_ADDRESS = 50_000;
const BATCH = 5_000;

/** An HTTPS connection between two addresses for documentation (RFC 5737), told apart by address and port. */
function foreignFlow(number: number): Flow {
  const orig = {
    src: Buffer.from([203, 0, 113, 1 + Math.floor(number / PORTS_PER_ADDRESS)]),
    dst: Buffer.from([192, 0, 2, 1]),
    sport: 10_000 + (number % PORTS_PER_ADDRESS),
    dport: 443,
  };
  return {
    orig,
    reply: inverse(orig),
    status: 0x0e,
    timeout: 86_400,
    tcp: { state: 3, wscaleOrig: 7, wscaleReply: 7, flagsOrig: 0x23, flagsReply: 0x23 },
    helper: '',
    mark: FOREIGN_MARK,
    master: undefined,
    seqAdjOrig: undefined,
    seqAdjReply: undefined,
  };
}

const count = Number(process.argv[2]);
const table = KernelTable.open();
for (let from = 0; from < count; from += BATCH) {
  const operations = Array.from({ length: Math.min(BATCH, count - from) }, (_, index): TableOperation => ({
    type: 'createFlow',
    flow: foreignFlow(from + index),
    withMaster: false,
  }));
  const refused = table.apply(operations).filter((errno) => errno !== 0);
  if (refused.length > 0)
    throw new Error(`the kernel refused ${refused.length} flows, first errno ${refused[0] ?? 0}`);
}
table.close();
