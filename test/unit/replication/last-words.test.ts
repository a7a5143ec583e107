/** What a new active does with the last words of the old one about a flow. */
import { describe, expect, it } from 'vitest';
import type { Flow } from '../../../src/conntrack/flow.js';
import type { ConntrackTable, TableOperation } from '../../../src/conntrack/table.js';
import { applyLastWords } from '../../../src/replication/last-words.js';
import { controlFlow, dataFlow } from './samples.js';

const ENOENT = 2;
const ENOMEM = 12;

const older = { correctionPos: 100, offsetBefore: 0, offsetAfter: 2 };
const newer = { correctionPos: 300, offsetBefore: 2, offsetAfter: 4 };

/** What is written into a kernel that has `present` and refuses what comes with this errno. */
function written(told: Flow, present?: Flow, errno = 0): TableOperation[] {
  const operations: TableOperation[] = [];
  const table: ConntrackTable = {
    dumpFlows: () => Promise.resolve([]),
    dumpExpectations: () => Promise.resolve([]),
    get: () => present,
    getMany: () => [],
    getExpectations: () => [],
    apply: (asked) => asked.map((operation) => (operations.push(operation), errno)),
  };
  applyLastWords(table, told);
  return operations;
}

describe('of a flow that is not here', () => {
  it('a control flow is created without a master, a data flow with it', () => {
    const [control, data] = [controlFlow(), dataFlow()];
    expect(written(control)).toEqual([{ type: 'createFlow', flow: control, withMaster: false }]);
    expect(written(data)).toEqual([{ type: 'createFlow', flow: data, withMaster: true }]);
  });

  it('a second try without the master is made only if that is what was missing', () => {
    expect(written(dataFlow(), undefined, ENOENT)).toEqual([
      { type: 'createFlow', flow: dataFlow(), withMaster: true },
      { type: 'createFlow', flow: dataFlow(), withMaster: false },
    ]);
    expect(written(dataFlow(), undefined, ENOMEM)).toHaveLength(1);
  });
});

describe('of a flow that is here', () => {
  it('nothing is written where they say nothing of offsets, whatever this kernel has', () => {
    expect(written(controlFlow(), controlFlow())).toEqual([]);
    expect(written(controlFlow(), controlFlow(40_000, { seqAdjOrig: newer, seqAdjReply: newer }))).toEqual(
      [],
    );
  });

  it('the offsets of a later rewrite are written and nothing else is changed, in either direction alone', () => {
    const present = controlFlow(40_000, { timeout: 77, mark: 9, seqAdjOrig: older, seqAdjReply: older });
    expect(written(controlFlow(40_000, { seqAdjOrig: newer }), present)).toEqual([
      {
        type: 'updateFlow',
        flow: { ...present, seqAdjOrig: newer, seqAdjReply: undefined },
        expected: false,
      },
    ]);
    expect(written(controlFlow(40_000, { seqAdjReply: newer, seqAdjOrig: older }), present)).toEqual([
      {
        type: 'updateFlow',
        flow: { ...present, seqAdjOrig: undefined, seqAdjReply: newer },
        expected: false,
      },
    ]);
  });

  it('offsets are written where this kernel has none', () => {
    expect(written(controlFlow(40_000, { seqAdjReply: older }), controlFlow())).toEqual([
      { type: 'updateFlow', flow: controlFlow(40_000, { seqAdjReply: older }), expected: false },
    ]);
  });

  it('a data flow keeps its EXPECTED bit, without which the kernel would refuse the update', () => {
    // 0x18e is seen, assured, confirmed, translated; the lowest bit is IPS_EXPECTED.
    const present = dataFlow(40_000, 12_345, { status: 0x18f });
    expect(written(dataFlow(40_000, 12_345, { seqAdjReply: newer }), present)).toMatchObject([
      { type: 'updateFlow', expected: true },
    ]);
  });
});

describe('of a flow that is here, and was told in several words', () => {
  const inState = (state: number, more: Partial<Flow> = {}): Flow =>
    controlFlow(40_000, {
      tcp: { state, wscaleOrig: 7, wscaleReply: 7, flagsOrig: 0, flagsReply: 0 },
      ...more,
    });

  it('the further TCP state is taken, with its time and status, and nothing else', () => {
    const present = inState(2, { timeout: 60, status: 0x1aa, mark: 9 });
    expect(written(inState(3, { timeout: 300, status: 0x1ae }), present)).toEqual([
      { type: 'updateFlow', flow: inState(3, { timeout: 300, status: 0x1ae, mark: 9 }), expected: false },
    ]);
  });

  it('an earlier state changes nothing, nor does the same, nor one of which nothing is known', () => {
    expect(written(inState(2), inState(3))).toEqual([]);
    expect(written(inState(3, { timeout: 1 }), inState(3))).toEqual([]);
    expect(written(controlFlow(40_000, { tcp: undefined }), inState(1))).toEqual([]);
  });

  it('two SYNs that crossed are the beginning of a connection, and not its end', () => {
    expect(written(inState(9), inState(2))).toEqual([]);
    expect(written(inState(2), inState(9))).toHaveLength(1);
  });
});
