import { expect, test } from 'vitest';
import { Lag } from '../../../src/journal/lag.js';

test('nothing is said before the first change', () => {
  expect(new Lag().view()).toBeUndefined();
});

test('percentiles are of the lags in the order of their lengths, not of their coming', () => {
  const lag = new Lag();
  for (const millis of [9, 1, 2]) lag.add(millis);
  expect(lag.view()).toEqual({ p50: 2, p99: 9, max: 9 });
});

test('the newest thousand count', () => {
  const lag = new Lag();
  lag.add(500);
  for (let change = 0; change < 999; change++) lag.add(1);
  expect(lag.view()?.max).toBe(500);
  lag.add(1);
  expect(lag.view()).toEqual({ p50: 1, p99: 1, max: 1 });
});
