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
    sender.acknowledged({ ...ack, gap: true }, millis(8));
    expect(sender.due(millis(8))).toHaveLength(0);
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
});

describe('the receiver of the journal', () => {
  const batch = (epoch: number, index: number): Batch => ({
    epoch,
    index,
    begin: index === 0,
    end: false,
    changes: [],
  });

  it('gives batches in order, each once, and acknowledges how far it is', () => {
    const receiver = new BatchOrder();
    expect(receiver.accept(batch(1, 1))).toEqual([]);
    expect(receiver.ack().next).toBe(0);
    expect(receiver.accept(batch(1, 0)).map(({ index }) => index)).toEqual([0, 1]);
    expect(receiver.accept(batch(1, 0))).toEqual([]);
    expect(receiver.ack()).toEqual({
      epoch: 1,
      next: 2,
      committed: 0,
      synced: false,
      lost: false,
      gap: false,
      wanted: [],
    });
  });

  it('acknowledges as committed what is in the kernel, and as synced a full copy that is', () => {
    const receiver = new BatchOrder();
    receiver.accept(batch(1, 0));
    const last = { ...batch(1, 1), end: true };
    receiver.accept(last);
    receiver.committed(batch(1, 0));
    expect(receiver.ack()).toEqual({
      epoch: 1,
      next: 2,
      committed: 1,
      synced: false,
      lost: false,
      gap: false,
      wanted: [],
    });
    receiver.committed(last);
    expect(receiver.ack()).toEqual({
      epoch: 1,
      next: 2,
      committed: 2,
      synced: true,
      lost: false,
      gap: false,
      wanted: [],
    });
    // Of an epoch that is over.
    receiver.accept(batch(2, 0));
    receiver.committed(last);
    expect(receiver.ack()).toEqual({
      epoch: 2,
      next: 1,
      committed: 0,
      synced: false,
      lost: false,
      gap: false,
      wanted: [],
    });
  });

  it('starts over with a newer epoch and drops an older one', () => {
    const receiver = new BatchOrder();
    receiver.accept(batch(2, 0));
    expect(receiver.accept(batch(1, 0))).toEqual([]);
    expect(receiver.accept(batch(3, 0))).toHaveLength(1);
    expect(receiver.ack().epoch).toBe(3);
  });

  it('takes nothing more of an epoch that it could not commit', () => {
    const receiver = new BatchOrder();
    receiver.accept(batch(1, 0));
    receiver.lose();
    expect(receiver.accept(batch(1, 1))).toEqual([]);
    expect(receiver.ack().lost).toBe(true);
    expect(receiver.accept(batch(2, 0))).toHaveLength(1);
    expect(receiver.ack().lost).toBe(false);
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
