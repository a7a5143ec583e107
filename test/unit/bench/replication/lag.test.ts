import { describe, expect, it } from 'vitest';
import { type Heard, lagOf } from '../../../bench/replication/lag.js';

describe('the lag between two kernels', () => {
  it("is from the active's event to the first of its kind and entry at the backup", () => {
    const active: Heard[] = [
      ['flowNew', 'a', 100],
      ['expectationNew', 'a', 110],
      ['flowDestroy', 'a', 120],
    ];
    const backup: Heard[] = [
      ['flowNew', 'a', 101.5],
      ['expectationNew', 'a', 114],
      ['flowNew', 'a', 119],
      ['flowDestroy', 'a', 122],
    ];
    const one = (value: number): object => ({ count: 1, p50: value, p99: value, max: value });
    expect(lagOf(active, backup)).toEqual({
      count: 3,
      p50: 2,
      p99: 4,
      max: 4,
      each: { flowNew: one(1.5), expectationNew: one(4), flowDestroy: one(2) },
      unseen: 0,
    });
  });

  it('counts what the backup never had, apart from the lags', () => {
    const active: Heard[] = [
      ['flowNew', 'a', 100],
      ['flowNew', 'b', 100],
    ];
    expect(lagOf(active, [['flowNew', 'b', 103]])).toMatchObject({ count: 1, max: 3, unseen: 1 });
  });

  it('may be a little below zero: the listeners are woken in any order', () => {
    expect(lagOf([['flowNew', 'a', 100]], [['flowNew', 'a', 99.987]])).toMatchObject({ p50: -0.01 });
  });

  it('of nothing is undefined', () => {
    expect(lagOf([], [])).toMatchObject({ count: 0, p50: undefined, p99: undefined, max: undefined });
  });
});
