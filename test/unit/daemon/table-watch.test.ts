import { describe, expect, test } from 'vitest';
import type { Alert } from '../../../src/alerts/catalogue.js';
import { tableNews, TableWatch } from '../../../src/daemon/table-watch.js';
import { millis } from '../../../src/time.js';

describe('the connection table', () => {
  test.each([
    [false, 949, []],
    [false, 950, ['table-full']],
    [true, 1000, []],
    [true, 850, []],
    [true, 849, ['table-free']],
    [false, 100, []],
  ] as const)('was full: %s, holds %d of 1000', (wasFull, entries, ids) => {
    expect(tableNews(wasFull, { entries, limit: 1000 }).map(({ id }) => id)).toEqual(ids);
  });

  test('is looked at every five seconds, and told when it changes', () => {
    const told: Alert[] = [];
    let entries = 960;
    const watch = new TableWatch(
      (alert) => told.push(alert),
      () => ({ entries, limit: 1000 }),
    );
    watch.look(millis(1000));
    watch.look(millis(6000));
    entries = 10;
    watch.look(millis(10_999));
    expect(told).toEqual([{ id: 'table-full', entries: 960, limit: 1000 }]);
    watch.look(millis(11_000));
    expect(told.at(-1)).toEqual({ id: 'table-free', entries: 10, limit: 1000 });
  });
});
