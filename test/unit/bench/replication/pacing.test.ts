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

  it('are made up for when the generator comes late, the stages of each in their order', () => {
    const mine = pacer();
    const late = mine.due(1065).filter(({ session }) => session === 7);
    expect(late.map(({ stage }) => stage)).toEqual([0, 1, 2]);
    expect(mine.begun).toBe(7);
  });

  it('go on to their ends when no more begin, and are done then', () => {
    const mine = pacer();
    mine.due(1010);
    mine.close();
    expect(mine.done).toBe(false);
    expect(mine.due(1309).filter(({ stage }) => stage === 4)).toEqual([{ session: 7, stage: 4 }]);
    expect(mine.done).toBe(false);
    expect(mine.due(1310)).toEqual([{ session: 8, stage: 4 }]);
    expect([mine.done, mine.begun]).toEqual([true, 2]);
  });
});
