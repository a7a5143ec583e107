import { describe, expect, test } from 'vitest';
import {
  bytesWords,
  countWords,
  durationWords,
  endpointWords,
  measuredWords,
} from '../../../src/cli/words.js';

describe('a length of time', () => {
  test.each([
    [0, '0 ms'],
    [999.9, '999 ms'],
    [1000, '1 s'],
    [2399, '2.3 s'],
    [9999, '9.9 s'],
    [10_000, '10 s'],
    [10_999, '10 s'],
    [59_999, '59 s'],
    [60_000, '1 min 0 s'],
    [3_599_999, '59 min 59 s'],
    [3_600_000, '1 h 0 min'],
    [86_399_999, '23 h 59 min'],
    [86_400_000, '1 d 0 h'],
    [100 * 86_400_000 + 3_600_000, '100 d 1 h'],
  ])('%d ms is %s', (milliseconds, words) => {
    expect(durationWords(milliseconds)).toBe(words);
  });
});

describe('other words', () => {
  test('a measured time has two digits, a missing one a dash', () => {
    expect(measuredWords(0.2149)).toBe('0.21 ms');
    expect(measuredWords(undefined)).toBe('-');
  });

  test('an IPv6 address stands in brackets before its port', () => {
    expect(endpointWords('192.0.2.10', 21)).toBe('192.0.2.10:21');
    expect(endpointWords('2001:db8::10', 21)).toBe('[2001:db8::10]:21');
  });

  test('one is not many', () => {
    expect([countWords(0, 'flow'), countWords(1, 'flow'), countWords(2, 'flow')]).toEqual([
      '0 flows',
      '1 flow',
      '2 flows',
    ]);
  });
});

describe('an amount of data', () => {
  test.each([
    [undefined, '-'],
    [0, '0 B'],
    [1023, '1023 B'],
    [1024, '1.0 KiB'],
    [81_920, '80.0 KiB'],
    [1_048_575, '1.0 MiB'],
    [3_145_728, '3.0 MiB'],
    [1.5 * 1024 ** 3, '1.5 GiB'],
    [2 ** 60, '1024.0 PiB'],
  ])('%s bytes are %s', (bytes, words) => {
    expect(bytesWords(bytes)).toBe(words);
  });
});
