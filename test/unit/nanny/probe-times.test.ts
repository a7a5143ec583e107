import { describe, expect, it } from 'vitest';
import {
  finishProbe,
  nextWake,
  startSchedule,
  takeDue,
  type Schedule,
} from '../../../src/nanny/probe-times.js';
import { millis, type Millis } from '../../../src/time.js';

const pace = { interval: millis(1000), limit: 2 };

function begin(names: readonly string[], { interval, limit }: typeof pace, at: Millis): Schedule {
  return startSchedule(
    names.map((name) => ({ name, interval })),
    limit,
    at,
  );
}

describe('the schedule of probes', () => {
  it('spreads the first probes over one interval', () => {
    const schedule = begin(['a', 'b', 'c', 'd'], pace, millis(5000));
    expect(schedule.entries.map((entry) => entry.dueAt)).toEqual([5000, 5250, 5500, 5750]);
  });

  it('starts what is due at its millisecond and not before', () => {
    const first = takeDue(begin(['a', 'b'], pace, millis(0)), millis(0));
    expect(first.start).toEqual(['a']);
    expect(nextWake(first.schedule)).toBe(500);
    expect(takeDue(first.schedule, millis(499)).start).toEqual([]);
    expect(takeDue(first.schedule, millis(500)).start).toEqual(['b']);
  });

  it('never starts a probe whose predecessor still runs', () => {
    const first = takeDue(begin(['a'], pace, millis(0)), millis(0));
    expect(takeDue(first.schedule, millis(10_000)).start).toEqual([]);
    expect(nextWake(first.schedule)).toBeUndefined();
  });

  it('starts the longest due first and holds the rest until a place is free', () => {
    const all = begin(['a', 'b', 'c'], pace, millis(0));
    const late = takeDue(all, millis(900));
    expect(late.start).toEqual(['a', 'b']);
    expect(nextWake(late.schedule)).toBeUndefined();
    const freed = finishProbe(late.schedule, 'a');
    expect(nextWake(freed)).toBeCloseTo(666.67, 1);
    expect(takeDue(freed, millis(900)).start).toEqual(['c']);
  });

  it('counts the interval from the start of a probe, give or take a twentieth', () => {
    let schedule = begin(['a'], pace, millis(0));
    let at = millis(0);
    const gaps: number[] = [];
    for (let round = 0; round < 50; round++) {
      schedule = finishProbe(takeDue(schedule, at).schedule, 'a');
      const next = nextWake(schedule)!;
      gaps.push(next - at);
      at = next;
    }
    expect(Math.min(...gaps)).toBeGreaterThanOrEqual(950);
    expect(Math.max(...gaps)).toBeLessThanOrEqual(1050);
    // It does wander: not all gaps are the same, and some are far apart.
    expect(Math.max(...gaps) - Math.min(...gaps)).toBeGreaterThan(50);
  });

  it('gives the same times for the same names, and different ones for different names', () => {
    const second = (name: string): number => {
      const begun = takeDue(begin([name], pace, millis(0)), millis(0)).schedule;
      return nextWake(finishProbe(begun, name))!;
    };
    expect(second('ftp/one')).toBe(second('ftp/one'));
    expect(second('ftp/one')).not.toBe(second('ftp/two'));
  });

  it('has nothing to wake for without names', () => {
    expect(nextWake(begin([], pace, millis(0)))).toBeUndefined();
  });
});
