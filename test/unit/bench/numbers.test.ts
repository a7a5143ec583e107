import { describe, expect, it } from 'vitest';
import { cpuSeconds, median, percentile, ratio, worst } from '../../bench/numbers.js';

describe('median and worst', () => {
  it('take the middle of an odd count, whatever the order', () => {
    expect(median([9, 1, 5])).toBe(5);
  });

  it('take the mean of the two in the middle of an even count', () => {
    expect(median([10, 1, 4, 3])).toBe(3.5);
  });

  it('sort numbers as numbers', () => {
    expect(median([100, 9, 20])).toBe(20);
  });

  it('take the largest', () => {
    expect(worst([3, 12, 7])).toBe(12);
  });

  it('are undefined of nothing, and so is a ratio with one of them', () => {
    expect([median([]), worst([]), ratio(undefined, 2), ratio(2, undefined)]).toEqual([
      undefined,
      undefined,
      undefined,
      undefined,
    ]);
    expect(ratio(3, 12)).toBe(0.25);
  });
});

describe('a percentile', () => {
  const oneToHundred = Array.from({ length: 100 }, (_, index) => 100 - index);

  it('is the value that so many do not exceed', () => {
    expect([
      percentile(oneToHundred, 0.5),
      percentile(oneToHundred, 0.99),
      percentile(oneToHundred, 1),
    ]).toEqual([50, 99, 100]);
  });

  it('of few values is one of them, the larger', () => {
    expect([percentile([7], 0.99), percentile([1, 9], 0.5), percentile([1, 9], 0.51)]).toEqual([7, 1, 9]);
  });

  it('of nothing is undefined', () => {
    expect(percentile([], 0.5)).toBeUndefined();
  });
});

describe('the CPU time of a process', () => {
  it('is utime and stime of /proc/PID/stat in hundredths, behind a name with blanks and parentheses', () => {
    const stat =
      '4711 (node (x) y) S 1 4711 4711 0 -1 4194560 9000 0 12 0 250 125 3 4 20 0 11 0 12345 1000000 2000';
    expect(cpuSeconds(stat)).toBe(3.75);
  });
});
