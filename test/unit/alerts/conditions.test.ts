import { describe, expect, test } from 'vitest';
import type { Alert } from '../../../src/alerts/catalogue.js';
import { follow, noConditions, RESOLUTIONS, type Followed } from '../../../src/alerts/conditions.js';
import { severityOf } from '../../../src/alerts/describe.js';
import { millis } from '../../../src/time.js';

const down: Alert = {
  id: 'server-down',
  service: 'ftp',
  server: 'one',
  address: '10.0.0.11',
  reason: 'refused',
};
const held: Alert = { ...down, id: 'server-held', because: 'held' };
const up: Alert = { id: 'server-up', service: 'ftp', server: 'one', address: '10.0.0.11' };

function followAll(...alerts: readonly (readonly [number, Alert])[]): readonly Followed[] {
  let state = noConditions('run');
  return alerts.map(([at, alert]) => {
    const followed = follow(state, alert, millis(at));
    state = followed.state;
    return followed;
  });
}

describe('a condition', () => {
  test('goes from its alert to the one that ends it, under one word', () => {
    const [first, last] = followAll([1000, down], [4500, up]);
    expect(first?.relation).toEqual({ condition: 'run-1' });
    expect(last?.relation).toEqual({ condition: 'run-1', lastedMillis: 3500 });
    expect(last?.state.open.size).toBe(0);
  });

  test('stays the same when it changes its kind, and since when it is', () => {
    const [, second, last] = followAll([1000, down], [2000, held], [4000, up]);
    expect([...(second?.state.open.values() ?? [])]).toEqual([
      { id: 'server-held', subject: 'ftp/one', condition: 'run-1', since: 1000 },
    ]);
    expect(last?.relation).toEqual({ condition: 'run-1', lastedMillis: 3000 });
  });

  test('has another word when it comes again', () => {
    expect(followAll([0, down], [1, up], [2, down]).at(-1)?.relation).toEqual({ condition: 'run-2' });
  });

  test('of another subject is another one', () => {
    const other: Alert = { ...up, server: 'two' };
    expect(followAll([0, down], [1, other]).at(-1)?.state.open.size).toBe(1);
  });

  test('that never began ends without a word where its end alone says nothing', () => {
    const ends: readonly Alert[] = [
      { id: 'service-back', service: 'ftp' },
      { id: 'config-agrees', peer: 'beta' },
      { id: 'vip-clear', address: '192.0.2.10' },
      { id: 'tracked-back', address: '192.0.2.1' },
      { id: 'table-free', entries: 1, limit: 2 },
    ];
    expect(ends.map((alert) => followAll([0, alert])[0]?.told)).toEqual([false, false, false, false, false]);
    expect(followAll([0, up])[0]).toMatchObject({ told: true, relation: undefined });
  });

  test('ends with an alert that is milder than the one that began it', () => {
    const order = ['info', 'notice', 'warning', 'err', 'crit'];
    for (const [begin, end] of Object.entries(RESOLUTIONS)) {
      expect(order.indexOf(severityOf(begin as keyof typeof RESOLUTIONS))).toBeGreaterThanOrEqual(2);
      expect(order.indexOf(severityOf(end))).toBeLessThan(2);
    }
  });
});

test('an alert that begins nothing has no condition', () => {
  const [first] = followAll([0, { id: 'fault', operation: 'raise', reason: 'EIO' }]);
  expect(first).toMatchObject({ relation: undefined, told: true });
});
