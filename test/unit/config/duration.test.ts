/** Lengths of time: what is read, what is refused and with which cure. */
import { describe, expect, it } from 'vitest';
import { formatDuration, parseDuration } from '../../../src/config/duration.js';
import { millis } from '../../../src/time.js';

describe('a length of time', () => {
  it.each([
    ['20ms', 20],
    ['0.5ms', 0.5],
    ['3s', 3000],
    ['1.5s', 1500],
    ['5m', 300_000],
    ['1h', 3_600_000],
  ])('%s is %d milliseconds', (text, value) => {
    expect(parseDuration(text)).toEqual({ ok: true, value });
  });

  it.each([
    ['40', 'write `40ms` for milliseconds or `40s` for seconds'],
    ['1.55', 'write `1.55ms` for milliseconds or `1.55s` for seconds'],
    ['x40', 'write a number and its unit (ms, s, m, h) without a space, such as `40ms` or `3s`'],
    ['40 ms', 'write `40ms`'],
    ['4 0\t ms', 'write `40ms`'],
    ['3S', 'write `3s`'],
    ['0s', 'write a length above zero, such as `40ms` or `3s`'],
    ['-3s', 'write a number and its unit (ms, s, m, h) without a space, such as `40ms` or `3s`'],
    ['3d', 'write a number and its unit (ms, s, m, h) without a space, such as `40ms` or `3s`'],
    ['', 'write a number and its unit (ms, s, m, h) without a space, such as `40ms` or `3s`'],
    ['1m30s', 'write a number and its unit (ms, s, m, h) without a space, such as `40ms` or `3s`'],
  ])('%j is refused: %s', (text, cure) => {
    expect(parseDuration(text)).toMatchObject({ ok: false, cure });
  });

  it.each([
    ['0s', '0s is no time at all'],
    ['0.0ms', '0.0ms is no time at all'],
    ['1h30m', '"1h30m" is not a length of time'],
    ['3S', '"3S" is not written as a length of time'],
  ])('%j is refused, as %s', (text, problem) => {
    expect(parseDuration(text)).toMatchObject({ ok: false, problem });
  });

  it.each([
    [0, '0ms'],
    [0.5, '0.5ms'],
    [999, '999ms'],
    [1000, '1s'],
    [1500, '1500ms'],
    [60_000, '1m'],
    [90_000, '90s'],
    [3_600_000, '1h'],
  ])('%d milliseconds are written %s', (value, text) => {
    expect(formatDuration(millis(value))).toBe(text);
  });
});
