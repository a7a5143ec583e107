import { describe, expect, it } from 'vitest';
import { tupleKey } from '../../../src/conntrack/tuple.js';
import { bucketOf } from '../../../src/journal/buckets.js';
import type { Change } from '../../../src/journal/records.js';
import { Tracker } from '../../../src/replication/tracker.js';
import { millis } from '../../../src/time.js';
import { announcement, controlFlow, dataFlow } from './samples.js';

const at = millis;

function withSession(): Tracker {
  const tracker = new Tracker();
  tracker.observe({ type: 'flowNew', flow: controlFlow() }, at(0));
  return tracker;
}

describe('the tracker of the active', () => {
  it('tells a new flow, its updates and its end', () => {
    const tracker = new Tracker();
    expect(tracker.observe({ type: 'flowNew', flow: controlFlow() }, at(0))).toEqual([
      { type: 'flow', flow: controlFlow() },
    ]);
    expect(tracker.observe({ type: 'flowDestroy', flow: controlFlow() }, at(9))).toEqual([
      { type: 'flowGone', orig: controlFlow().orig },
    ]);
    expect(tracker.observe({ type: 'flowDestroy', flow: controlFlow() }, at(9))).toEqual([]);
  });

  it('keeps the master and the offsets that an update event omits', () => {
    const tracker = withSession();
    const seqAdjReply = { correctionPos: 100, offsetBefore: 0, offsetAfter: 2 };
    tracker.looked(controlFlow(40_000, { seqAdjReply }), at(1));
    const update = tracker.observe(
      { type: 'flowUpdate', flow: controlFlow(40_000, { timeout: 120 }) },
      at(2),
    );
    expect(update).toEqual([{ type: 'flow', flow: controlFlow(40_000, { timeout: 120, seqAdjReply }) }]);
    tracker.observe({ type: 'flowNew', flow: dataFlow() }, at(3));
    const data = tracker.observe(
      { type: 'flowUpdate', flow: dataFlow(40_000, 12_345, { master: undefined }) },
      at(4),
    );
    expect(data).toEqual([{ type: 'flow', flow: dataFlow() }]);
  });

  it('looks at the control flow 0, 2, 10 and 50 ms after its helper announced a channel', () => {
    const tracker = withSession();
    tracker.observe({ type: 'expectationNew', expectation: announcement() }, at(1000));
    const looks = [999, 1000, 1001, 1002, 1009, 1010, 1049, 1050, 2000].map(
      (now) => tracker.dueLooks(at(now)).length,
    );
    expect(looks).toEqual([0, 1, 0, 1, 0, 1, 0, 1, 0]);
  });

  it('looks once more only, 50 ms later, when a look has shown what the helper rewrote', () => {
    const tracker = withSession();
    tracker.observe({ type: 'expectationNew', expectation: announcement() }, at(1000));
    expect(tracker.dueLooks(at(1000))).toHaveLength(1);
    const seqAdjReply = { correctionPos: 100, offsetBefore: 0, offsetAfter: 2 };
    tracker.looked(controlFlow(40_000, { seqAdjReply }), at(1000));
    expect(tracker.nextWake()).toBe(1050);
    expect([1002, 1010, 1049, 1050, 2000].map((now) => tracker.dueLooks(at(now)).length)).toEqual([
      0, 0, 0, 1, 0,
    ]);
  });

  it('looks at a control flow once for everything that is due', () => {
    const tracker = withSession();
    tracker.observe({ type: 'expectationNew', expectation: announcement(40_000, 10_001) }, at(1000));
    tracker.observe({ type: 'expectationNew', expectation: announcement(40_000, 10_002) }, at(1001));
    expect(tracker.dueLooks(at(1100))).toHaveLength(1);
    expect(tracker.nextWake()).toBeUndefined();
  });

  it('looks once, 50 ms later, when a channel has gone', () => {
    const tracker = withSession();
    tracker.observe({ type: 'expectationNew', expectation: announcement() }, at(1000));
    tracker.dueLooks(at(1999));
    tracker.observe({ type: 'expectationDestroy', expectation: announcement() }, at(2000));
    expect([2000, 2010, 2050].map((now) => tracker.dueLooks(at(now)).length)).toEqual([0, 0, 1]);
  });

  it('tells a look only when it shows other offsets', () => {
    const tracker = withSession();
    expect(tracker.looked(controlFlow(), at(1))).toEqual([]);
    const rewritten = controlFlow(40_000, {
      seqAdjReply: { correctionPos: 100, offsetBefore: 0, offsetAfter: 2 },
    });
    expect(tracker.looked(rewritten, at(2))).toEqual([{ type: 'flow', flow: rewritten }]);
    expect(tracker.looked(rewritten, at(3))).toEqual([]);
  });

  it("says nothing about announcements of flows that are not the services'", () => {
    const tracker = new Tracker();
    expect(tracker.observe({ type: 'expectationNew', expectation: announcement() }, at(0))).toEqual([]);
    expect(tracker.counts).toEqual({ control: 0, data: 0, announced: 0 });
  });

  it('holds the end of an expectation back for 100 ms, so that its flow is told first', () => {
    const tracker = withSession();
    tracker.observe({ type: 'expectationNew', expectation: announcement() }, at(0));
    expect(tracker.observe({ type: 'expectationDestroy', expectation: announcement() }, at(10))).toEqual([]);
    expect(tracker.dueChanges(at(109.9))).toEqual([]);
    expect(tracker.dueChanges(at(110))).toEqual([{ type: 'expectationGone', expectation: announcement() }]);
  });

  it('forgets a pending end when the same channel is announced again', () => {
    const tracker = withSession();
    tracker.observe({ type: 'expectationNew', expectation: announcement() }, at(0));
    tracker.observe({ type: 'expectationDestroy', expectation: announcement() }, at(10));
    tracker.observe({ type: 'expectationNew', expectation: announcement() }, at(20));
    expect(tracker.dueChanges(at(500))).toEqual([]);
    expect(tracker.counts.announced).toBe(1);
  });

  it('tells the end of the old channel before a new one of the same session', () => {
    const tracker = withSession();
    tracker.observe({ type: 'expectationNew', expectation: announcement(40_000, 10_001) }, at(0));
    expect(
      tracker.observe({ type: 'expectationNew', expectation: announcement(40_000, 10_002) }, at(5)),
    ).toEqual([
      { type: 'expectationGone', expectation: announcement(40_000, 10_001) },
      { type: 'expectation', expectation: announcement(40_000, 10_002) },
    ]);
  });

  it('forgets the announced channel of a session that has ended', () => {
    const tracker = withSession();
    tracker.observe({ type: 'expectationNew', expectation: announcement() }, at(0));
    tracker.observe({ type: 'flowDestroy', flow: controlFlow() }, at(5));
    expect(tracker.counts).toEqual({ control: 0, data: 0, announced: 0 });
  });

  it('finds in a sweep what events did not tell: new and ended flows, and offsets', () => {
    const tracker = withSession();
    const rewritten = controlFlow(40_000, {
      seqAdjOrig: { correctionPos: 7, offsetBefore: 0, offsetAfter: -1 },
    });
    const other = controlFlow(41_000);
    expect(tracker.sweep([rewritten, other], [], at(1000), at(1001))).toEqual([
      { type: 'flow', flow: rewritten },
      { type: 'flow', flow: other },
    ]);
    expect(tracker.sweep([other], [], at(2000), at(2001))).toEqual([
      { type: 'flowGone', orig: controlFlow().orig },
    ]);
  });

  it('does not take a flow for ended that came while the table was read', () => {
    const tracker = new Tracker();
    tracker.observe({ type: 'flowNew', flow: controlFlow() }, at(1000));
    expect(tracker.sweep([], [], at(1000), at(1002))).toEqual([]);
  });

  it('does not bring back a flow that ended while the table was read', () => {
    const tracker = withSession();
    tracker.observe({ type: 'flowDestroy', flow: controlFlow() }, at(1001));
    expect(tracker.sweep([controlFlow()], [], at(1000), at(1002))).toEqual([]);
  });

  it('tells a flow again when its time ran on: more than a quarter and 30 s above what the backup has', () => {
    const tracker = new Tracker();
    tracker.observe({ type: 'flowNew', flow: controlFlow(40_000, { timeout: 400 }) }, at(0));
    // 100 s later the backup has 300 s left: 300 × 1.25 + 30 = 405.
    expect(tracker.sweep([controlFlow(40_000, { timeout: 405 })], [], at(100_000), at(100_000))).toEqual([]);
    expect(tracker.sweep([controlFlow(40_000, { timeout: 406 })], [], at(100_000), at(100_000))).toHaveLength(
      1,
    );
  });

  it('gives a full copy with masters first and the remaining times of now', () => {
    const tracker = new Tracker();
    tracker.observe({ type: 'flowNew', flow: dataFlow() }, at(0));
    tracker.observe({ type: 'flowNew', flow: controlFlow(40_000, { timeout: 300 }) }, at(0));
    tracker.observe({ type: 'expectationNew', expectation: announcement() }, at(0));
    const copy = tracker.snapshot(at(60_000));
    expect(copy.map(({ type }) => type)).toEqual(['flow', 'flow', 'expectation']);
    expect(copy[0]).toEqual({ type: 'flow', flow: controlFlow(40_000, { timeout: 240 }) });
    expect(copy[2]).toEqual({
      type: 'expectation',
      expectation: announcement(40_000, 12_345, { timeout: 240 }),
    });
  });

  it('audits every flow in turn', () => {
    const tracker = withSession();
    tracker.observe({ type: 'flowNew', flow: controlFlow(40_001) }, at(0));
    tracker.observe({ type: 'flowNew', flow: controlFlow(40_002) }, at(0));
    const ports = [2, 2, 2, 5].map((count) => tracker.nextToAudit(count).map(({ sport }) => sport));
    // By buckets, and from the beginning again after the last one.
    expect(ports).toEqual([
      [40_000, 40_002],
      [40_001, 40_000],
      [40_002, 40_001],
      [40_000, 40_002, 40_001],
    ]);
    expect(new Tracker().nextToAudit(3)).toEqual([]);
  });

  it('tells the master of a data flow whose first event was lost, and that once', () => {
    const tracker = withSession();
    const update = dataFlow(40_000, 12_345, { master: undefined });
    tracker.observe({ type: 'flowUpdate', flow: update }, at(4));
    expect(tracker.audited(dataFlow().orig, dataFlow(), at(5))).toEqual([{ type: 'flow', flow: dataFlow() }]);
    expect(tracker.audited(dataFlow().orig, dataFlow(), at(6))).toEqual([]);
  });

  it('finds in an audit what events did not tell of a flow', () => {
    const tracker = withSession();
    const { orig } = controlFlow();
    const rewritten = controlFlow(40_000, {
      seqAdjReply: { correctionPos: 100, offsetBefore: 0, offsetAfter: 2 },
    });
    expect(tracker.audited(orig, controlFlow(), at(1))).toEqual([]);
    expect(tracker.audited(orig, rewritten, at(2))).toEqual([{ type: 'flow', flow: rewritten }]);
    expect(tracker.audited(orig, rewritten, at(3))).toEqual([]);
    expect(tracker.audited(orig, undefined, at(4))).toEqual([{ type: 'flowGone', orig }]);
    expect(tracker.audited(orig, rewritten, at(5))).toEqual([]);
  });

  it('finds in an audit an announcement that no event told, and one that is gone', () => {
    const tracker = withSession();
    expect(tracker.auditExpectations([announcement()], at(10), at(11))).toEqual([
      { type: 'expectation', expectation: announcement() },
    ]);
    expect(tracker.auditExpectations([], at(11), at(12))).toEqual([]);
    expect(tracker.auditExpectations([], at(12), at(13))).toEqual([
      { type: 'expectationGone', expectation: announcement() },
    ]);
  });

  it('tells digests of all buckets of a small table, and goes on where it stopped in a large one', () => {
    const tracker = withSession();
    tracker.observe({ type: 'flowNew', flow: controlFlow(40_001) }, at(0));
    const bucketsOf = (changes: readonly Change[]): number[] =>
      changes.map((change) => (change.type === 'digest' ? change.bucket : -1));
    expect(tracker.digests(1000, at(1))).toHaveLength(64);
    const first = bucketsOf(tracker.digests(1, at(1)));
    const second = bucketsOf(tracker.digests(1, at(1)));
    expect(first[0]).toBe(0);
    expect(second[0]).toBe(first.length);
    expect(first.length + second.length).toBeLessThan(64);
  });

  it('tells what a bucket holds, an announcement with its control flow', () => {
    const tracker = withSession();
    tracker.observe({ type: 'expectationNew', expectation: announcement() }, at(0));
    const bucket = bucketOf(tupleKey(controlFlow().orig));
    expect(tracker.bucket(bucket, at(10_000))).toEqual([
      { type: 'flow', flow: controlFlow(40_000, { timeout: 431_989 }) },
      { type: 'expectation', expectation: announcement(40_000, 12_345, { timeout: 290 }) },
    ]);
    expect(tracker.bucket((bucket + 1) % 64, at(0))).toEqual([]);
  });
});
