import { describe, expect, it } from 'vitest';
import { Pacer } from '../../../bench/replication/pacing.js';

/** 100 sessions a second from 1000 ms on, the first has the number 7: one every 10 ms. */
const pacer = (): Pacer => new Pacer(100, 1000, 7);

describe('sessions at an even pace', () => {
  it('begin one by one: the first at once, the second ten milliseconds later and no sooner', () => {
    const mine = pacer();
    expect(mine.due(999)).toEqual([]);
    expect(mine.due(1000)).toEqual([{ session: 7, stage: 0 }]);
    expect(mine.due(1009.9)).toEqual([]);
    expect(mine.due(1010)).toEqual([{ session: 8, stage: 0 }]);
    expect(mine.begun).toBe(2);
  });

  it('reach each stage at its time: announced at 50, open at 60, closed at 260, gone at 300 ms', () => {
    const mine = new Pacer(0.001, 0, 0);
    expect(
      [0, 49, 50, 59, 60, 259, 260, 299, 300].map((now) => mine.due(now).map(({ stage }) => stage)),
    ).toEqual([[0], [], [1], [], [2], [], [3], [], [4]]);
  });

  it('begin at once when the generator comes late, and yet take their time from there', () => {
    const mine = pacer();
    expect(mine.due(1065).map(({ session, stage }) => [session, stage])).toEqual([
      [7, 0],
      [8, 0],
      [9, 0],
      [10, 0],
      [11, 0],
      [12, 0],
      [13, 0],
    ]);
    mine.close();
    expect(mine.due(1114)).toEqual([]);
    expect(mine.due(1200).map(({ stage }) => stage)).toEqual([1, 1, 1, 1, 1, 1, 1]);
    expect(mine.due(1209)).toEqual([]);
    expect(mine.due(1210).map(({ stage }) => stage)).toEqual([2, 2, 2, 2, 2, 2, 2]);
  });

  it('go on to their ends when no more begin, and are done then', () => {
    const mine = pacer();
    mine.due(1000);
    mine.due(1010);
    mine.close();
    for (const now of [1050, 1060, 1070, 1260, 1270]) mine.due(now);
    expect(mine.done).toBe(false);
    expect(mine.due(1300)).toEqual([{ session: 7, stage: 4 }]);
    expect(mine.done).toBe(false);
    expect(mine.due(1310)).toEqual([{ session: 8, stage: 4 }]);
    expect([mine.done, mine.begun]).toEqual([true, 2]);
  });
});
