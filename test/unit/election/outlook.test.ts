/** Predictions of the election about itself; each is followed by what then happens on the same bench. */
import { describe, expect, test } from 'vitest';
import { type Outlook, outlook } from '../../../src/election/outlook.js';
import { millis } from '../../../src/time.js';
import type { Bench } from './bench.js';
import { active, backup } from './bench.js';

const HERE = { serves: 'here', because: undefined };
const PEER = { serves: 'peer', because: undefined, within: 0 };

function at(bench: Bench, now: number): Outlook {
  return outlook(bench.state, millis(now));
}

describe('a backup in sync', () => {
  test('would take over from an active that dies, and says when: the silence, two questions, the answer', () => {
    const bench = backup();
    const { ifPeerDied, ifThisDied, hindrance, mode } = at(bench, 110);
    expect([mode, hindrance]).toEqual(['backup', undefined]);
    expect(ifPeerDied).toEqual({ ...HERE, within: 50 });
    expect(ifThisDied).toEqual(PEER);
    // And so it is.
    bench.silent(140);
    bench.at(150);
    expect(bench.role).toBe('backup');
    bench.at(160);
    expect(bench.role).toBe('active');
  });

  test('would get the role by a handover', () => {
    const bench = backup();
    bench.sync(105);
    expect(at(bench, 110).obstacle).toBeUndefined();
    expect(bench.at(110, { type: 'handover' })).toEqual(['sendPulse']);
  });
});

describe('a backup that is kept from being active', () => {
  test('without its data plane takes nothing over', () => {
    const bench = backup();
    bench.ready(105, false);
    const { ifPeerDied, hindrance, obstacle } = at(bench, 110);
    expect(ifPeerDied).toEqual({ serves: 'nobody', because: 'notReady', within: 0 });
    expect(hindrance).toBe('notReady');
    expect(obstacle).toBe('This director is not ready to be active.');
  });

  test('without a link neither', () => {
    const bench = backup();
    bench.sync(104);
    bench.at(105, { type: 'fitness', fitness: 0 });
    expect(at(bench, 110)).toMatchObject({
      ifPeerDied: { serves: 'nobody', because: 'noLink' },
      obstacle: 'This director has no link that carries.',
    });
    bench.silent(140);
    bench.at(150);
    bench.at(160);
    expect(bench.role).toBe('backup');
  });

  test('not in sync takes over all the same, but gets no role on request', () => {
    const bench = backup();
    bench.sync(105, false);
    expect(at(bench, 110)).toMatchObject({ ifPeerDied: HERE, obstacle: 'This director is not in sync.' });
  });
});

describe('an active', () => {
  test('goes on when its backup dies, and is followed by it', () => {
    const bench = active();
    expect(at(bench, 2001)).toMatchObject({
      mode: 'active',
      doubt: undefined,
      ifPeerDied: { ...HERE, within: 0 },
      ifThisDied: { serves: 'peer', because: undefined, within: 50 },
      obstacle: undefined,
    });
  });

  test.each([
    ['is not ready', { ready: false }, 'notReady', 'The peer is not ready to be active.'],
    ['has no link', { fitness: 0 }, 'noLink', 'The peer has no link that carries.'],
  ] as const)('is followed by nobody when its backup %s', (_, report, because, sentence) => {
    const bench = active();
    bench.heard(2001, report);
    expect(at(bench, 2002)).toMatchObject({
      ifThisDied: { serves: 'nobody', because },
      obstacle: sentence,
    });
    expect(bench.at(2002, { type: 'handover' })).toEqual([`reply no: ${sentence}`]);
  });

  test('is followed by a backup that is not in sync, which is no reason for a handover', () => {
    const bench = active();
    bench.heard(2001, { inSync: false });
    expect(at(bench, 2002)).toMatchObject({
      ifThisDied: { serves: 'peer' },
      obstacle: 'The peer is not in sync.',
    });
  });

  test('does not know what a silent peer would do', () => {
    const bench = active();
    bench.silent(2030);
    expect(at(bench, 2031)).toMatchObject({
      mode: 'active',
      doubt: 'silent',
      ifPeerDied: { ...HERE, within: 0 },
      ifThisDied: { serves: 'unknown', because: 'unheard' },
      obstacle: 'The peer is not heard.',
      fitter: undefined,
    });
  });

  test('that has lost its last link serves nobody, and nobody would', () => {
    const bench = active();
    bench.at(2001, { type: 'fitness', fitness: 0 });
    expect(at(bench, 2002)).toMatchObject({
      mode: 'backup',
      ifPeerDied: { serves: 'nobody', because: 'noLink' },
    });
  });
});

describe('the fitter one', () => {
  test.each([
    [0x200, 0x100, { who: 'here', because: 'linkDown' }],
    [0x200, 0x202, { who: 'peer', because: 'uplinkDown' }],
    [0x201, 0x200, { who: 'here', because: 'preferred' }],
    [0x200, 0x200, undefined],
  ] as const)('of %d here and %d there', (here, there, fitter) => {
    const bench = backup();
    bench.at(105, { type: 'fitness', fitness: here });
    bench.heard(106, { role: 'active', term: 1, fitness: there });
    expect(at(bench, 110).fitter).toEqual(fitter);
  });
});

test('looking changes nothing', () => {
  const { state } = active();
  const before = structuredClone(state);
  outlook(state, millis(2001));
  expect(state).toEqual(before);
});
