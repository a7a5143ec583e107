/** How slots follow the sessions: what is filled where, and what a slot that was taken counts before anybody hears of it. */
import { describe, expect, it } from 'vitest';
import { level, type Levels, type Look, unknownLevels, written } from '../../../src/dataplane/levels.js';
import { type Millis, millis } from '../../../src/time.js';

type Row = readonly [name: string, sessions: number, came: number];

const look = (counted: number, rows: readonly Row[], now: Millis = millis(0)): Look => ({
  now,
  counted,
  servers: rows.map(([name, sessions, came]) => ({ name, weight: 1, sessions, came })),
});

/** Who serves the next slots, from where the kernel stands. */
const next = ({ slots, counted }: Levels, count: number): string =>
  Array.from({ length: count }, (_, index) => slots?.[(counted + index) % 240] ?? '-').join('');

const start = level(unknownLevels, 'lc', look(7, [['a', 0, 0], ['b', 0, 0]])).levels; // prettier-ignore

describe('the levels of a service', () => {
  it('fill every slot at the first look, beginning where the kernel stands', () => {
    const { levels, change } = level(unknownLevels, 'lc', look(241, [['a', 1, 1], ['b', 0, 0]])); // prettier-ignore
    expect(change?.gone).toBe('all');
    expect(change?.added).toHaveLength(240);
    expect(levels.slots?.slice(0, 4)).toEqual(['a', 'b', 'a', 'b']);
    expect(next(levels, 4)).toBe('baba');
  });

  it('change nothing when the sessions came as the slots foresaw', () => {
    expect(level(start, 'lc', look(9, [['a', 1, 1], ['b', 1, 1]])).change).toBeUndefined(); // prettier-ignore
  });

  it('change the slots of the moment when a session has ended', () => {
    const { levels, change } = level(start, 'lc', look(11, [['a', 2, 2], ['b', 0, 2]])); // prettier-ignore
    expect(next(levels, 6)).toBe('bbabab');
    // Behind it the turns are the same as before.
    expect(change).toEqual({ gone: [11], added: [[11, 'b']] });
  });

  it('count a slot that was taken for its server before its session is heard of', () => {
    // Three were given out, a b a; only b's is known.
    const { levels } = level(start, 'lc', look(10, [['a', 0, 0], ['b', 1, 1]])); // prettier-ignore
    expect(next(levels, 4)).toBe('baba');
    expect(level(levels, 'lc', look(10, [['a', 2, 2], ['b', 1, 1]])).levels.pending).toEqual([]); // prettier-ignore
  });

  it('forget it after a second: such a session never came to be', () => {
    const { levels } = level(start, 'lc', look(9, [['a', 0, 0], ['b', 0, 0]])); // prettier-ignore
    const at = (time: number): number =>
      level(levels, 'lc', look(9, [['a', 0, 0], ['b', 0, 0]], millis(time))).levels.pending.length; // prettier-ignore
    expect([at(999), at(1000)]).toEqual([2, 0]);
  });

  it('count that second from the moment when the slot was taken', () => {
    const later = (counted: number, time: number): Look => look(counted, [['a', 0, 0], ['b', 0, 0]], millis(time)); // prettier-ignore
    const { levels } = level(start, 'lc', later(8, 5000));
    expect(level(levels, 'lc', later(8, 5999)).levels.pending).toEqual([{ server: 'a', at: 5000 }]);
    expect(level(levels, 'lc', later(8, 6000)).levels.pending).toEqual([]);
  });

  it('know which slots were taken by where the kernel stood and stands', () => {
    const three = level(unknownLevels, 'lc', look(7, [['a', 0, 0], ['b', 0, 0], ['c', 0, 0]])).levels; // prettier-ignore
    const { levels } = level(three, 'lc', look(9, [['a', 0, 0], ['b', 0, 0], ['c', 0, 0]])); // prettier-ignore
    expect(levels.pending.map(({ server }) => server)).toEqual(['a', 'b']);
  });

  it('take for heard of only what has come since the last look', () => {
    const before = level(unknownLevels, 'lc', look(7, [['a', 3, 30], ['b', 3, 20]])).levels; // prettier-ignore
    const { levels } = level(before, 'lc', look(9, [['a', 4, 31], ['b', 3, 20]])); // prettier-ignore
    expect(levels.pending).toEqual([{ server: 'b', at: 0 }]);
  });

  it('take a session that nobody foresaw for one of those that were taken', () => {
    // Two slots were taken, a's and b's, and both sessions are b's.
    const { levels } = level(start, 'lc', look(9, [['a', 0, 0], ['b', 2, 2]])); // prettier-ignore
    expect(levels.pending).toEqual([]);
    expect(next(levels, 5)).toBe('aaaba');
  });

  it('count what was taken while they were written for the slots before', () => {
    const { levels } = level(start, 'lc', look(11, [['a', 2, 2], ['b', 0, 2]])); // prettier-ignore
    const after = written(levels, start, 13, millis(5));
    expect(after.counted).toBe(13);
    expect(after.pending).toEqual([
      { server: 'a', at: 5 },
      { server: 'b', at: 5 },
    ]);
  });

  it('are empty when no server is left, and full again when one returns', () => {
    const none = level(start, 'lc', { now: millis(0), counted: 8, servers: [] });
    expect(none.change).toEqual({ gone: 'all', added: [] });
    expect(level(none.levels, 'lc', { now: millis(0), counted: 8, servers: [] }).change).toBeUndefined();
    // A turn was counted, and the client was refused.
    const refused = level(none.levels, 'lc', { now: millis(0), counted: 9, servers: [] });
    expect(refused.levels.pending).toEqual(none.levels.pending);
    const back = level(none.levels, 'lc', look(8, [['a', 0, 0]]));
    expect([back.change?.gone, back.change?.added.length]).toEqual([[], 240]);
  });

  it('begin anew with a counter that has begun anew', () => {
    const { levels } = level(start, 'lc', look(0, [['a', 0, 0], ['b', 1, 1]])); // prettier-ignore
    expect([levels.pending, next(levels, 3)]).toEqual([[], 'aab']);
  });
});
