import { describe, expect, it } from 'vitest';
import type { Expectation } from '../../../src/conntrack/expectation.js';
import type { Flow } from '../../../src/conntrack/flow.js';
import type { ConntrackTable, TableOperation } from '../../../src/conntrack/table.js';
import { tupleKey } from '../../../src/conntrack/tuple.js';
import { bucketOf } from '../../../src/journal/buckets.js';
import { Commit } from '../../../src/replication/commit.js';
import { digestOf } from '../../../src/journal/digest.js';
import type { Batch } from '../../../src/journal/wire.js';
import type { Change } from '../../../src/journal/records.js';
import { millis } from '../../../src/time.js';
import { announcement, controlFlow, dataFlow, SERVER, tuple, CLIENT } from './samples.js';

const ENOENT = 2;
const EBUSY = 16;
const EEXIST = 17;
const EOPNOTSUPP = 95;

/** A table that writes down what it is asked and answers as `answer` says; 0 where it says nothing. */
function scripted(
  answer: (operation: TableOperation, count: number) => number | undefined = () => 0,
  present?: Flow,
  found: readonly (Flow | undefined)[] = [],
  channels: readonly (Expectation | undefined)[] = [],
) {
  const asked: string[] = [];
  const written: TableOperation[] = [];
  let now = 0;
  const table: ConntrackTable = {
    dumpFlows: () => Promise.resolve([]),
    dumpExpectations: () => Promise.resolve([]),
    get: () => present,
    getMany: () => [...found],
    getExpectations: () => [...channels],
    apply: (operations) =>
      operations.map((operation) => {
        const count = asked.filter((before) => before.startsWith(operation.type)).length;
        asked.push(described(operation));
        written.push(operation);
        return answer(operation, count) ?? 0;
      }),
  };
  const commit = new Commit(table, () => millis(now));
  const later = (by: number): void => {
    now += by;
  };
  return { asked, written, commit, later };
}

function described(operation: TableOperation): string {
  if (operation.type === 'createFlow') return `createFlow${operation.withMaster ? ' withMaster' : ''}`;
  if (operation.type === 'updateFlow') return `updateFlow${operation.expected ? ' expected' : ''}`;
  return operation.type;
}

function batch(changes: readonly Change[], flags: Partial<Batch> = {}): Batch {
  return { epoch: 1, index: 1, begin: false, end: false, changes, ...flags };
}

const control: Change = { type: 'flow', flow: controlFlow() };
const data: Change = { type: 'flow', flow: dataFlow() };
const announced: Change = { type: 'expectation', expectation: announcement() };

describe('committing the journal', () => {
  it('creates a flow once and updates it in place afterwards', () => {
    const { asked, commit } = scripted();
    commit.apply(batch([control, control]));
    expect(asked).toEqual(['createFlow', 'updateFlow']);
  });

  it('creates a data flow under its master, and repeats its EXPECTED bit in updates', () => {
    const { asked, commit } = scripted();
    commit.apply(batch([control, data, data]));
    expect(asked).toEqual(['createFlow', 'createFlow withMaster', 'updateFlow expected']);
  });

  it('creates a data flow without its master when that is gone', () => {
    const { asked, commit } = scripted();
    commit.apply(batch([data]));
    expect(asked).toEqual(['createFlow']);
  });

  it('creates a data flow without its master when the kernel does not know it', () => {
    const { asked, commit } = scripted((op) => (op.type === 'createFlow' && op.withMaster ? ENOENT : 0));
    commit.apply(batch([control, data, data]));
    expect(asked).toEqual(['createFlow', 'createFlow withMaster', 'updateFlow expected', 'createFlow']);
    expect([commit.refused, commit.healed]).toEqual([{}, { masterMissing: 1 }]);
  });

  it('replaces a flow whose translation has changed', () => {
    const { asked, commit } = scripted();
    const elsewhere = controlFlow(40_000, {
      reply: tuple(Buffer.from([10, 200, 30, 12]), 21, CLIENT, 40_000),
    });
    commit.apply(batch([control]));
    commit.apply(batch([{ type: 'flow', flow: elsewhere }]));
    expect(asked).toEqual(['createFlow', 'deleteFlow', 'createFlow']);
  });

  it('updates in place when the kernel already holds the same flow', () => {
    const { asked, commit } = scripted((op) => (op.type === 'createFlow' ? EEXIST : 0), controlFlow());
    commit.apply(batch([control]));
    expect(asked).toEqual(['createFlow', 'updateFlow']);
    expect(commit.counts.control).toBe(1);
  });

  it('removes a stale flow that holds the tuple, and creates ours', () => {
    const stale = controlFlow(40_000, { reply: tuple(SERVER, 2121, CLIENT, 40_000) });
    const { asked, commit } = scripted(
      (op, count) => (op.type === 'createFlow' && count === 0 ? EEXIST : 0),
      stale,
    );
    commit.apply(batch([control]));
    expect(asked).toEqual(['createFlow', 'deleteFlow', 'createFlow']);
    expect([commit.refused, commit.healed]).toEqual([{}, { clash: 1 }]);
  });

  it('counts a clash that it cannot resolve, and tries again at the next change', () => {
    const { asked, commit } = scripted((op) => (op.type === 'createFlow' ? EEXIST : 0));
    commit.apply(batch([control]));
    expect([commit.refused, commit.healed]).toEqual([{ clash: 1 }, {}]);
    commit.apply(batch([control]));
    expect(asked.filter((operation) => operation === 'createFlow')).toHaveLength(4);
  });

  it('creates a flow again that ran out in this kernel', () => {
    const { asked, commit } = scripted((op) => (op.type === 'updateFlow' ? ENOENT : 0));
    commit.apply(batch([control, control]));
    expect(asked).toEqual(['createFlow', 'updateFlow', 'createFlow']);
    expect([commit.refused, commit.healed]).toEqual([{}, { missing: 1 }]);
  });

  it('repeats an update with the other EXPECTED bit when the kernel says busy', () => {
    const { asked, commit } = scripted((op) => (op.type === 'updateFlow' && !op.expected ? EBUSY : 0));
    commit.load([dataFlow(40_000, 12_345, { status: 0xe })], []);
    commit.apply(batch([data, data]));
    expect(asked).toEqual(['updateFlow', 'updateFlow', 'updateFlow expected', 'updateFlow expected']);
    expect([commit.refused, commit.healed]).toEqual([{}, { busy: 2 }]);
  });

  it('replaces a flow that has no helper and cannot be given one', () => {
    const { asked, commit } = scripted((op) => (op.type === 'updateFlow' ? EOPNOTSUPP : 0));
    commit.apply(batch([control, control]));
    expect(asked).toEqual(['createFlow', 'updateFlow', 'deleteFlow', 'createFlow']);
    expect([commit.refused, commit.healed]).toEqual([{}, { noHelper: 1 }]);
  });

  it('creates an expectation and then sets its time, which the kernel ignores at creation', () => {
    const { asked, commit } = scripted();
    commit.apply(batch([control, announced, announced]));
    expect(asked).toEqual(['createFlow', 'createExpectation', 'refreshExpectation', 'refreshExpectation']);
  });

  it.each([
    [ENOENT, 'masterMissing'],
    [EOPNOTSUPP, 'noHelper'],
    [24, 'tableFull'],
    [22, 'other'],
  ])('counts an expectation that the kernel refuses with errno %i as %s', (errno, reason) => {
    const { commit } = scripted((op) => (op.type === 'createExpectation' ? errno : 0));
    commit.apply(batch([control, announced]));
    expect(commit.refused).toEqual({ [reason]: 1 });
    expect(commit.counts.announced).toBe(0);
  });

  it('removes a flow with its expectations, which go with it in the kernel', () => {
    const { asked, commit } = scripted();
    commit.apply(batch([control, announced, { type: 'flowGone', orig: controlFlow().orig }]));
    expect(asked.at(-1)).toBe('deleteFlow');
    expect(commit.counts).toEqual({ control: 0, data: 0, announced: 0 });
  });

  it('removes at the end of a resync what the active did not name, and keeps what it did', () => {
    const { asked, commit } = scripted();
    commit.load([controlFlow(40_000), controlFlow(41_000)], [announcement(41_000)]);
    commit.apply(batch([], { begin: true }));
    commit.apply(batch([control]));
    expect(asked).toEqual(['updateFlow']);
    commit.apply(batch([], { end: true }));
    expect(asked).toEqual(['updateFlow', 'deleteExpectation', 'deleteFlow']);
    expect(commit.counts).toEqual({ control: 1, data: 0, announced: 0 });
  });
});

describe("the rest of an old active's journal", () => {
  const older = { correctionPos: 100, offsetBefore: 0, offsetAfter: 2 };
  const newer = { correctionPos: 300, offsetBefore: 2, offsetAfter: 4 };

  it('gives a flow the offsets of a later rewrite', () => {
    const { asked, commit } = scripted(undefined, controlFlow(40_000, { seqAdjReply: older }));
    commit.applyLate([{ type: 'flow', flow: controlFlow(40_000, { seqAdjReply: newer }) }], () => false);
    expect(asked).toEqual(['updateFlow']);
  });

  it('never overwrites offsets with those of an earlier rewrite, also across the wrap of sequence numbers', () => {
    const wrapped = { correctionPos: 5, offsetBefore: 2, offsetAfter: 4 };
    const beforeWrap = { correctionPos: 4_294_967_290, offsetBefore: 0, offsetAfter: 2 };
    for (const [told, present] of [
      [older, newer],
      [newer, newer],
      [beforeWrap, wrapped],
    ] as const) {
      const { asked, commit } = scripted(undefined, controlFlow(40_000, { seqAdjReply: present }));
      commit.applyLate([{ type: 'flow', flow: controlFlow(40_000, { seqAdjReply: told }) }], () => false);
      expect(asked).toEqual([]);
    }
  });

  it('creates a flow that this kernel does not have', () => {
    const { asked, commit } = scripted((op) => (op.type === 'createFlow' && op.withMaster ? ENOENT : 0));
    commit.applyLate([data], () => false);
    expect(asked).toEqual(['createFlow withMaster', 'createFlow']);
  });

  it('does not push out an announcement that this director has seen itself', () => {
    const { asked, commit } = scripted();
    commit.applyLate([announced], () => true);
    expect(asked).toEqual([]);
    commit.applyLate([announced], () => false);
    expect(asked).toEqual(['createExpectation', 'refreshExpectation']);
  });
});

describe('a flow that the kernel has lost', () => {
  it('is created once when two updates of one batch have missed it', () => {
    // The kernel has lost it: both updates find nothing, the first heals, and the second finds what the first made.
    const { asked, commit } = scripted(
      ({ type }, count) =>
        type === 'updateFlow' && count < 2 ? ENOENT : type === 'createFlow' && count === 2 ? EEXIST : 0,
      controlFlow(),
    );
    commit.apply(batch([control]));
    commit.apply(batch([control, control]));
    expect(asked).toEqual([
      'createFlow',
      'updateFlow',
      'updateFlow',
      'createFlow',
      'createFlow',
      'updateFlow',
    ]);
    expect(commit.refused).toEqual({});
    expect(commit.counts.control).toBe(1);
  });
});

describe('the audit of a bucket', () => {
  const bucket = bucketOf(tupleKey(controlFlow().orig));
  const digest = (entries: readonly Change[]): Change => ({
    type: 'digest',
    bucket,
    digest: digestOf(entries),
  });
  const begin: Change = { type: 'bucketBegin', bucket };
  const end: Change = { type: 'bucketEnd', bucket };

  it('finds nothing to do where kernel and active agree', () => {
    const { asked, commit } = scripted(undefined, undefined, [controlFlow()]);
    commit.apply(batch([control, digest([control])]));
    expect(asked).toEqual(['createFlow']);
    expect([commit.wanted, commit.repairs]).toEqual([[], 0]);
  });

  it('writes again what has vanished from this kernel', () => {
    const { asked, commit } = scripted(undefined, undefined, [undefined]);
    commit.apply(batch([control, digest([control])]));
    expect(asked).toEqual(['createFlow', 'createFlow']);
    expect([commit.wanted, commit.repairs]).toEqual([[], 1]);
  });

  it('writes an announcement again that vanished with its control flow', () => {
    const { asked, commit } = scripted(undefined, undefined, [undefined], [announcement()]);
    commit.apply(batch([control, announced, digest([control, announced])]));
    const announcing = ['createExpectation', 'refreshExpectation'];
    expect(asked).toEqual(['createFlow', ...announcing, 'createFlow', ...announcing]);
    expect([commit.wanted, commit.repairs]).toEqual([[], 1]);
  });

  it('writes an announcement again that vanished alone', () => {
    const { asked, commit } = scripted(undefined, undefined, [controlFlow()], [undefined]);
    commit.apply(batch([control, announced, digest([control, announced])]));
    const announcing = ['createExpectation', 'refreshExpectation'];
    expect(asked).toEqual(['createFlow', ...announcing, ...announcing]);
    expect([commit.wanted, commit.repairs, commit.counts.announced]).toEqual([[], 1, 1]);
  });

  it('replaces a control flow that has no helper in this kernel, which cannot be given one', () => {
    const helpless = controlFlow(40_000, { helper: '' });
    const { asked, commit } = scripted(undefined, helpless, [helpless]);
    commit.apply(batch([control, digest([control])]));
    expect(asked).toEqual(['createFlow', 'deleteFlow', 'createFlow']);
    expect([commit.wanted, commit.repairs, commit.refused]).toEqual([[], 1, {}]);
  });

  it('replaces an announcement that leads elsewhere in this kernel', () => {
    const elsewhere = announcement(40_000, 12_345, {
      nat: { direction: 0, tuple: tuple(SERVER, 2222, Buffer.alloc(4), 0) },
    });
    const { asked, commit } = scripted(
      (op, count) => (op.type === 'createExpectation' && count === 1 ? EEXIST : 0),
      undefined,
      [controlFlow()],
      [elsewhere],
    );
    commit.apply(batch([control, announced, digest([control, announced])]));
    expect(asked.slice(3)).toEqual([
      'createExpectation',
      'refreshExpectation',
      'deleteExpectation',
      'createExpectation',
      'refreshExpectation',
    ]);
    expect([commit.wanted, commit.repairs, commit.counts.announced]).toEqual([[], 1, 1]);
  });

  it('leaves an announcement alone that is as it was written, whatever time it has left', () => {
    const older = announcement(40_000, 12_345, { timeout: 12 });
    const { asked, commit } = scripted(undefined, undefined, [controlFlow()], [older]);
    commit.apply(batch([control, announced, digest([control, announced])]));
    expect(asked).toHaveLength(3);
    expect(commit.repairs).toBe(0);
  });

  it('mends with the time that is left by now, not with what was left when it was told', () => {
    const wrong = controlFlow(40_000, { tcp: undefined });
    const { written, commit, later } = scripted(undefined, undefined, [wrong]);
    commit.apply(batch([{ type: 'flow', flow: controlFlow(40_000, { timeout: 500 }) }]));
    later(20_000);
    commit.apply(batch([digest([control])]));
    expect(written[1]).toMatchObject({ type: 'updateFlow', flow: { timeout: 480 } });
  });

  it('sets offsets to zero that this kernel has from an earlier role and the active has not', () => {
    const offsets = { correctionPos: 77_000, offsetBefore: 0, offsetAfter: 4 };
    const { written, commit } = scripted();
    commit.load([controlFlow(40_000, { seqAdjReply: offsets })], []);
    commit.apply(batch([control]));
    expect(written[0]).toMatchObject({
      type: 'updateFlow',
      flow: { seqAdjOrig: undefined, seqAdjReply: { correctionPos: 0, offsetBefore: 0, offsetAfter: 0 } },
    });
    // Once is enough: what was written is remembered as it was told.
    commit.apply(batch([control]));
    expect(written[1]).toMatchObject({ type: 'updateFlow', flow: { seqAdjReply: undefined } });
  });

  it('updates what has other offsets in this kernel', () => {
    const wrong = controlFlow(40_000, { seqAdjReply: { correctionPos: 1, offsetBefore: 0, offsetAfter: 2 } });
    const { asked, commit } = scripted(undefined, undefined, [wrong]);
    commit.apply(batch([control, digest([control])]));
    expect(asked).toEqual(['createFlow', 'updateFlow']);
    expect(commit.repairs).toBe(1);
  });

  it('wants a bucket again that the active has otherwise, until it has been told', () => {
    const { asked, commit } = scripted(undefined, undefined, [controlFlow()]);
    const closing: Change = { type: 'flow', flow: controlFlow(40_000, { timeout: 120, status: 0x18c }) };
    commit.apply(batch([control, digest([closing])]));
    expect(commit.wanted).toEqual([bucket]);
    commit.apply(batch([begin, closing, end, digest([closing])]));
    expect(asked).toEqual(['createFlow', 'updateFlow']);
    expect([commit.wanted, commit.repairs]).toEqual([[], 1]);
  });

  it('removes what the active does not name between the beginning and the end of a bucket', () => {
    const { asked, commit } = scripted();
    commit.apply(batch([control, announced]));
    commit.apply(batch([begin, end]));
    expect(asked.slice(3)).toEqual(['deleteExpectation', 'deleteFlow']);
    expect(commit.counts).toEqual({ control: 0, data: 0, announced: 0 });
  });

  it('asks again for a flow that the kernel refused', () => {
    const { commit } = scripted((op, count) => (op.type === 'createFlow' && count < 1 ? 12 : 0));
    commit.apply(batch([control, digest([control])]));
    expect([commit.refused, commit.wanted]).toEqual([{ tableFull: 1 }, [bucket]]);
    commit.apply(batch([begin, control, end]));
    expect([commit.counts.control, commit.wanted]).toEqual([1, []]);
  });
});
