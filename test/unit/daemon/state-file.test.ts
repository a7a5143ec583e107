/** What operators ordered, kept in a file across a restart. */
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readOrders, writeOrders } from '../../../src/daemon/state-file.js';
import type { StampedOrder } from '../../../src/rotation/orders.js';

const stamp = { counter: 3, node: 1 } as const;
const ORDERS: readonly StampedOrder[] = [
  { service: 'ftp', server: 'one', order: { kind: 'drain', on: true }, stamp },
  { service: 'ftp', server: 'one', order: { kind: 'force', to: 'down' }, stamp },
  { service: 'ftp', server: 'two', order: { kind: 'weight', weight: 7 }, stamp },
  { service: 'ftp', server: 'two', order: { kind: 'weight', weight: undefined }, stamp },
];

describe('the state file', () => {
  let directory: string;
  let path: string;
  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'ftpair-state-'));
    path = join(directory, 'deep', 'orders-alpha.json');
  });
  afterEach(() => {
    rmSync(directory, { recursive: true });
  });

  it('gives back what was written, in a directory that it makes', () => {
    writeOrders(path, ORDERS);
    expect(readOrders(path)).toEqual({ orders: ORDERS, complaint: '' });
  });

  it('is replaced as a whole, and nothing stays beside it', () => {
    writeOrders(path, ORDERS);
    writeOrders(path, ORDERS.slice(0, 1));
    expect(readOrders(path).orders).toHaveLength(1);
    expect(readdirSync(join(directory, 'deep'))).toEqual(['orders-alpha.json']);
  });

  it('that does not exist has no orders, and nothing is wrong', () => {
    expect(readOrders(path)).toEqual({ orders: [], complaint: '' });
  });

  it.each([
    ['no JSON', '{'],
    ['another version', '{"version":2,"orders":[]}'],
    ['an order that does not exist', '{"version":1,"orders":[{"service":"ftp","server":"one","order":{"kind":"drop"},"stamp":{"counter":1,"node":0}}]}'], // prettier-ignore
    ['a third director', '{"version":1,"orders":[{"service":"ftp","server":"one","order":{"kind":"drain","on":true},"stamp":{"counter":1,"node":2}}]}'], // prettier-ignore
  ])('that is damaged (%s) is a complaint that names it', (_what, text) => {
    const damaged = join(directory, 'orders.json');
    writeFileSync(damaged, text);
    expect(readOrders(damaged)).toEqual({
      orders: [],
      complaint: `${damaged} is damaged: what operators ordered is taken from the peer alone`,
    });
  });

  it('that cannot be read is a complaint with the reason', () => {
    expect(readOrders(directory)).toEqual({
      orders: [],
      complaint: `${directory} cannot be read: EISDIR`,
    });
  });
});
