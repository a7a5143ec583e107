/**
 * Runs inside a fresh network namespace: writes one FTP session into the kernel's table, changes it, and prints
 * as JSON what the kernel then holds. The test in ../conntrack.test.ts compares with literal values.
 */
import { ConntrackListener } from '../../../src/conntrack/listener.js';
import { KernelTable, type TableOperation } from '../../../src/conntrack/table.js';
import { formatTuple } from '../../../src/conntrack/tuple.js';
import type { Flow } from '../../../src/conntrack/flow.js';
import { announcement, controlFlow, dataFlow, SERVER } from '../../unit/replication/samples.js';

const MARK = 0x46545001;
const events: string[] = [];
const listener = new ConntrackListener(
  MARK,
  (batch) => {
    for (const event of batch) events.push(event.type);
  },
  () => events.push('lost'),
);
const table = KernelTable.open();

function apply(...operations: TableOperation[]): number[] {
  return table.apply(operations);
}

function shown(flow: Flow | undefined): unknown {
  if (flow === undefined) return null;
  const { orig, reply, tcp, helper, mark, master, seqAdjOrig, seqAdjReply, status } = flow;
  return {
    orig: formatTuple(orig),
    reply: formatTuple(reply),
    state: tcp?.state,
    liberal: [(tcp?.flagsOrig ?? 0) & 8, (tcp?.flagsReply ?? 0) & 8],
    helper,
    mark,
    master: master && formatTuple(master),
    seqAdjOrig,
    seqAdjReply,
    expected: status & 1,
    nat: status & 0x30,
  };
}

const adj = { correctionPos: 4_000_000_000, offsetBefore: -2, offsetAfter: 3 };
const foreign = controlFlow(50_000, { mark: 7, helper: '' });
const v6 = {
  ...controlFlow(),
  orig: { src: Buffer.alloc(16, 1), dst: Buffer.alloc(16, 2), sport: 4000, dport: 21 },
  reply: { src: Buffer.alloc(16, 3), dst: Buffer.alloc(16, 1), sport: 21, dport: 4000 },
};

const created = apply(
  { type: 'createFlow', flow: controlFlow(40_000, { seqAdjReply: adj }), withMaster: false },
  { type: 'createFlow', flow: dataFlow(), withMaster: true },
  { type: 'createFlow', flow: foreign, withMaster: false },
  { type: 'createFlow', flow: v6, withMaster: false },
  { type: 'createExpectation', expectation: announcement(40_000, 20_000) },
  { type: 'refreshExpectation', expectation: announcement(40_000, 20_000, { timeout: 77 }) },
);
const again = apply({ type: 'createFlow', flow: controlFlow(), withMaster: false });
const orphan = apply(
  { type: 'createFlow', flow: dataFlow(41_000), withMaster: true },
  { type: 'createExpectation', expectation: announcement(41_000) },
);
const control = table.get(controlFlow().orig);
const later = { correctionPos: 5, offsetBefore: 3, offsetAfter: 6 };
const updated = apply({
  type: 'updateFlow',
  flow: controlFlow(40_000, { seqAdjReply: later, timeout: 60 }),
  expected: false,
});
const busy = apply(
  { type: 'updateFlow', flow: dataFlow(), expected: false },
  { type: 'updateFlow', flow: dataFlow(), expected: true },
);
const afterUpdate = table.get(controlFlow().orig);
const expectations = await table.dumpExpectations();
const flows = await table.dumpFlows(MARK);
const deleted = apply(
  { type: 'deleteFlow', orig: controlFlow().orig },
  { type: 'deleteFlow', orig: controlFlow().orig },
);
const survivors = await table.dumpFlows(MARK);
const expectationsLeft = await table.dumpExpectations();

// The events of all this wait in the socket; the last one is the deletion of the IPv6 flow.
apply({ type: 'deleteFlow', orig: v6.orig });
while (events.filter((type) => type === 'flowDestroy').length < 2)
  await new Promise((resolve) => setImmediate(resolve));

process.stdout.write(
  JSON.stringify({
    created,
    again,
    orphan,
    control: shown(control),
    updated,
    busy,
    later: afterUpdate?.seqAdjReply,
    timeout: (afterUpdate?.timeout ?? 0) <= 60,
    expectations: expectations.map((e) => ({
      tuple: formatTuple(e.tuple),
      master: formatTuple(e.master),
      nat: e.nat && formatTuple(e.nat.tuple),
      fn: e.fn,
      timely: e.timeout > 70 && e.timeout <= 77,
    })),
    flows: flows.map(shown),
    deleted,
    survivors: survivors.map(({ orig }) => formatTuple(orig)),
    expectationsLeft: expectationsLeft.length,
    events,
    server: SERVER.join('.'),
  }),
);
listener.close();
table.close();
