import { describe, expect, it } from 'vitest';
import {
  difference,
  equals,
  expectationEntry,
  flowEntry,
  follows,
} from '../../../bench/replication/compare.js';
import { announcement, controlFlow, dataFlow } from '../../replication/samples.js';

const NONE = { nat: 0, state: 0, mark: 0, helper: 0, master: 0, offsets: 0 };
const adj = { correctionPos: 9, offsetBefore: 0, offsetAfter: 3 };

describe('entries', () => {
  it('of a flow hold everything but its remaining time', () => {
    expect(flowEntry(dataFlow(40_000, 12_345, { timeout: 17 }))).toEqual([
      'flow 198.51.100.7:40001 > 198.51.100.100:12345',
      '10.200.30.11:12345 > 198.51.100.7:40001',
      'ESTABLISHED',
      '1179930625',
      '',
      '198.51.100.7:40000 > 198.51.100.100:21',
      '|',
    ]);
  });

  it('of an announcement hold its translation and its control flow', () => {
    expect(expectationEntry(announcement())).toEqual([
      'expectation 198.51.100.7:0 > 198.51.100.100:12345',
      '0 10.200.30.11:12345 > 0.0.0.0:0 nat-follow-master',
      '',
      '',
      '',
      '198.51.100.7:40000 > 198.51.100.100:21',
      '',
    ]);
  });
});

describe('two tables', () => {
  const active = [flowEntry(controlFlow(40_000, { seqAdjReply: adj })), expectationEntry(announcement())];

  it('are equal with the same entries in any order', () => {
    const found = difference(active, [...active].reverse());
    expect(found).toEqual({ missing: 0, extra: 0, flows: NONE, expectationNat: 0, examples: [] });
    expect([follows(found), equals(found)]).toEqual([true, true]);
  });

  it('differ by what is missing and by what is too much', () => {
    const found = difference(active, [active[1]!, flowEntry(controlFlow(41_000))]);
    expect(found).toEqual({
      missing: 1,
      extra: 1,
      flows: NONE,
      expectationNat: 0,
      examples: [
        'missing: flow 198.51.100.7:40000 > 198.51.100.100:21',
        'too much: flow 198.51.100.7:41000 > 198.51.100.100:21',
      ],
    });
    expect(follows(found)).toBe(false);
  });

  it('that lack offsets, and the NAT of what is announced, follow and are not equal', () => {
    const backup = [
      flowEntry(controlFlow()),
      expectationEntry(announcement(40_000, 12_345, { nat: undefined })),
    ];
    const found = difference(active, backup);
    expect(found).toMatchObject({ missing: 0, extra: 0, flows: { ...NONE, offsets: 1 }, expectationNat: 1 });
    expect([follows(found), equals(found)]).toEqual([true, false]);
  });

  it.each([
    ['nat', { reply: dataFlow().reply }],
    ['state', { tcp: { state: 7, wscaleOrig: 7, wscaleReply: 7, flagsOrig: 0, flagsReply: 0 } }],
    ['mark', { mark: 0 }],
  ])('do not follow with another %s', (part, other) => {
    const found = difference([flowEntry(controlFlow())], [flowEntry(controlFlow(40_000, other))]);
    expect(found.flows).toEqual({ ...NONE, [part]: 1 });
    expect(follows(found)).toBe(false);
  });
});
