/** The faults' benchmark without a lab: lost probes, the table, the command line, the planned rounds. */
import { describe, expect, it } from 'vitest';
import { longestLoss } from '../../bench/faults/loss.js';
import { parseOptions } from '../../bench/faults/options.js';
import { asStated, type FaultRun, tableLines } from '../../bench/faults/table.js';
import { planRounds } from '../../lab/support/faults-rounds.js';

const RUN: FaultRun = {
  during: ['backup', 'backup'],
  after: ['backup', 'backup'],
  overlap: 0,
  silence: 180,
  alone: 12.4,
  ownStall: 6,
  alerts: ['backup:peer-lost', 'backup:takeover'],
  struckAt: 1000,
  mendedAt: 2200,
  outage: 170,
  settled: true,
};

describe('lost probes', () => {
  it('are as long as the time between the answered ones around them', () => {
    const log = { sentAt: [0, 1, 2, 3, 4, 5], answeredAt: [0.1, null, null, 3.1, 4.1, 5.1] };
    expect(longestLoss(log)).toBe(3);
  });

  it('are none when answers were only late, or still under way at the end', () => {
    expect(longestLoss({ sentAt: [0, 1, 2], answeredAt: [60, 60, 60] })).toBe(0);
    expect(longestLoss({ sentAt: [0, 1, 100], answeredAt: [0.1, 1.1, null] })).toBe(0);
  });
});

it('counts probes that are lost to the end, once their answers cannot be under way any more', () => {
  expect(longestLoss({ sentAt: [0, 50, 101], answeredAt: [0.1, null, null] })).toBe(101);
  expect(longestLoss({ sentAt: [0, 50, 99], answeredAt: [0.1, null, null] })).toBe(0);
  expect(longestLoss({ sentAt: [0, 50, 150], answeredAt: [null, null, null] })).toBe(150);
});

describe('the table', () => {
  const fault = {
    id: 'power',
    title: 'power loss',
    serves: 'backup',
    alerts: ['backup:takeover'],
    noAlerts: ['backup:role-backup'],
  } as const;

  it('has the median and the worst of all runs', () => {
    const runs = [RUN, { ...RUN, outage: 190, overlap: 3 }, { ...RUN, outage: 150, alone: 40 }];
    expect(tableLines([{ fault, runs }], [])[2]).toBe(
      '| power loss | the other one | 170 | 190 | 3 | 40 | 3 of 3 |',
    );
  });

  it('says never where nobody was ever alone', () => {
    const runs = [{ ...RUN, alone: Infinity, after: ['several', 'several'] as const }];
    expect(tableLines([{ fault, runs }], [])[2]).toBe(
      '| power loss | the other one | 170 | 170 | 0 | never | 0 of 1 |',
    );
  });

  it('has a row for the rounds of ends and starts', () => {
    const rounds = [
      { serves: ['alpha', 'alpha'], overlap: 0, alone: 900 },
      { serves: ['alpha', 'beta'], overlap: 2, alone: 1100 },
    ];
    expect(tableLines([], rounds)[2]).toBe(
      '| both daemons ended and started again, in random order | one of them | – | – | 2 | 1100 | 1 of 2 |',
    );
  });

  it('counts a run as stated only where both LANs agree, the pair is whole again and the alerts are right', () => {
    expect(asStated(fault, RUN)).toBe(true);
    expect(asStated(fault, { ...RUN, after: ['backup', 'active'] })).toBe(false);
    expect(asStated(fault, { ...RUN, after: ['active', 'active'] })).toBe(false);
    expect(asStated(fault, { ...RUN, settled: false })).toBe(false);
    expect(asStated(fault, { ...RUN, alerts: ['backup:peer-lost'] })).toBe(false);
    expect(asStated(fault, { ...RUN, alerts: ['backup:takeover', 'backup:role-backup'] })).toBe(false);
    expect(asStated({ ...fault, serves: 'either' }, { ...RUN, after: ['active', 'active'] })).toBe(true);
    expect(asStated({ ...fault, serves: 'either' }, { ...RUN, after: ['nobody', 'nobody'] })).toBe(false);
  });
});

describe('the command line', () => {
  const IDS = ['kill', 'rounds'];

  it('means everything, twenty times, where nothing is said', () => {
    expect(parseOptions([], IDS)).toEqual({
      type: 'run',
      options: { runs: 20, only: ['kill', 'rounds'], profile: 'default', json: undefined },
    });
  });

  it('takes fewer runs of some', () => {
    expect(parseOptions(['--runs', '3', '--only', 'kill', '--profile', 'fast'], IDS)).toEqual({
      type: 'run',
      options: { runs: 3, only: ['kill'], profile: 'fast', json: undefined },
    });
  });

  it.each([
    [['--runs', '0'], "--runs: '0' is not a whole number from 1 to 1000"],
    [['--only', 'kil'], "--only: there is no 'kil'; there are kill, rounds"],
    [['--profile', 'slow'], "--profile: there is no 'slow'; there are default and fast"],
  ])('refuses %j', (words, complaint) => {
    expect(parseOptions(words, IDS)).toEqual({ type: 'wrong', complaint });
  });
});

describe('rounds', () => {
  it('are the same for the same seed, and others for another', () => {
    expect(planRounds(7, 20)).toEqual(planRounds(7, 20));
    expect(planRounds(7, 20)).not.toEqual(planRounds(8, 20));
  });

  it('begin with the plainest, and end and start both daemons each time', () => {
    const rounds = planRounds(7, 20);
    expect(rounds).toHaveLength(20);
    expect(rounds[0]?.starts).toEqual([
      { name: 'alpha', after: 0 },
      { name: 'beta', after: 0 },
    ]);
    for (const { ends, starts } of rounds) {
      expect(ends.map(({ name }) => name).sort()).toEqual(['alpha', 'beta']);
      expect(starts.map(({ name }) => name).sort()).toEqual(['alpha', 'beta']);
    }
  });
});
