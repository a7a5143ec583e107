import fc from 'fast-check';
import { expect, test } from 'vitest';
import { ReplayWindow, WINDOW } from '../../../src/seal/window.js';

test('a counter is new once', () => {
  const window = new ReplayWindow();
  expect(window.seen(7)).toBe(false);
  window.mark(7);
  expect(window.seen(7)).toBe(true);
  expect(window.seen(6)).toBe(false);
  expect(window.seen(8)).toBe(false);
});

test('the window reaches back 991 counters and no further', () => {
  const window = new ReplayWindow();
  window.mark(5000);
  expect(WINDOW).toBe(992);
  expect(window.seen(5000 - 991)).toBe(false);
  expect(window.seen(5000 - 992)).toBe(true);
});

test('a leap ahead forgets nothing that is still inside the window', () => {
  const window = new ReplayWindow();
  window.mark(100);
  window.mark(1000);
  expect([window.seen(100), window.seen(101), window.seen(1000)]).toEqual([true, false, true]);
});

test('a counter is new although one exactly 1024 before it, which has the same place in the ring, was seen', () => {
  const window = new ReplayWindow();
  window.mark(40);
  expect(window.seen(40 + 1024)).toBe(false);
  window.mark(40 + 1025);
  expect(window.seen(40 + 1024)).toBe(false);
  window.mark(40 + 1024);
  expect([window.seen(40 + 1024), window.seen(40 + 1025), window.seen(40 + 1026)]).toEqual([
    true,
    true,
    false,
  ]);
});

test('a leap over the whole window forgets everything', () => {
  const window = new ReplayWindow();
  for (let counter = 0; counter < 1024; counter++) window.mark(counter);
  window.mark(10_000);
  const lastOnes = Array.from({ length: 991 }, (_, index) => 10_000 - 991 + index);
  expect(lastOnes.filter((counter) => window.seen(counter))).toEqual([]);
});

test('counters beyond 32 bits work the same', () => {
  const window = new ReplayWindow();
  window.mark(2 ** 40);
  expect([window.seen(2 ** 40), window.seen(2 ** 40 - 1), window.seen(2 ** 40 + 1)]).toEqual([
    true,
    false,
    false,
  ]);
});

test('agrees with a plain list of everything seen', () => {
  fc.assert(
    fc.property(fc.array(fc.nat(4000), { maxLength: 300 }), (counters) => {
      const window = new ReplayWindow();
      const list = new Set<number>();
      let highest = -1;
      for (const counter of counters) {
        expect(window.seen(counter)).toBe(list.has(counter) || counter + 992 <= highest);
        if (window.seen(counter)) continue;
        window.mark(counter);
        list.add(counter);
        highest = Math.max(highest, counter);
      }
    }),
    { numRuns: 100 },
  );
});
