/** Ranges of ports: how they are read, what is refused in which words, and which have a port in common. */
import { expect, it } from 'vitest';
import { formatPortRange, parsePortRange, rangesOverlap } from '../../../src/config/port-range.js';

it.each([
  ['50000-50099', { first: 50_000, last: 50_099 }],
  ['1024-65535', { first: 1024, last: 65_535 }],
  ['2121-2121', { first: 2121, last: 2121 }],
])('%s is a range', (written, value) => {
  expect(parsePortRange(written)).toEqual({ ok: true, value });
  expect(formatPortRange(value)).toBe(written);
});

it.each(['50000', '50000-', '-50099', 'a50000-50099', '50000-50099b', '50000 - 50099', '500000-500099', ''])(
  '"%s" is none',
  (written) => {
    expect(parsePortRange(written)).toEqual({
      ok: false,
      problem: `${JSON.stringify(written)} is not a range of ports`,
      cure: 'write the first and the last port with a dash between, such as `50000-50099`',
    });
  },
);

it('one that ends before it begins is turned round in the cure', () => {
  expect(parsePortRange('50099-50000')).toEqual({
    ok: false,
    problem: '50099-50000 ends before it begins',
    cure: 'write `50000-50099`',
  });
});

it.each(['1023-2000', '20-21', '65000-65536'])('%s goes beyond what servers may use', (written) => {
  expect(parsePortRange(written)).toEqual({
    ok: false,
    problem: `${written} is not within 1024-65535`,
    cure: 'use ports from 1024 to 65535, the same as in the configuration of the server',
  });
});

it('two overlap where they have one port in common', () => {
  const range = { first: 100, last: 200 };
  const overlaps = (first: number, last: number): boolean[] => [
    rangesOverlap(range, { first, last }),
    rangesOverlap({ first, last }, range),
  ];
  expect(overlaps(200, 300)).toEqual([true, true]);
  expect(overlaps(50, 100)).toEqual([true, true]);
  expect(overlaps(120, 130)).toEqual([true, true]);
  expect(overlaps(201, 300)).toEqual([false, false]);
  expect(overlaps(50, 99)).toEqual([false, false]);
});
