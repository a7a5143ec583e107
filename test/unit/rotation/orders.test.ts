/** Operators' orders on two directors: the newer one holds, whichever is heard first. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { NO_ORDERS, OrderBook, type StampedOrder } from '../../../src/rotation/orders.js';

const DRAIN = { kind: 'drain', on: true } as const;
const UNDRAIN = { kind: 'drain', on: false } as const;

function stamped(on: boolean, counter: number, node: 0 | 1): StampedOrder {
  return { service: 'ftp', server: 'one', order: { kind: 'drain', on }, stamp: { counter, node } };
}

describe('a book of orders', () => {
  it('has none at first', () => {
    expect(new OrderBook().of('ftp', 'one')).toEqual(NO_ORDERS);
  });

  it('keeps one order of each kind for each server', () => {
    const book = new OrderBook();
    book.give('ftp', 'one', DRAIN, 0);
    book.give('ftp', 'one', { kind: 'weight', weight: 3 }, 0);
    book.give('ftp', 'two', { kind: 'force', to: 'down' }, 0);
    expect(book.of('ftp', 'one')).toEqual({ drain: true, force: 'auto', weight: 3 });
    expect(book.of('ftp', 'two')).toEqual({ drain: false, force: 'down', weight: undefined });
    expect(book.of('ftp6', 'one')).toEqual(NO_ORDERS);
  });

  it('counts on from the highest stamp it has seen, its own or not', () => {
    const book = new OrderBook();
    book.merge([stamped(true, 7, 1)]);
    book.give('ftp', 'one', UNDRAIN, 0);
    expect(book.list()).toEqual([stamped(false, 8, 0)]);
  });

  it('takes the newer order and refuses the older one', () => {
    const book = new OrderBook();
    expect(book.merge([stamped(true, 5, 0)])).toBe(true);
    expect(book.merge([stamped(false, 4, 1)])).toBe(false);
    expect(book.of('ftp', 'one').drain).toBe(true);
    expect(book.merge([stamped(false, 6, 1)])).toBe(true);
    expect(book.of('ftp', 'one').drain).toBe(false);
  });

  it('lets the second director win where two were given at the same count', () => {
    const book = new OrderBook();
    book.merge([stamped(true, 5, 1)]);
    expect(book.merge([stamped(false, 5, 0)])).toBe(false);
    expect(book.merge([stamped(true, 5, 1)])).toBe(false);
    expect(book.of('ftp', 'one').drain).toBe(true);
  });

  it('comes out the same whatever the sequence in which two books hear of all orders', () => {
    const order = fc.record({
      on: fc.boolean(),
      counter: fc.integer({ min: 1, max: 5 }),
      node: fc.constantFrom(0 as const, 1 as const),
    });
    // One director never gives two orders with one stamp.
    const unique = fc.uniqueArray(order, { selector: ({ counter, node }) => `${counter} ${node}` });
    fc.assert(
      fc.property(unique, (orders) => {
        const all = orders.map(({ on, counter, node }) => stamped(on, counter, node));
        const [here, there] = [new OrderBook(), new OrderBook()];
        for (const one of all) here.merge([one]);
        for (const one of all.toReversed()) there.merge([one]);
        expect(here.list()).toEqual(there.list());
      }),
    );
  });
});
