import { describe, expect, it } from 'vitest';
import { longestOverlap, longestSilence, longestStall, lostProbes } from '../../../bench/takeover/figures.js';

describe('a log of probes', () => {
  const log = {
    sentAt: [10, 11, 12, 13, 14, 15],
    answeredAt: [10.5, 11.5, null, null, 24, 15.5],
  };

  it('has a longest silence, between answers in the order of their times', () => {
    expect(longestSilence(log)).toEqual({ from: 15.5, to: 24 });
  });

  it('has a longest silence among those that begin in a span, ends included', () => {
    const answers = { sentAt: [0, 0, 0, 0], answeredAt: [10, 13, 20, 90] };
    expect(longestSilence(answers, { from: 10, to: 13 })).toEqual({ from: 13, to: 20 });
    expect(longestSilence(answers, { from: 10, to: 12 })).toEqual({ from: 10, to: 13 });
    expect(longestSilence(answers, { from: 11, to: 12 })).toBeUndefined();
  });

  it('has no silence with one answer', () => {
    expect(longestSilence({ sentAt: [1, 2], answeredAt: [1.5, null] })).toBeUndefined();
  });

  it('has lost what was sent inside the span and not answered', () => {
    expect(lostProbes(log, { from: 12, to: 15 })).toEqual({ sent: 4, lost: 2 });
    expect(lostProbes(log, { from: 12.5, to: 15 })).toEqual({ sent: 3, lost: 1 });
  });
});

describe('the longest stall of a transfer in a window', () => {
  it('is the longest time without a piece', () => {
    expect(longestStall([101, 104, 150, 152, 199], { from: 100, to: 200 })).toBe(47);
  });

  it('counts the time until the first piece and after the last one, and nothing outside', () => {
    expect(longestStall([10, 160, 170], { from: 100, to: 200 })).toBe(60);
    expect(longestStall([110, 130, 900], { from: 100, to: 200 })).toBe(70);
  });

  it('is the whole window without a piece', () => {
    expect(longestStall([], { from: 100, to: 200 })).toBe(100);
  });
});

describe('two who answer', () => {
  const at = (mac: string, ...times: number[]): { at: number; mac: string }[] =>
    times.map((time) => ({ at: time, mac }));
  const merged = (...lists: { at: number; mac: string }[][]): { at: number; mac: string }[] =>
    lists.flat().sort((a, b) => a.at - b.at);

  it('overlap from the first answer of the second to the last answer of the first', () => {
    const answers = merged(at('aa', 0, 5, 10, 15, 20), at('bb', 12, 17, 22, 27));
    expect(longestOverlap(answers, 100)).toEqual({ from: 12, to: 20, first: 'aa', second: 'bb' });
  });

  it('do not overlap when one follows the other', () => {
    expect(longestOverlap(merged(at('aa', 0, 5, 10), at('bb', 12, 17)), 100)).toBeUndefined();
  });

  it('overlap for as long as the second answered when it gave up first', () => {
    const answers = merged(at('aa', 0, 5, 10, 15, 20, 25), at('bb', 7, 12));
    expect(longestOverlap(answers, 100)).toMatchObject({ from: 7, to: 12 });
  });

  it('do not overlap where the first had stopped for longer than the patience and came back later', () => {
    const answers = merged(at('aa', 0, 5, 300, 305), at('bb', 100, 105, 110));
    expect(longestOverlap(answers, 100)).toBeUndefined();
  });

  it('overlap across a pause as long as the patience', () => {
    const answers = merged(at('aa', 0, 100), at('bb', 50, 55));
    expect(longestOverlap(answers, 100)).toMatchObject({ from: 50, to: 55 });
  });

  it('are judged by their longest overlap', () => {
    const answers = merged(at('aa', 0, 10), at('bb', 9, 12), at('aa', 500, 540), at('bb', 510, 560));
    expect(longestOverlap(answers, 100)).toMatchObject({ from: 510, to: 540 });
  });
});
