/** What is said about packets that were not let through. */
import { expect, it } from 'vitest';
import { ForwardWatch, helperWarnings } from '../../../src/daemon/forward-watch.js';

const counters = (counts: Readonly<Record<string, number>>) => ({
  counted: (counter: string): number => {
    const count = counts[counter];
    if (count === undefined) throw new Error('no such counter');
    return count;
  },
});
const STRANGERS =
  '7 packets from the public to the private LAN that belong to no service were dropped; `forward: everything` lets them through';
const PRIVILEGED =
  '1 data connections to ports below 1024 of a real server were dropped; look who announces them';

it('is silent while nothing was dropped, and while there are no counters', () => {
  const watch = new ForwardWatch();
  expect(watch.warnings(undefined)).toEqual([]);
  expect(watch.warnings(counters({}))).toEqual([]);
  expect(watch.warnings(counters({ strangers: 0, privileged: 0 }))).toEqual([]);
});

it('says each kind once as news, and always in the status', () => {
  const watch = new ForwardWatch();
  expect(watch.news(counters({ strangers: 7, privileged: 0 }))).toEqual([STRANGERS]);
  expect(watch.news(counters({ strangers: 8, privileged: 1 }))).toEqual([PRIVILEGED]);
  expect(watch.warnings(counters({ strangers: 7, privileged: 1 }))).toEqual([STRANGERS, PRIVILEGED]);
});

it('warns of a helper that follows third parties', () => {
  expect(helperWarnings(false)).toEqual([]);
  expect(helperWarnings(true)[0]).toMatch(/without loose=1$/);
});
