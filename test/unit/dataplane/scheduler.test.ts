/** What each scheduler fills into the slots that the kernel walks. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Candidate, fill, isDynamic, slotCount } from '../../../src/dataplane/scheduler.js';

const of = (...list: readonly [name: string, weight: number, sessions?: number][]): Candidate[] =>
  list.map(([name, weight, sessions = 0]) => ({ name, weight, sessions }));

const count = (slots: readonly string[], name: string): number =>
  slots.filter((slot) => slot === name).length;

describe('rr', () => {
  it('takes turns, whatever the weights and sessions', () => {
    expect(fill('rr', of(['a', 1, 7], ['b', 5, 0]), 4)).toEqual(['a', 'b', 'a', 'b']);
  });

  it('leaves out a server of weight 0, and is empty when nobody is left', () => {
    expect(fill('rr', of(['a', 0], ['b', 3]), 2)).toEqual(['b', 'b']);
    expect(fill('rr', of(['a', 0]), 2)).toEqual([]);
    expect(fill('rr', [], 2)).toEqual([]);
  });

  it.each([1, 2, 3, 4, 5, 6, 8, 10, 12, 15, 16, 20])('gives %i servers exactly equal shares', (many) => {
    const servers = Array.from({ length: many }, (_, index) => ({
      name: `${index}`,
      weight: 1,
      sessions: 0,
    }));
    const slots = fill('rr', servers);
    expect(new Set(servers.map(({ name }) => count(slots, name)))).toEqual(new Set([240 / many]));
  });
});

describe('wrr', () => {
  it("spreads a heavy server's turns instead of bunching them", () => {
    expect(fill('wrr', of(['a', 5], ['b', 1], ['c', 1]), 7)).toEqual(['a', 'a', 'b', 'a', 'c', 'a', 'a']);
  });

  it('leaves out a server of weight 0, and is empty when nobody is left', () => {
    expect(fill('wrr', of(['a', 0], ['b', 3]), 2)).toEqual(['b', 'b']);
    expect(fill('wrr', of(['a', 0]), 2)).toEqual([]);
  });

  it('gives each server its share to within one slot', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 100 }), { minLength: 1, maxLength: 20 }), (weights) => {
        const servers = weights.map((weight, index) => ({ name: `${index}`, weight, sessions: 0 }));
        const slots = fill('wrr', servers);
        const total = weights.reduce((sum, weight) => sum + weight, 0);
        for (const { name, weight } of servers)
          expect(Math.abs(count(slots, name) - (240 * weight) / total)).toBeLessThanOrEqual(1);
      }),
    );
  });
});

describe('lc', () => {
  it('fills up who has fewest, then takes turns', () => {
    expect(fill('lc', of(['a', 1, 2], ['b', 1, 0], ['c', 1, 1]), 6)).toEqual(['b', 'b', 'c', 'a', 'b', 'c']);
  });

  it('knows no weights but 0', () => {
    expect(fill('lc', of(['a', 9, 3], ['b', 1, 2], ['c', 0, 0]), 3)).toEqual(['b', 'a', 'b']);
  });

  it('goes on from where it was: what comes behind k sessions is what it would fill then', () => {
    const before = of(['a', 1, 2], ['b', 1, 0], ['c', 1, 1]);
    const first = fill('lc', before, 7);
    const after = before.map((server) => ({
      ...server,
      sessions: server.sessions + count(first, server.name),
    }));
    expect(fill('lc', before, 12).slice(7)).toEqual(fill('lc', after, 5));
  });
});

describe('wlc', () => {
  it('fills up who has fewest for its weight', () => {
    expect(fill('wlc', of(['a', 2, 4], ['b', 1, 0]), 6)).toEqual(['b', 'b', 'a', 'a', 'b', 'a']);
  });

  it('is weighted from the first session on: the heavier serves first', () => {
    expect(fill('wlc', of(['a', 1], ['b', 3]), 8)).toEqual(['b', 'b', 'b', 'a', 'b', 'b', 'b', 'a']);
  });

  it('levels a burst to within one session of the share, wherever the counts began', () => {
    const server = fc.record({
      name: fc.uuid(),
      weight: fc.integer({ min: 1, max: 5 }),
      sessions: fc.integer({ min: 0, max: 20 }),
    });
    fc.assert(
      fc.property(fc.array(server, { minLength: 1, maxLength: 6 }), (servers) => {
        const slots = fill('wlc', servers);
        const loads = servers.map((each) => {
          const sessions = each.sessions + count(slots, each.name);
          return {
            served: sessions > each.sessions,
            now: sessions / each.weight,
            more: (sessions + 1) / each.weight,
          };
        });
        // Nobody who was given sessions has more than who comes next would have with one more.
        const least = Math.min(...loads.map(({ more }) => more));
        for (const { served, now } of loads) if (served) expect(now).toBeLessThanOrEqual(least);
      }),
    );
  });
});

describe('sh', () => {
  const four = of(['one', 1], ['two', 1], ['three', 1], ['four', 1]);
  const full = fill('sh', four);

  it('has 1024 slots, of which each server gets about its share', () => {
    expect(['one', 'two', 'three', 'four'].map((name) => count(full, name))).toEqual([256, 271, 241, 256]);
  });

  it('follows the weights', () => {
    const slots = fill('sh', of(['one', 3], ['two', 1]));
    expect(count(slots, 'one') / 1024).toBeCloseTo(0.75, 1);
  });

  it('moves the slots of a server that leaves, and no others', () => {
    const without = fill('sh', of(['one', 1], ['two', 0], ['three', 1], ['four', 1]));
    const moved = full.flatMap((name, slot) => (without[slot] === name ? [] : [name]));
    expect(new Set(moved)).toEqual(new Set(['two']));
    expect(moved).toHaveLength(count(full, 'two'));
  });

  it('does not depend on the order in the config, nor on sessions', () => {
    expect(
      fill(
        'sh',
        [...four].reverse().map((server) => ({ ...server, sessions: 5 })),
      ),
    ).toEqual(full);
  });

  it('is empty when nobody is left', () => {
    expect(fill('sh', of(['one', 0]))).toEqual([]);
  });
});

it('lc and wlc depend on the sessions of the moment, the others do not', () => {
  expect((['rr', 'wrr', 'lc', 'wlc', 'sh'] as const).map(isDynamic)).toEqual([
    false,
    false,
    true,
    true,
    false,
  ]);
  expect((['rr', 'wrr', 'lc', 'wlc', 'sh'] as const).map(slotCount)).toEqual([240, 240, 240, 240, 1024]);
});
