import { describe, expect, it } from 'vitest';
import { bucketOf, Buckets } from '../../../src/journal/buckets.js';
import { digestOf, sameDigest } from '../../../src/journal/digest.js';
import type { Expectation } from '../../../src/conntrack/expectation.js';
import type { Change } from '../../../src/journal/records.js';
import { announcement, controlFlow } from '../replication/samples.js';

const flow = (port: number, more = {}): Change => ({ type: 'flow', flow: controlFlow(port, more) });

describe('buckets', () => {
  it('have their numbers from the keys, alike on both directors', () => {
    expect(['', 'a', 'ab', 'abc'].map(bucketOf)).toEqual([25, 32, 47, 12]);
  });

  it('share keys evenly', () => {
    const counts = new Array<number>(64).fill(0);
    for (let key = 0; key < 64_000; key++) counts[bucketOf(`198.51.100.7:${key}`)]! += 1;
    expect(Math.min(...counts)).toBeGreaterThan(700);
    expect(Math.max(...counts)).toBeLessThan(1300);
  });

  it('are one map', () => {
    const map = new Buckets<number>();
    map.set('a', 1);
    map.set('b', 2);
    map.set('a', 3);
    expect([map.size, map.get('a'), map.has('b'), map.has('c')]).toEqual([2, 3, true, false]);
    expect([map.delete('b'), map.delete('b'), map.size]).toEqual([true, false, 1]);
    expect([...map]).toEqual([['a', 3]]);
    expect([...map.in(bucketOf('a')).values()]).toEqual([3]);
    expect(() => map.in(64)).toThrow('there is no bucket 64');
    map.clear();
    expect([map.size, [...map.values()]]).toEqual([0, []]);
  });
});

describe('a digest', () => {
  const announced: Change = { type: 'expectation', expectation: announcement() };

  it('does not depend on the order, nor on remaining times', () => {
    const one = digestOf([flow(1), flow(2), announced]);
    const other = digestOf([announced, flow(2, { timeout: 5 }), flow(1)]);
    expect(sameDigest(one, other)).toBe(true);
    expect(one.count).toBe(3);
  });

  it.each([
    ['an entry less', [flow(1)]],
    ['another entry', [flow(1), flow(3)]],
    [
      'another state',
      [
        flow(1),
        flow(2, { tcp: { state: 4, wscaleOrig: 7, wscaleReply: 7, flagsOrig: 0x23, flagsReply: 0x23 } }),
      ],
    ],
    [
      'other offsets',
      [flow(1), flow(2, { seqAdjReply: { correctionPos: 1, offsetBefore: 0, offsetAfter: 2 } })],
    ],
    ['an entry twice instead of the other', [flow(1), flow(1)]],
  ])('is another one for %s', (_what, entries) => {
    expect(sameDigest(digestOf([flow(1), flow(2)]), digestOf(entries))).toBe(false);
  });

  it('has these sums, which a director of another release must come to as well', () => {
    expect(digestOf([flow(1)])).toEqual({ count: 1, low: 0xc954616a, high: 0x0643eb36 });
    expect(digestOf([flow(1), flow(2)])).toEqual({ count: 2, low: 0xc8abaf06, high: 0x3cd57e0e });
  });

  it('does not depend on the time that an announcement has left, but on where it leads', () => {
    const of = (more: Partial<Expectation>): Change => ({
      type: 'expectation',
      expectation: announcement(40_000, 12_345, more),
    });
    const one = digestOf([announced]);
    expect(sameDigest(one, digestOf([of({ timeout: 7 })]))).toBe(true);
    expect(sameDigest(one, digestOf([of({ nat: undefined })]))).toBe(false);
  });

  it('is the same one only if all three of its numbers are', () => {
    const digest = { count: 1, low: 2, high: 3 };
    expect(sameDigest(digest, { count: 1, low: 2, high: 3 })).toBe(true);
    expect(sameDigest(digest, { count: 9, low: 2, high: 3 })).toBe(false);
    expect(sameDigest(digest, { count: 1, low: 9, high: 3 })).toBe(false);
    expect(sameDigest(digest, { count: 1, low: 2, high: 9 })).toBe(false);
  });

  it('of nothing is nothing', () => {
    expect(digestOf([])).toEqual({ count: 0, low: 0, high: 0 });
  });
});
