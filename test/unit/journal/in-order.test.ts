import { describe, expect, it } from 'vitest';
import { BatchOrder } from '../../../src/journal/in-order.js';
import type { Ack, Batch } from '../../../src/journal/wire.js';

/** What is acknowledged before anything was heard. */
const NOTHING: Ack = {
  epoch: 0,
  next: 0,
  committed: 0,
  synced: false,
  lost: false,
  gap: false,
  wanted: [],
};

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

  it('that has heard nothing has nothing, and is not asked to say so', () => {
    const receiver = new BatchOrder();
    expect(receiver.dirty).toBe(false);
    expect(receiver.ack()).toEqual(NOTHING);
  });

  it('has something to say after every batch, also after a repeat, and after every commit, until it has said it', () => {
    const receiver = new BatchOrder();
    const saysSomething = (): boolean => {
      const { dirty } = receiver;
      receiver.ack();
      return dirty;
    };
    receiver.accept(batch(1, 0));
    expect([saysSomething(), saysSomething()]).toEqual([true, false]);
    receiver.accept(batch(1, 0));
    expect([saysSomething(), saysSomething()]).toEqual([true, false]);
    receiver.committed(batch(1, 0));
    expect([saysSomething(), saysSomething()]).toEqual([true, false]);
    receiver.lose();
    expect([saysSomething(), saysSomething()]).toEqual([true, false]);
  });

  it('says nothing new for a commit of an epoch that is over', () => {
    const receiver = new BatchOrder();
    receiver.accept(batch(2, 0));
    receiver.ack();
    receiver.committed(batch(1, 0));
    expect(receiver.dirty).toBe(false);
  });

  it('says that there is a gap while a later batch waits, and only then', () => {
    const receiver = new BatchOrder();
    receiver.accept(batch(1, 2));
    receiver.accept(batch(1, 0));
    expect(receiver.ack()).toMatchObject({ next: 1, gap: true });
    receiver.accept(batch(1, 1));
    expect(receiver.ack()).toMatchObject({ next: 3, gap: false });
  });

  it('never takes a batch of an older epoch for the next one of this epoch', () => {
    const receiver = new BatchOrder();
    receiver.accept(batch(2, 0));
    expect(receiver.accept(batch(1, 1))).toEqual([]);
    expect(receiver.ack()).toMatchObject({ epoch: 2, next: 1, gap: false });
  });

  it('keeps what came up to 1023 batches early, drops what came earlier still, and always takes the one that is missing', () => {
    const receiver = new BatchOrder();
    for (let index = 1; index <= 1024; index++) receiver.accept(batch(1, index));
    expect(receiver.accept(batch(1, 0)).map(({ index }) => index)).toHaveLength(1024);
    expect(receiver.ack()).toMatchObject({ next: 1024, gap: false });
    expect(receiver.accept(batch(1, 1024))).toHaveLength(1);
  });

  it('is not in sync any more once it could not commit, though it had the whole copy', () => {
    const receiver = new BatchOrder();
    const all = { ...batch(1, 0), end: true };
    receiver.accept(all);
    receiver.committed(all);
    expect(receiver.ack()).toMatchObject({ synced: true, lost: false });
    receiver.lose();
    expect(receiver.ack()).toMatchObject({ synced: false, lost: true });
  });

  it('names the buckets that it needs once more', () => {
    expect(new BatchOrder().ack([3, 40]).wanted).toEqual([3, 40]);
  });

  it('begins anew with a sender that has started again, whose epochs are lower', () => {
    const receiver = new BatchOrder();
    receiver.accept(batch(7, 0));
    receiver.accept(batch(7, 2));
    receiver.committed({ ...batch(7, 0), end: true });
    receiver.reset();
    expect(receiver.ack()).toEqual(NOTHING);
    expect(receiver.accept(batch(1, 0))).toHaveLength(1);
  });
});
