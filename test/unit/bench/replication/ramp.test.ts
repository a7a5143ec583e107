import { describe, expect, it } from 'vitest';
import { highest, nextRate, type Step } from '../../../bench/replication/ramp.js';

const carried = (asked: number, achieved = asked): Step => ({ asked, achieved, carried: true });
const failed = (asked: number): Step => ({ asked, achieved: asked, carried: false });
const next = (...steps: Step[]): number | undefined => nextRate(steps, 500, 8000);

describe('the search for the highest rate', () => {
  it('begins with the first rate and doubles what is carried', () => {
    expect([next(), next(carried(500)), next(carried(500), carried(1000))]).toEqual([500, 1000, 2000]);
  });

  it('goes no higher than its end', () => {
    expect(next(carried(6000))).toBe(8000);
    expect(next(carried(6000), carried(8000))).toBeUndefined();
  });

  it('looks between a rate that is carried and one that is not, by ratio', () => {
    expect(next(carried(1000), failed(4000))).toBe(2000);
  });

  it('ends when the two are within 15 %', () => {
    expect(next(carried(1000), failed(1160))).toBe(1077);
    expect(next(carried(1000), failed(1150))).toBeUndefined();
  });

  it('halves a first rate that is too high, but not for ever', () => {
    expect(next(failed(500))).toBe(250);
    expect(next(failed(500), failed(40))).toBe(20);
    expect(next(failed(500), failed(38))).toBeUndefined();
  });

  it('ends where the generator makes less than nine tenths of what was asked for, and all of it is carried', () => {
    expect(next(carried(1000), carried(2000, 1799))).toBeUndefined();
    expect(next(carried(1000), carried(2000, 1800))).toBe(4000);
  });

  it('tries no rate twice', () => {
    expect(next(carried(1000), failed(4000), carried(2000, 1700))).toBeUndefined();
  });

  it('ends where one try says yes and a lower one said no', () => {
    expect(next(failed(1000), carried(1100))).toBeUndefined();
  });
});

describe('what was found', () => {
  it('is the highest rate that was really made and carried', () => {
    expect(highest([carried(1000, 998), carried(2000, 1500), failed(1400)])).toEqual({
      rate: 1500,
      atLeast: false,
    });
  });

  it('is a lower bound when nothing was too much', () => {
    expect(highest([carried(1000), carried(2000, 1500)])).toEqual({ rate: 1500, atLeast: true });
  });

  it('is nothing when nothing was carried', () => {
    expect(highest([failed(500)])).toEqual({ rate: 0, atLeast: false });
    expect(highest([])).toEqual({ rate: 0, atLeast: false });
  });
});
