/**
 * Runs inside a director's namespace: `dump` prints the services' flows and expectations of its kernel as JSON lines, without
 * what differs on purpose (remaining times, TCP's flags, EXPECTED); `spoil` does harm behind the daemon's back: it deletes the
 * first control flow and gives the second other offsets.
 */
import type { Expectation } from '../../../src/conntrack/expectation.js';
import type { Flow } from '../../../src/conntrack/flow.js';
import { KernelTable } from '../../../src/conntrack/table.js';
import { formatTuple, tupleKey } from '../../../src/conntrack/tuple.js';
import { CT_MARK } from '../../../src/dataplane/ruleset.js';

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

const what = process.argv[2];
process.stdout.write(JSON.stringify(await (what === 'spoil' ? spoil() : dump())));
table.close();
