import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { BatchOrder } from '../../../src/journal/in-order.js';
import { JournalSender } from '../../../src/journal/sender.js';
import { type Batch, decodePayload } from '../../../src/journal/wire.js';
import { type Change } from '../../../src/journal/records.js';
import { millis } from '../../../src/time.js';
import { controlFlow } from '../replication/samples.js';

function gone(port: number): Change {
  return { type: 'flowGone', orig: controlFlow(port).orig };
}

function batchOf(payload: Buffer): Batch {
  const decoded = decodePayload(payload);
  if (decoded.kind !== 'data') throw new Error(decoded.kind);
  return decoded.batch;
}

function portsOf(batches: readonly Batch[]): number[] {
  return batches.flatMap(({ changes }) =>
    changes.map((change) => (change.type === 'flowGone' ? change.orig.sport : -1)),
  );
}

/** Nothing has come yet. */
const ACK = { epoch: 1, next: 0, committed: 0, synced: false, lost: false, gap: false, wanted: [] };

describe('the sender of the journal', () => {
  it('opens an epoch with a begin batch, the full copy, and an end batch', () => {
    const sender = new JournalSender();
    sender.begin([gone(1), gone(2)]);
    const batches = sender.due(millis(0)).map(batchOf);
    expect(batches.map(({ epoch, index, begin, end }) => [epoch, index, begin, end])).toEqual([
      [1, 0, true, false],
      [1, 1, false, false],
      [1, 2, false, true],
    ]);
    expect(portsOf(batches)).toEqual([1, 2]);
  });

  it('packs changes into datagrams of at most 1200 bytes of records', () => {
    const sender = new JournalSender();
    sender.begin(Array.from({ length: 200 }, (_, i) => gone(i)));
    // One record is 16 bytes: 75 fit 1200.
    expect(sender.due(millis(0)).map((payload) => batchOf(payload).changes.length)).toEqual([
      0, 75, 75, 50, 0,
    ]);
  });

  it('sends a batch again 25 ms later and not before, then waits twice as long', () => {
    const sender = new JournalSender();
    sender.begin([]);
    sender.due(millis(0));
    expect(sender.due(millis(24.9))).toHaveLength(0);
    expect(sender.due(millis(25))).toHaveLength(2);
    expect(sender.due(millis(74.9))).toHaveLength(0);
    expect(sender.due(millis(75))).toHaveLength(2);
    expect(sender.counters.resends).toBe(4);
  });

  it('sends the first batch of a gap again at once, and nothing without a gap', () => {
    const sender = new JournalSender();
    sender.begin([]);
    sender.due(millis(0));
    const ack = { epoch: 1, next: 0, committed: 0, synced: false, lost: false, wanted: [] };
    sender.acknowledged({ ...ack, gap: false }, millis(5));
    expect(sender.due(millis(5))).toHaveLength(0);
    sender.acknowledged({ ...ack, gap: true }, millis(6));
    expect(sender.due(millis(6)).map((payload) => batchOf(payload).index)).toEqual([0]);
    // The same gap, said again before the second sending can have arrived.
    sender.acknowledged({ ...ack, gap: true }, millis(9));
    expect(sender.due(millis(9))).toHaveLength(0);
  });

  it('is patient with a peer whose acknowledgements take long: three round trips', () => {
    const sender = new JournalSender();
    sender.begin([]);
    sender.due(millis(0));
    const ack = { epoch: 1, committed: 0, synced: false, lost: false, gap: false, wanted: [] };
    sender.acknowledged({ ...ack, next: 2 }, millis(160));
    // An eighth of what was measured: 20 ms.
    sender.append([gone(1)], millis(200));
    sender.due(millis(200));
    expect(sender.due(millis(259))).toHaveLength(0);
    expect(sender.due(millis(260))).toHaveLength(1);
  });

  it('counts as synced only when the peer has committed beyond the end of the copy', () => {
    const sender = new JournalSender();
    sender.begin([gone(1)]);
    sender.due(millis(0));
    sender.acknowledged(
      { epoch: 1, next: 3, committed: 0, synced: false, lost: false, gap: false, wanted: [] },
      millis(1),
    );
    expect(sender.synced).toBe(false);
    expect(sender.backlog).toBe(0);
    sender.acknowledged(
      { epoch: 1, next: 3, committed: 3, synced: true, lost: false, gap: false, wanted: [] },
      millis(2),
    );
    expect(sender.synced).toBe(true);
  });

  it('ignores the word about an older epoch', () => {
    const sender = new JournalSender();
    sender.begin([]);
    sender.begin([]);
    sender.acknowledged(
      { epoch: 1, next: 2, committed: 2, synced: true, lost: false, gap: false, wanted: [] },
      millis(1),
    );
    expect(sender.synced).toBe(false);
    expect(sender.backlog).toBe(2);
  });

  it('measures the lag of changes, not of the full copy, until they are in the peer’s kernel', () => {
    const sender = new JournalSender();
    sender.begin([gone(1)]);
    sender.append([gone(2)], millis(100));
    sender.append([gone(3)], millis(101));
    const ack = { epoch: 1, next: 5, synced: true, lost: false, gap: false, wanted: [] };
    sender.acknowledged({ ...ack, committed: 3 }, millis(102));
    expect(sender.lag).toBeUndefined();
    sender.acknowledged({ ...ack, committed: 4 }, millis(102));
    sender.acknowledged({ ...ack, committed: 5 }, millis(110));
    expect(sender.lag).toEqual({ p50: 2, p99: 9, max: 9 });
  });

  it('must start over when the peer says that it lost what it had', () => {
    const sender = new JournalSender();
    sender.begin([]);
    expect(sender.mustRestart).toBe(false);
    sender.acknowledged(
      { epoch: 1, next: 2, committed: 2, synced: false, lost: true, gap: false, wanted: [] },
      millis(1),
    );
    expect(sender.mustRestart).toBe(true);
  });

  it('need not start over any more once it has begun a new copy', () => {
    const sender = new JournalSender();
    sender.begin([]);
    sender.acknowledged({ ...ACK, next: 2, committed: 2, lost: true }, millis(1));
    sender.begin([]);
    expect(sender.mustRestart).toBe(false);
  });

  it('has begun nothing, sent nothing and owes nothing at first', () => {
    const sender = new JournalSender();
    expect([sender.next, sender.backlog, sender.committed]).toEqual([0, 0, 0]);
    expect([sender.synced, sender.mustRestart, sender.lag]).toEqual([false, false, undefined]);
    expect(sender.counters).toEqual({ resends: 0, resyncs: 0 });
    expect(sender.nextWake()).toBeUndefined();
    expect(sender.due(millis(0))).toEqual([]);
  });

  it('counts full copies, and as sent again only what was sent before', () => {
    const sender = new JournalSender();
    sender.begin([]);
    sender.begin([]);
    sender.due(millis(0));
    expect(sender.counters).toEqual({ resends: 0, resyncs: 2 });
    sender.due(millis(25));
    expect(sender.counters).toEqual({ resends: 2, resyncs: 2 });
  });

  it('marks one batch alone as the beginning of a copy and one as its end, however large it is', () => {
    const sender = new JournalSender();
    sender.begin(Array.from({ length: 200 }, (_, i) => gone(i)));
    sender.append([gone(1)], millis(0));
    const batches = sender.due(millis(0)).map(batchOf);
    expect(batches.map(({ begin }) => begin)).toEqual([true, false, false, false, false, false]);
    expect(batches.map(({ end }) => end)).toEqual([false, false, false, false, true, false]);
  });

  it('sends nothing for no changes', () => {
    const sender = new JournalSender();
    sender.begin([]);
    sender.append([], millis(0));
    expect([sender.next, sender.backlog]).toEqual([2, 2]);
  });

  it('has at most 512 batches under way, and the next ones as soon as these have come', () => {
    const sender = new JournalSender();
    sender.begin([]);
    for (let port = 1; port <= 598; port++) sender.append([gone(port)], millis(0));
    expect(sender.due(millis(0))).toHaveLength(512);
    expect(sender.nextWake()).toBe(25);
    sender.acknowledged({ ...ACK, next: 500 }, millis(1));
    expect(sender.due(millis(1)).map((payload) => batchOf(payload).index)).toEqual(
      Array.from({ length: 88 }, (_, i) => 512 + i),
    );
  });

  it('must start over when more than 100 000 batches wait', () => {
    const sender = new JournalSender();
    sender.begin([]);
    for (let waiting = 2; waiting < 100_000; waiting++) sender.append([gone(1)], millis(0));
    expect([sender.backlog, sender.mustRestart]).toEqual([100_000, false]);
    sender.append([gone(1)], millis(0));
    expect([sender.backlog, sender.mustRestart]).toEqual([100_001, true]);
  });

  it('does not take a peer for synced that says so before the end of the copy, or is beyond it and does not say so', () => {
    const sender = new JournalSender();
    sender.begin([gone(1)]);
    sender.acknowledged({ ...ACK, next: 3, committed: 2, synced: true }, millis(1));
    expect(sender.synced).toBe(false);
    sender.acknowledged({ ...ACK, next: 3, committed: 3, synced: false }, millis(2));
    expect(sender.synced).toBe(false);
    sender.acknowledged({ ...ACK, next: 3, committed: 3, synced: true }, millis(3));
    expect(sender.synced).toBe(true);
  });

  it('is woken at once for what was not sent, then when the first batch must be sent again, and not for nothing', () => {
    const sender = new JournalSender();
    sender.begin([]);
    expect(sender.nextWake()).toBe(-Infinity);
    sender.due(millis(100));
    sender.append([gone(1)], millis(110));
    sender.due(millis(110));
    expect(sender.nextWake()).toBe(125);
    sender.due(millis(125));
    expect(sender.nextWake()).toBe(135);
    sender.acknowledged({ ...ACK, next: 3 }, millis(130));
    expect(sender.nextWake()).toBeUndefined();
  });

  it('is unmoved by an overtaken word of a gap when nothing is under way any more', () => {
    const sender = new JournalSender();
    sender.begin([]);
    sender.due(millis(0));
    sender.acknowledged({ ...ACK, next: 2, committed: 2, synced: true }, millis(1));
    sender.acknowledged({ ...ACK, next: 0, gap: true }, millis(10));
    expect(sender.due(millis(10))).toEqual([]);
    expect([sender.committed, sender.synced]).toEqual([2, true]);
  });

  it('learns how long acknowledgements take by an eighth of each news', () => {
    const sender = new JournalSender();
    sender.begin([]);
    sender.due(millis(1000));
    sender.acknowledged({ ...ACK, next: 2 }, millis(1160));
    sender.append([gone(1)], millis(2000));
    sender.due(millis(2000));
    sender.acknowledged({ ...ACK, next: 3 }, millis(2100));
    // 160 / 8 = 20; 20 + (100 - 20) / 8 = 30; three times that.
    sender.append([gone(2)], millis(3000));
    sender.due(millis(3000));
    expect(sender.nextWake()).toBe(3090);
  });

  it('learns nothing from a batch that was sent twice: nobody knows which sending was heard', () => {
    const sender = new JournalSender();
    sender.begin([]);
    sender.due(millis(0));
    sender.due(millis(300));
    sender.acknowledged({ ...ACK, next: 2 }, millis(620));
    sender.append([gone(1)], millis(1000));
    sender.due(millis(1000));
    expect(sender.nextWake()).toBe(1025);
  });

  it('learns nothing from a batch that was to be sent again and came after all', () => {
    const sender = new JournalSender();
    sender.begin([]);
    sender.due(millis(0));
    sender.acknowledged({ ...ACK, next: 0, gap: true }, millis(10));
    sender.acknowledged({ ...ACK, next: 1 }, millis(10));
    expect(sender.nextWake()).toBe(25);
  });
});

describe('both ends over a bad cable', () => {
  it('deliver every change once and in order under loss, reordering and duplication', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(9), { minLength: 50, maxLength: 300 }), (luck) => {
        const sender = new JournalSender();
        const receiver = new BatchOrder();
        sender.begin([gone(0)]);
        const delivered: Batch[] = [];
        const held: Buffer[] = [];
        let turn = 0;
        const lucky = (): number => luck[turn++ % luck.length]!;
        let now = 0;
        for (let change = 1; now < 60_000; now += 5) {
          if (change < 400) sender.append([gone(change++), gone(change++), gone(change++)], millis(now));
          for (const payload of sender.due(millis(now))) {
            const fate = lucky();
            if (fate < 2) continue;
            if (fate === 2) held.push(payload);
            else
              for (let copies = fate === 3 ? 2 : 1; copies > 0; copies--)
                delivered.push(...receiver.accept(batchOf(payload)));
          }
          if (lucky() > 4)
            for (const late of held.splice(0)) delivered.push(...receiver.accept(batchOf(late)));
          // A fixed share of good turns, so that a run of bad luck ends.
          if (lucky() > 3 || now % 50 === 0) sender.acknowledged(receiver.ack(), millis(now));
          if (change >= 400 && sender.backlog === 0) break;
          if (now % 500 === 0)
            for (const payload of sender.due(millis(now + 400)))
              delivered.push(...receiver.accept(batchOf(payload)));
        }
        expect(portsOf(delivered)).toEqual(Array.from({ length: 400 }, (_, i) => i));
      }),
      { numRuns: 50 },
    );
  });
});
