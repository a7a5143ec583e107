/** One weight and one reason for each server, from everything that is known of it. */
import { describe, expect, it } from 'vitest';
import type { Verdict } from '../../../src/rotation/opinion.js';
import { NO_ORDERS, type Orders } from '../../../src/rotation/orders.js';
import {
  type Candidate,
  nextStep,
  type StandingReason,
  type StandingRules,
  standingsOf,
} from '../../../src/rotation/standing.js';
import { millis } from '../../../src/time.js';

const NOW = millis(100_000);
const RULES: StandingRules = { minServers: 0, slowStart: undefined };

function server(verdict: Verdict, orders: Partial<Orders> = {}, more: Partial<Candidate> = {}): Candidate {
  return {
    weight: 2,
    orders: { ...NO_ORDERS, ...orders },
    belief: { verdict, reason: verdict === 'up' ? 'ok' : 'refused', by: 'own' },
    fell: 0,
    returnedAt: undefined,
    ...more,
  };
}

function one(candidate: Candidate): readonly [number, StandingReason] {
  const [standing] = standingsOf([candidate], RULES, NOW);
  return [standing!.weight, standing!.reason];
}

describe('the standing of a server', () => {
  it.each([
    ['up: its weight', server('up'), 2, 'ok'],
    ['not probed yet: trusted', server('unknown'), 2, 'unproven'],
    ['down: out', server('down'), 0, 'down'],
    ['weight 0 in the config', server('up', {}, { weight: 0 }), 0, 'noWeight'],
    ['drained, though up', server('up', { drain: true }), 0, 'drained'],
    ['forced down, though up', server('up', { force: 'down' }), 0, 'forcedDown'],
    ['forced up, though down', server('down', { force: 'up' }), 2, 'forcedUp'],
    ['forced up and drained: drained', server('down', { force: 'up', drain: true }), 0, 'drained'],
    [
      'forced down and drained: what is stronger is named',
      server('up', { force: 'down', drain: true }),
      0,
      'forcedDown',
    ],
    ['another weight by an operator', server('up', { weight: 7 }), 7, 'ok'],
    ['weight 0 by an operator', server('up', { weight: 0 }), 0, 'noWeight'],
    ['a weight for one that has none in the config', server('up', { weight: 1 }, { weight: 0 }), 1, 'ok'],
    [
      'forced up with weight 0: nothing to serve with',
      server('up', { force: 'up', weight: 0 }),
      0,
      'noWeight',
    ],
  ] as const)('%s', (_what, candidate, weight, reason) => {
    expect(one(candidate)).toEqual([weight, reason]);
  });
});

describe('min_servers', () => {
  const reasons = (minServers: number, ...candidates: readonly Candidate[]): readonly StandingReason[] =>
    standingsOf(candidates, { ...RULES, minServers }, NOW).map(({ reason }) => reason);
  const fallen = (fell: number): Candidate => server('down', {}, { fell });

  it('takes nobody back while enough are left', () => {
    expect(reasons(1, server('up'), fallen(1))).toEqual(['ok', 'down']);
  });

  it('keeps the last one to fall', () => {
    expect(reasons(1, fallen(2), fallen(1))).toEqual(['held', 'down']);
    expect(reasons(2, fallen(2), fallen(1), fallen(3))).toEqual(['held', 'down', 'held']);
  });

  it('lets it go when another one is back', () => {
    expect(reasons(1, fallen(2), server('up'))).toEqual(['down', 'ok']);
  });

  it('gives a held server its whole weight', () => {
    expect(standingsOf([fallen(1)], { ...RULES, minServers: 1 }, NOW)).toEqual([
      { weight: 2, reason: 'held' },
    ]);
  });

  it('does not stand against operators', () => {
    expect(reasons(2, server('up', { drain: true }), server('up', { force: 'down' }))).toEqual([
      'drained',
      'forcedDown',
    ]);
    expect(reasons(1, server('up', { drain: true }), fallen(1))).toEqual(['drained', 'held']);
  });

  it('counts a server that is forced up', () => {
    expect(reasons(1, server('down', { force: 'up' }), fallen(1))).toEqual(['forcedUp', 'down']);
  });
});

describe('a slow start of 20 s', () => {
  const SLOW = { ...RULES, slowStart: millis(20_000) };
  const share = (sinceMillis: number, more: Partial<Orders> = {}): unknown =>
    standingsOf([server('up', more, { returnedAt: millis(NOW - sinceMillis) })], SLOW, NOW)[0];

  it('begins with a tenth of the weight', () => {
    expect(share(0)).toEqual({ weight: 0.2, reason: 'slowStart' });
    expect(share(3_999)).toEqual({ weight: 0.2, reason: 'slowStart' });
  });

  it('grows by tenths', () => {
    expect(share(4_000)).toEqual({ weight: 0.4, reason: 'slowStart' });
    expect(share(10_000)).toEqual({ weight: 1, reason: 'slowStart' });
    expect(share(19_999)).toEqual({ weight: 1.8, reason: 'slowStart' });
  });

  it('is over after its time', () => {
    expect(share(20_000)).toEqual({ weight: 2, reason: 'ok' });
  });

  it('has a next step every two seconds, and none in the end', () => {
    const step = (since: number) => nextStep(millis(NOW - since), SLOW.slowStart, NOW);
    expect([step(0), step(1_999), step(2_000)]).toEqual([NOW + 2_000, NOW + 1, NOW + 2_000]);
    expect(step(20_000)).toBeUndefined();
    expect(nextStep(undefined, SLOW.slowStart, NOW)).toBeUndefined();
    expect(nextStep(NOW, undefined, NOW)).toBeUndefined();
  });

  it('does not hold back a server that is forced up', () => {
    expect(share(0, { force: 'up' })).toEqual({ weight: 2, reason: 'forcedUp' });
  });
});
