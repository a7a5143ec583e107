import { describe, expect, it } from 'vitest';
import type { PowerRun } from '../../../bench/takeover/power.js';
import type { ProfileResults, Results } from '../../../bench/takeover/results.js';
import { verdicts } from '../../../bench/takeover/verdicts.js';

function lost(...silentMillis: number[]): { measured: PowerRun[]; failed: string[] } {
  const measured = silentMillis.map((millis) => ({
    silentMillis: millis,
    silence: { from: 0, to: millis },
    cut: { from: 0 as PowerRun['cut']['from'], to: 1 as PowerRun['cut']['to'] },
    ownStallMillis: 1,
    moments: [],
  }));
  return { measured, failed: [] };
}

function rows(profile: 'fast' | 'default', results: ProfileResults): unknown[] {
  const all = { profiles: { [profile]: results } } as unknown as Results;
  return verdicts(all).map(({ verdict, stretch }) => [verdict, stretch]);
}

describe('power loss in the fast profile', () => {
  it('is reached at half of the other median, and stretched at 0.35 and 15 ms', () => {
    expect(rows('fast', { power: { ours: lost(10, 10, 24), theirs: lost(20, 30, 30) } })).toEqual([
      ['reached', '≤ 0.35 and ≤ 15 ms: reached'],
      ['reached', '≤ 25 ms: reached'],
    ]);
    expect(rows('fast', { power: { ours: lost(15.1), theirs: lost(60) } })[0]).toEqual([
      'reached',
      '≤ 0.35 and ≤ 15 ms: NOT reached',
    ]);
  });

  it('is not reached just above half, nor with a worst as bad as the other', () => {
    expect(rows('fast', { power: { ours: lost(10.1, 20), theirs: lost(20) } })).toEqual([
      ['NOT reached', '≤ 0.35 and ≤ 15 ms: NOT reached'],
      ['NOT reached', '≤ 25 ms: reached'],
    ]);
  });

  it('is not reached by runs that failed', () => {
    const none = { measured: [], failed: ['the VIP answers again: in vain'] };
    expect(rows('fast', { power: { ours: none, theirs: lost(20) } })).toEqual([
      ['NOT reached', '≤ 0.35 and ≤ 15 ms: NOT reached'],
      ['NOT reached', '≤ 25 ms: NOT reached'],
    ]);
  });
});

it('power loss in the default profile is reached at a twentieth', () => {
  expect(rows('default', { power: { ours: lost(150), theirs: lost(3000) } })).toEqual([['reached', '']]);
  expect(rows('default', { power: { ours: lost(151), theirs: lost(3000) } })).toEqual([['NOT reached', '']]);
});

describe('a handover', () => {
  const window = (probesLost: number, stallMillis: number): object => ({
    probesSent: 1000,
    probesLost,
    stallMillis,
  });
  const handover = (probesLost: number, across: number): ProfileResults => ({
    handover: {
      measured: [{ without: window(0, 10), with: window(probesLost, across), tookMillis: 5 }],
      failed: [],
    } as unknown as NonNullable<ProfileResults['handover']>,
  });

  it('may lose nothing and stall five milliseconds more', () => {
    expect(rows('fast', handover(0, 15))).toEqual([
      ['reached', ''],
      ['compared', 'growth ≤ 5 ms: reached (worst 5.0, median 5.0 ms)'],
    ]);
  });

  it('is not reached with one lost probe, and said with one millisecond more', () => {
    expect(rows('fast', handover(1, 16))).toEqual([
      ['NOT reached', ''],
      ['compared', 'growth ≤ 5 ms: NOT reached (worst 6.0, median 6.0 ms)'],
    ]);
  });
});

describe('two actives', () => {
  const double = (overlapMillis: number, endless: boolean): unknown[] => {
    const ours = { measured: [{ overlapMillis, endless, answers: 9 }], failed: [] };
    const clean = { measured: [{ overlapMillis: 0, endless: false, answers: 9 }], failed: [] };
    const doubles = {
      SIGKILL: { ours, theirs: clean },
      SIGSTOP: { ours: clean, theirs: clean },
      'pulse cut': { ours: clean, theirs: clean },
    };
    return rows('fast', { doubles })[0] as unknown[];
  };

  it('may answer for 250 ms, and for 100 ms if stretched', () => {
    expect(double(100, false)).toEqual(['reached', '≤ 100 ms: reached']);
    expect(double(250, false)).toEqual(['reached', '≤ 100 ms: NOT reached']);
    expect(double(251, false)).toEqual(['NOT reached', '≤ 100 ms: NOT reached']);
  });

  it('may not go on until the fault is mended, however short that was', () => {
    expect(double(50, true)).toEqual(['NOT reached', '≤ 100 ms: NOT reached']);
  });
});

describe('an idle director', () => {
  const idle = (cpuPercent: number, residentMebibytes: number): ProfileResults => {
    const active = { cpuPercent: 0.1, residentMebibytes: 80 };
    const side = { active, backup: { cpuPercent, residentMebibytes } };
    return { idle: { seconds: 30, ours: side, theirs: side } };
  };

  it('may cost 1 % of a core by default, 5 % in the fast profile, and 120 MiB; the dearer of the two counts', () => {
    expect(rows('default', idle(1, 120))).toEqual([['reached', '']]);
    expect(rows('default', idle(1.1, 120))).toEqual([['NOT reached', '']]);
    expect(rows('fast', idle(5, 120))).toEqual([['reached', '']]);
    expect(rows('fast', idle(5, 121))).toEqual([['NOT reached', '']]);
  });
});
