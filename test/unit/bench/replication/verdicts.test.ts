import { describe, expect, it } from 'vitest';
import type { Measured, Results } from '../../../bench/replication/results.js';
import { PARTS } from '../../../bench/replication/options.js';
import { verdicts } from '../../../bench/replication/verdicts.js';

/** A part's results with only what its rows look at. */
function rows(measured: unknown, parts: readonly string[] = PARTS): unknown[] {
  const options = { parts, rate: 500, flows: 100_000 };
  return verdicts({ measured: measured as Measured, options } as unknown as Results).map(
    ({ ours, theirs, verdict, stretch }) => [ours, theirs, verdict, stretch],
  );
}

const runs = (...measured: unknown[]): object => ({ measured, failed: [] });

describe('sessions per second', () => {
  const rate = (value: number, complete = true, atLeast = false): object => ({
    rate: value,
    atLeast,
    steps: [
      { carried: true, complete },
      { carried: false, complete: false },
    ],
  });

  it("are reached at conntrackd's rate, and stretched at twice that", () => {
    const sessions = { ftpair: runs(rate(900), rate(1000), rate(2000)), conntrackd: runs(rate(1000, false)) };
    expect(rows({ sessions })).toEqual([
      ['1000/s (3)', '1000/s (1)', 'reached', '≥ 2: NOT reached'],
      ['3 of 3 loads', '0 of 1 loads', 'reached', ''],
    ]);
    expect(rows({ sessions: { ...sessions, ftpair: runs(rate(2000)) } })[0]).toEqual([
      '2000/s (1)',
      '1000/s (1)',
      'reached',
      '≥ 2: reached',
    ]);
    expect(rows({ sessions: { ...sessions, ftpair: runs(rate(999)) } })[0]).toEqual([
      '999/s (1)',
      '1000/s (1)',
      'NOT reached',
      '≥ 2: NOT reached',
    ]);
  });

  it('that were never too much are a lower bound', () => {
    const sessions = { ftpair: runs(rate(10, true, true)), conntrackd: runs(rate(10, true, true)) };
    expect(rows({ sessions })[0]).toEqual(['≥ 10/s (1)', '≥ 10/s (1)', 'reached', '≥ 2: NOT reached']);
  });

  it('are not complete when one load lacked a part', () => {
    const sessions = { ftpair: runs(rate(10, false), rate(10)), conntrackd: runs(rate(10)) };
    expect(rows({ sessions })[1]).toEqual(['1 of 2 loads', '1 of 1 loads', 'NOT reached', '']);
  });

  it('are not reached by runs that failed', () => {
    const sessions = { ftpair: { measured: [rate(10)], failed: ['no lab'] }, conntrackd: runs(rate(1)) };
    expect(rows({ sessions })[0]).toEqual([
      '10/s (1), 1 FAILED',
      '1/s (1)',
      'NOT reached',
      '≥ 2: NOT reached',
    ]);
  });
});

describe('CPU time', () => {
  const cost = (cpuSecondsPer10k: number): object => runs({ cpuSecondsPer10k, standingSecondsPer10k: 0.5 });

  it.each([
    [1, 'reached', 'reached'],
    [1.5, 'reached', 'NOT reached'],
    [1.51, 'NOT reached', 'NOT reached'],
  ])('of %d times theirs is %s, stretched %s', (ours, verdict, stretch) => {
    expect(rows({ cpu: { ftpair: cost(ours), conntrackd: cost(1) } })).toEqual([
      [`${ours.toFixed(2)} s, 0.50 s (1)`, '1.00 s, 0.50 s (1)', verdict, `≤ 1: ${stretch}`],
    ]);
  });
});

describe('the lag', () => {
  const lag = (p99: number, unseen = 0): object => runs({ p50: 1, p99, max: 9, unseen });

  it.each([
    [2, 'reached', 'reached'],
    [5, 'reached', 'NOT reached'],
    [5.01, 'NOT reached', 'NOT reached'],
  ])('of %d ms at the 99th of a hundred is %s, stretched %s', (p99, verdict, stretch) => {
    expect(rows({ lag: { ftpair: lag(p99), conntrackd: lag(1) } })).toEqual([
      [`1.0 / ${p99.toFixed(1)} / 9.0 ms (1)`, '1.0 / 1.0 / 9.0 ms (1)', verdict, `≤ 2 ms: ${stretch}`],
    ]);
  });

  it('of what never came is not short', () => {
    expect(rows({ lag: { ftpair: lag(1, 3), conntrackd: lag(1) } })[0]).toEqual([
      '1.0 / 1.0 / 9.0 ms, 3 NEVER (1)',
      '1.0 / 1.0 / 9.0 ms (1)',
      'NOT reached',
      '≤ 2 ms: NOT reached',
    ]);
  });
});

describe('a full table', () => {
  const full = (resyncMillis: number, active: number, gap?: number): object =>
    runs({
      resyncMillis,
      memory: { active, backup: 10 },
      ...(gap !== undefined && { pulse: { longestGapMillis: gap, silenceMillis: 150 } }),
    });

  it('is given in half the time at best, with the pulse within its limit and 150 MiB', () => {
    expect(rows({ full: { ftpair: full(500, 150, 150), conntrackd: full(1000, 60) } })).toEqual([
      ['500 ms (1)', '1000 ms (1)', 'reached', '≤ 0.5: reached'],
      ['150.0 ms', '–', 'reached', ''],
      ['150 / 10 MiB (1)', '60 / 10 MiB (1)', 'reached', '≤ 150 MiB: reached'],
    ]);
  });

  it('is not reached just above', () => {
    expect(rows({ full: { ftpair: full(1001, 301, 151), conntrackd: full(1000, 60) } })).toEqual([
      ['1001 ms (1)', '1000 ms (1)', 'NOT reached', '≤ 0.5: NOT reached'],
      ['151.0 ms', '–', 'NOT reached', ''],
      ['301 / 10 MiB (1)', '60 / 10 MiB (1)', 'NOT reached', '≤ 150 MiB: NOT reached'],
    ]);
  });

  it('shows only the part of it that was asked for', () => {
    const measured = { full: { ftpair: full(1, 1, 1), conntrackd: full(1, 1) } };
    expect(rows(measured, ['memory'])).toHaveLength(1);
    expect(rows(measured, ['resync'])).toHaveLength(2);
  });

  it('is not reached when no run of ours came to its end', () => {
    const none = { measured: [], failed: ['waited in vain'] };
    expect(
      rows({ full: { ftpair: none, conntrackd: full(1, 1) } }).map((row) => (row as string[])[2]),
    ).toEqual(['NOT reached', 'NOT reached', 'NOT reached']);
  });
});

it('survival is of all runs together, and nothing less than all of them is enough', () => {
  const count = (intact: number, sessions: number): object => ({ intact, sessions });
  const run = (staked: number): object => ({
    staked: count(staked, 11),
    stakedPassive: count(7, 7),
    all: count(19, 20),
  });
  expect(rows({ survival: { ftpair: runs(run(11), run(10)), conntrackd: runs(run(4)) } })).toEqual([
    ['95.5 %, 21 of 22 (2)', '36.4 %, 4 of 11 (1)', 'NOT reached', ''],
    ['100.0 %, 14 of 14 (2)', '100.0 %, 7 of 7 (1)', 'reached', ''],
    ['95.0 %, 38 of 40 (2)', '95.0 %, 19 of 20 (1)', 'NOT reached', ''],
  ]);
});
