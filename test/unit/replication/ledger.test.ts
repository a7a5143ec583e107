/** What replication keeps for whoever must say what a failover would keep. */
import { describe, expect, it } from 'vitest';
import { tupleKey } from '../../../src/conntrack/tuple.js';
import type { ConntrackTable, TableOperation } from '../../../src/conntrack/table.js';
import { bucketOf } from '../../../src/journal/buckets.js';
import { Commit } from '../../../src/replication/commit.js';
import { JournalSender } from '../../../src/journal/sender.js';
import { UNTOLD } from '../../../src/replication/tracked.js';
import { Tracker } from '../../../src/replication/tracker.js';
import type { Change } from '../../../src/journal/records.js';
import type { Batch } from '../../../src/journal/wire.js';
import { millis } from '../../../src/time.js';
import { announcement, controlFlow, dataFlow } from './samples.js';

const at = millis;

describe('the sender', () => {
  it('says which batch carries each change, also within a full copy', () => {
    const sender = new JournalSender();
    const told: number[] = [];
    const note = (_change: Change, index: number): void => void told.push(index);
    // The batches: 0 begins the copy, 1 and 2 hold it (75 records of 16 bytes fit one), 3 ends it, 4 is the next.
    const gone = (port: number): Change => ({ type: 'flowGone', orig: controlFlow(port).orig });
    sender.begin(Array.from({ length: 76 }, (_, port) => gone(port)), note); // prettier-ignore
    sender.append([gone(99)], at(0), note);
    expect([told[0], told[74], told[75], told[76]]).toEqual([1, 1, 2, 4]);
  });

  const ack = { epoch: 1, next: 2, synced: false, lost: false, gap: false, wanted: [] };

  it("says below which batch everything is in the peer's kernel: what it has only received does not count", () => {
    const sender = new JournalSender();
    sender.begin([]);
    sender.due(at(0));
    expect(sender.committed).toBe(0);
    sender.acknowledged({ ...ack, committed: 0 }, at(1));
    expect(sender.committed).toBe(0);
    sender.acknowledged({ ...ack, committed: 2, synced: true }, at(2));
    expect(sender.committed).toBe(2);
  });

  it('takes nothing back for an acknowledgement that was overtaken, and everything when a new copy begins', () => {
    const sender = new JournalSender();
    sender.begin([]);
    sender.acknowledged({ ...ack, committed: 2 }, at(1));
    sender.acknowledged({ ...ack, committed: 1 }, at(2));
    expect(sender.committed).toBe(2);
    sender.begin([]);
    sender.acknowledged({ ...ack, committed: 2 }, at(3));
    expect(sender.committed).toBe(0);
  });
});

describe('the tracker', () => {
  const change: Change = { type: 'flow', flow: controlFlow() };

  it('keeps the batch that told a flow last, until the flow changes', () => {
    const tracker = new Tracker();
    tracker.observe({ type: 'flowNew', flow: controlFlow() }, at(5));
    expect(tracker.find(controlFlow().orig)).toMatchObject({ told: UNTOLD, since: 5, serial: 0 });
    tracker.told(change, 7);
    expect(tracker.find(controlFlow().orig)?.told).toBe(7);
    tracker.observe({ type: 'flowUpdate', flow: controlFlow() }, at(9));
    expect(tracker.find(controlFlow().orig)).toMatchObject({ told: UNTOLD, since: 5, serial: 0 });
  });

  it('takes a flow that is told again with its bucket for not told before', () => {
    const tracker = new Tracker();
    const sender = new JournalSender();
    const told = (entry: Change, index: number): void => {
      tracker.told(entry, index);
    };
    tracker.observe({ type: 'flowNew', flow: controlFlow() }, at(0));
    sender.begin(tracker.snapshot(at(0)), told);
    expect(tracker.find(controlFlow().orig)?.told).toBe(1);
    // 0 begins the copy, 1 holds it, 2 ends it; 3 is the bucket.
    const bucket = bucketOf(tupleKey(controlFlow().orig));
    const again: Change[] = [
      { type: 'bucketBegin', bucket },
      ...tracker.bucket(bucket, at(1)),
      { type: 'bucketEnd', bucket },
    ];
    sender.append(again, at(1), told);
    expect(tracker.find(controlFlow().orig)?.told).toBe(3);
  });

  it('keeps the same for the announced channel of a control flow', () => {
    const tracker = new Tracker();
    tracker.observe({ type: 'flowNew', flow: controlFlow() }, at(0));
    expect(tracker.announcedBy(controlFlow().orig)).toBeUndefined();
    tracker.observe({ type: 'expectationNew', expectation: announcement() }, at(1));
    expect(tracker.announcedBy(controlFlow().orig)?.told).toBe(UNTOLD);
    tracker.told({ type: 'expectation', expectation: announcement() }, 8);
    expect(tracker.announcedBy(controlFlow().orig)?.told).toBe(8);
  });

  it('numbers flows as they come, also those that return', () => {
    const tracker = new Tracker();
    for (const port of [1, 2]) tracker.observe({ type: 'flowNew', flow: controlFlow(port) }, at(0));
    tracker.observe({ type: 'flowDestroy', flow: controlFlow(1) }, at(1));
    tracker.observe({ type: 'flowNew', flow: controlFlow(1) }, at(2));
    const known = Array.from(tracker.known(), ({ flow, serial }): [number, number] => [
      flow.orig.sport,
      serial,
    ]);
    expect(new Map(known)).toEqual(new Map([[2, 1], [1, 2]])); // prettier-ignore
  });

  it('adds to a control flow what its data flows had carried when they ended', () => {
    const tracker = new Tracker();
    tracker.observe({ type: 'flowNew', flow: controlFlow() }, at(0));
    for (const [dataPort, bytes] of [[5000, 1_000], [5001, 30]] as const) {
      tracker.observe({ type: 'flowNew', flow: dataFlow(40_000, dataPort) }, at(1));
      // The event of the end has the counters and omits the master.
      const flow = dataFlow(40_000, dataPort, {
        master: undefined,
        countersOrig: { packets: 9, bytes },
        countersReply: { packets: 9, bytes: bytes * 2 },
      });
      tracker.observe({ type: 'flowDestroy', flow }, at(2));
    }
    expect(tracker.find(controlFlow().orig)?.ended).toEqual({ toClient: 2_060, fromClient: 1_030 });
  }); // prettier-ignore

  it('keeps no counters with the flows: they are old as soon as they are read', () => {
    const tracker = new Tracker();
    const countersOrig = { packets: 1, bytes: 60 };
    tracker.observe({ type: 'flowNew', flow: controlFlow(40_000, { countersOrig }) }, at(0));
    expect(tracker.flows()[0]).not.toHaveProperty('countersOrig');
  });
});

describe('the commit', () => {
  const ENOMEM = 12;
  const ENOENT = 2;

  /** A kernel that refuses what `refuses` says, with this errno. */
  function commitWith(refuses: (operation: TableOperation) => boolean, errno = ENOMEM) {
    let now = at(1000);
    const table: ConntrackTable = {
      dumpFlows: () => Promise.resolve([]),
      dumpExpectations: () => Promise.resolve([]),
      get: () => undefined,
      getMany: () => [],
      getExpectations: () => [],
      apply: (operations) => operations.map((operation) => (refuses(operation) ? errno : 0)),
    };
    const commit = new Commit(table, () => now);
    const apply = (...changes: Change[]): void => {
      const batch: Batch = { epoch: 1, index: 1, begin: false, end: false, changes };
      commit.apply(batch);
    };
    const later = (): void => void (now = at(2000));
    return { commit, apply, later };
  }

  const flow: Change = { type: 'flow', flow: controlFlow() };
  const announced: Change = { type: 'expectation', expectation: announcement() };

  it('has what it wrote in its ledger, with the time when it was told first', () => {
    const { commit, apply } = commitWith(() => false);
    apply(flow, announced);
    const ledger = commit.ledger();
    expect([...ledger.known()]).toMatchObject([{ flow: controlFlow(), serial: 0 }]);
    expect(ledger.flow(controlFlow().orig)).toMatchObject({ since: 1000, lacking: undefined });
    expect(ledger.announced(controlFlow().orig)).toEqual({
      expectation: announcement(),
      lacking: undefined,
    });
  });

  it('has a flow that its kernel refused too, until a later try succeeds', () => {
    let full = true;
    const { commit, apply } = commitWith(() => full);
    apply(flow);
    expect([...commit.ledger().known()]).toMatchObject([{ flow: controlFlow() }]);
    expect(commit.ledger().flow(controlFlow().orig)?.lacking).toBe('tableFull');
    expect(commit.counts.control).toBe(0);
    full = false;
    apply(flow);
    expect(commit.ledger().flow(controlFlow().orig)?.lacking).toBeUndefined();
    expect([...commit.ledger().known()]).toHaveLength(1);
    // The count is of what has happened, not of what is.
    expect(commit.refused).toEqual({ tableFull: 1 });
  });

  it('forgets a refused flow when it ends, and when a new copy begins', () => {
    const { commit, apply } = commitWith(({ type }) => type === 'createFlow');
    apply(flow);
    apply({ type: 'flowGone', orig: controlFlow().orig });
    expect([...commit.ledger().known()]).toEqual([]);
    apply(flow);
    commit.load([], []);
    expect([...commit.ledger().known()]).toEqual([]);
  });

  it('has an announced channel that its kernel refused, until it is taken or gone', () => {
    let missing = true;
    const { commit, apply } = commitWith(({ type }) => missing && type === 'createExpectation', ENOENT);
    apply(flow, announced);
    expect(commit.ledger().announced(controlFlow().orig)?.lacking).toBe('masterMissing');
    missing = false;
    apply(announced);
    expect(commit.ledger().announced(controlFlow().orig)?.lacking).toBeUndefined();
    apply({ type: 'expectationGone', expectation: announcement() });
    expect(commit.ledger().announced(controlFlow().orig)).toBeUndefined();
  });

  it('proves nothing in a bucket that the active has otherwise, until it has been told again', () => {
    const { commit, apply } = commitWith(() => false);
    const bucket = bucketOf(tupleKey(controlFlow().orig));
    const other = [15, 16, 17].map((port) => controlFlow(port)).find((elsewhere) => bucketOf(tupleKey(elsewhere.orig)) !== bucket)!; // prettier-ignore
    const lacking = (): unknown[] => [
      commit.ledger().flow(controlFlow().orig)?.lacking,
      commit.ledger().announced(controlFlow().orig)?.lacking,
      commit.ledger().flow(other.orig)?.lacking,
    ];
    apply(flow, announced, { type: 'flow', flow: other });
    apply({ type: 'digest', bucket, digest: { count: 7, low: 7, high: 7 } });
    expect(lacking()).toEqual(['unacknowledged', 'unacknowledged', undefined]);
    apply({ type: 'bucketBegin', bucket }, flow, announced, { type: 'bucketEnd', bucket });
    expect(lacking()).toEqual([undefined, undefined, undefined]);
  });

  it('keeps the time of a flow over a new copy of everything', () => {
    const { commit, apply, later } = commitWith(() => false);
    apply(flow);
    later();
    commit.load([controlFlow()], []);
    apply({ type: 'flow', flow: controlFlow(1) });
    expect(commit.ledger().flow(controlFlow().orig)?.since).toBe(1000);
    expect(commit.ledger().flow(controlFlow(1).orig)?.since).toBe(2000);
  });
});
