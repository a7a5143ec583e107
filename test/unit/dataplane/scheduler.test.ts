import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { weightedRoundRobin } from '../../../src/dataplane/scheduler.js';

describe('weightedRoundRobin', () => {
  it("spreads a heavy server's turns instead of bunching them", () => {
    const servers = [
      { name: 'a', weight: 5 },
      { name: 'b', weight: 1 },
      { name: 'c', weight: 1 },
    ];
    expect(weightedRoundRobin(servers, 7)).toEqual(['a', 'a', 'b', 'a', 'c', 'a', 'a']);
  });

  it('takes turns among equals', () => {
    const servers = [
      { name: 'a', weight: 1 },
      { name: 'b', weight: 1 },
    ];
    expect(weightedRoundRobin(servers, 4)).toEqual(['a', 'b', 'a', 'b']);
  });

  it('leaves out a server of weight 0, and is empty when nobody is left', () => {
    expect(weightedRoundRobin([{ name: 'a', weight: 0 }, { name: 'b', weight: 3 }], 2)).toEqual(['b', 'b']); // prettier-ignore
    expect(weightedRoundRobin([{ name: 'a', weight: 0 }], 2)).toEqual([]);
    expect(weightedRoundRobin([], 2)).toEqual([]);
  });

  it('gives each server its share to within one slot', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 100 }), { minLength: 1, maxLength: 20 }), (weights) => {
        const servers = weights.map((weight, index) => ({ name: String(index), weight }));
        const slots = weightedRoundRobin(servers);
        const total = weights.reduce((sum, weight) => sum + weight, 0);
        for (const { name, weight } of servers) {
          const got = slots.filter((slot) => slot === name).length;
          expect(Math.abs(got - (64 * weight) / total)).toBeLessThanOrEqual(1);
        }
      }),
    );
  });
});
