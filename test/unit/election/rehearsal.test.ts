import { expect, test } from 'vitest';
import { rehearseTakeover } from '../../../src/election/rehearsal.js';
import { millis } from '../../../src/time.js';
import { backup } from './bench.js';

test('a rehearsed takeover comes as far as the role, and changes nothing', () => {
  const { state } = backup();
  const before = structuredClone(state);
  // Two questions, and the verdict.
  expect(rehearseTakeover(state, millis(110))).toBe(3);
  expect(state).toEqual(before);
});

test('a backup that may not become active rehearses in vain, and to an end', () => {
  const bench = backup();
  bench.ready(105, false);
  expect(rehearseTakeover(bench.state, millis(110))).toBe(20);
});
