/**
 * Runs inside a director's namespace: `dump` prints the services' flows and expectations of its kernel as JSON lines, without
 * what differs on purpose (remaining times, TCP's flags, EXPECTED); `spoil` does harm behind the daemon's back: it deletes the
 * first control flow and gives the second other offsets; `spoil-announced` deletes the first announced channel and has the
 * second lead to another port.
 */
import type { Expectation } from '../../../src/conntrack/expectation.js';
import type { Flow } from '../../../src/conntrack/flow.js';
import { KernelTable } from '../../../src/conntrack/table.js';
import { formatTuple, tupleKey } from '../../../src/conntrack/tuple.js';
import { CT_MARK } from '../../../src/dataplane/nft-words.js';

const table = KernelTable.open();

function lineOf({ orig, reply, helper, tcp, seqAdjOrig, seqAdjReply }: Flow): string {
  const facts = { reply: formatTuple(reply), helper, state: tcp?.state, seqAdjOrig, seqAdjReply };
  return `flow ${formatTuple(orig)} ${JSON.stringify(facts)}`;
}

function announcementLine({ master, tuple, mask, flags, class: kind, fn, nat }: Expectation): string {
  const to = nat === undefined ? undefined : `${nat.direction} ${formatTuple(nat.tuple)}`;
  const facts = { tuple: formatTuple(tuple), mask: formatTuple(mask), flags, class: kind, fn, to };
  return `expectation of ${formatTuple(master)} ${JSON.stringify(facts)}`;
}

async function dump(): Promise<readonly string[]> {
  const flows = await table.dumpFlows(CT_MARK);
  const masters = new Set(flows.map(({ orig }) => tupleKey(orig)));
  const expectations = (await table.dumpExpectations()).filter(({ master }) => masters.has(tupleKey(master)));
  return [...flows.map(lineOf), ...expectations.map(announcementLine)].sort();
}

async function spoil(): Promise<readonly number[]> {
  const [first, second] = (await table.dumpFlows(CT_MARK)).filter(({ helper }) => helper !== '');
  if (first === undefined || second === undefined) throw new Error('two control flows are needed');
  const wrong = { correctionPos: 1, offsetBefore: 100, offsetAfter: 200 };
  return table.apply([
    { type: 'deleteFlow', orig: first.orig },
    { type: 'updateFlow', flow: { ...second, seqAdjReply: wrong }, expected: false },
  ]);
}

async function spoilAnnounced(): Promise<readonly number[]> {
  const [first, second] = await table.dumpExpectations();
  if (first === undefined || second?.nat === undefined) throw new Error('two announced channels are needed');
  const { nat } = second;
  const elsewhere = { ...second, nat: { ...nat, tuple: { ...nat.tuple, sport: nat.tuple.sport ^ 1 } } };
  return table.apply([
    { type: 'deleteExpectation', expectation: first },
    { type: 'deleteExpectation', expectation: second },
    { type: 'createExpectation', expectation: elsewhere },
    { type: 'refreshExpectation', expectation: elsewhere },
  ]);
}

const JOBS: Readonly<Record<string, () => Promise<readonly unknown[]>>> = {
  dump,
  spoil,
  'spoil-announced': spoilAnnounced,
};
const job = JOBS[process.argv[2] ?? ''];
if (job === undefined) throw new Error(`one of ${Object.keys(JOBS).join(', ')} is needed`);
process.stdout.write(JSON.stringify(await job()));
table.close();
