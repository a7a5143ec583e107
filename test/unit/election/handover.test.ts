import { describe, expect, test } from 'vitest';
import { mayRenew } from '../../../src/election/model.js';
import { active, backup, Bench, release, takeover } from './bench.js';

const WARNING = 'warn 192.0.2.1 02:00:00:00:00:07';

describe('a handover asked of the active', () => {
  test('is offered, kept up until the peer is active, then released and answered', () => {
    const bench = active();
    expect(bench.at(2001, { type: 'handover' })).toEqual(['sendPulse']);
    expect(bench.state.mode).toMatchObject({ name: 'yielding', reason: 'operator' });
    expect(bench.role).toBe('active');
    // The clients are served until the peer has taken over.
    expect(mayRenew(bench.state)).toBe(true);
    expect(bench.heard(2010)).toEqual([]);
    expect(bench.heard(2020, { role: 'active', term: 2 })).toEqual([
      ...release('active>backup operator term 2'),
      'reply yes: The peer is active.',
    ]);
  });

  test('is taken back when the peer does not take it in time', () => {
    const bench = active();
    bench.at(2001, { type: 'handover' });
    bench.heard(4000);
    expect(bench.wake).toBe(4001);
    expect(bench.at(4000)).toEqual([]);
    expect(bench.at(4001)).toEqual(['sendPulse', 'reply no: The peer did not take the role in time.']);
    expect(bench.mode).toBe('active');
  });

  test('is taken back when the peer dies before it has taken the role', () => {
    const bench = active();
    bench.at(2001, { type: 'handover' });
    expect(bench.silent(2030)).toEqual(['sendPulse', 'reply no: The peer is not heard.']);
    expect(bench.role).toBe('active');
    // Or did it take the role, and only its word is lost? Nobody answers, so no.
    expect(mayRenew(bench.state)).toBe(false);
    expect(bench.at(2030)).toEqual(['probeVip']);
    expect(bench.at(2040)).toEqual(['probeVip']);
    expect(bench.at(2050)).toEqual(['raise', 'startLease', 'announceAddresses']);
  });

  test('is taken back from a peer that has not taken this role but claims one as old', () => {
    const bench = active(0);
    bench.at(2001, { type: 'handover' });
    expect(bench.heard(2010, { role: 'active', term: 1 })).toEqual([
      'sendPulse',
      'reply no: The peer claims an older term.',
    ]);
    expect(bench.mode).toBe('active');
  });

  test('is completed when the peer has taken the role and only its word is lost', () => {
    const bench = active();
    bench.at(2001, { type: 'handover' });
    bench.silent(2030);
    bench.at(2030);
    const answer = { type: 'vipAnswered', address: '192.0.2.1', mac: '02:00:00:00:00:07' } as const;
    expect(bench.at(2031, answer)).toEqual([...release('active>backup outranked term 1'), WARNING]);
  });

  test.each([
    ['is not ready', { ready: false }, 'The peer is not ready to be active.'],
    ['is not in sync', { inSync: false }, 'The peer is not in sync.'],
    ['is starting', { role: 'starting' }, 'The peer is starting, not backup.'],
  ] as const)('is refused when the peer %s', (_, report, sentence) => {
    const bench = active();
    bench.heard(2001, report);
    expect(bench.at(2002, { type: 'handover' })).toEqual([`reply no: ${sentence}`]);
    expect(bench.mode).toBe('active');
  });

  test('is refused when the peer is silent', () => {
    const bench = active();
    bench.silent(2030);
    expect(bench.at(2031, { type: 'handover' })).toEqual(['reply no: The peer is not heard.']);
  });

  test('is refused while another one runs', () => {
    const bench = active();
    bench.at(2001, { type: 'handover' });
    expect(bench.at(2002, { type: 'handover' })).toEqual(['reply no: A handover is running already.']);
  });

  test('asked by the pulse of the backup is the same, without an answer of our own', () => {
    const bench = active();
    expect(bench.heard(2010, { asksForRole: true })).toEqual(['sendPulse']);
    expect(bench.state.mode).toMatchObject({ name: 'yielding', reason: 'operator', asked: false });
    expect(bench.heard(2020, { role: 'active', term: 2 })).toEqual(release('active>backup operator term 2'));
  });
});

describe('a handover asked of the backup', () => {
  test('is asked of the active, and answered when this director is active', () => {
    const bench = backup();
    expect(bench.at(110, { type: 'handover' })).toEqual(['sendPulse']);
    expect(bench.state.roleAskedUntil).toBe(2110);
    expect(bench.heard(120, { role: 'active', term: 5, offer: 'operator' })).toEqual([
      ...takeover('backup>active operator term 6'),
      'reply yes: This director is active.',
    ]);
    expect(bench.state.roleAskedUntil).toBeUndefined();
  });

  test('is refused at its deadline when the active offers nothing', () => {
    const bench = backup();
    bench.at(110, { type: 'handover' });
    expect(bench.heard(2109, { role: 'active', term: 5 })).toEqual([]);
    expect(bench.wake).toBe(2110);
    expect(bench.at(2110)).toEqual([
      'reply no: The active did not offer its role in time; its own status says why.',
    ]);
    expect(bench.at(2111)).toEqual([]);
  });

  test('is answered even when the active dies meanwhile and the role is taken for that', () => {
    const bench = backup();
    bench.at(110, { type: 'handover' });
    bench.silent(130);
    bench.at(140);
    expect(bench.at(150)).toEqual([
      ...takeover('backup>active peerDead term 6 after 50'),
      'reply yes: This director is active.',
    ]);
  });

  test('is refused by itself when it is not ready or not in sync', () => {
    const bench = backup();
    bench.sync(101, false);
    expect(bench.at(102, { type: 'handover' })).toEqual(['reply no: This director is not in sync.']);
    bench.ready(103, false);
    expect(bench.at(104, { type: 'handover' })).toEqual([
      'reply no: This director is not ready to be active.',
    ]);
  });

  test('is refused by a director that is starting, whether it hears anybody or not', () => {
    const bench = new Bench();
    const refusal = ['reply no: This director is starting and has nobody to ask.'];
    expect(bench.at(5, { type: 'handover' })).toEqual(refusal);
    bench.heard(10, { role: 'starting', ready: false });
    expect(bench.at(15, { type: 'handover' })).toEqual(refusal);
  });

  test('is refused while another one runs', () => {
    const bench = backup();
    bench.at(110, { type: 'handover' });
    expect(bench.at(111, { type: 'handover' })).toEqual(['reply no: A handover is running already.']);
  });

  test('is refused while nobody is active, and while nobody is heard', () => {
    const refusal = ['reply no: No active peer is heard that could give the role.'];
    const vacant = backup(1);
    vacant.heard(110, { role: 'backup' });
    expect(vacant.at(111, { type: 'handover' })).toEqual(refusal);
    const alone = backup();
    alone.ready(105, false);
    alone.silent(130);
    expect(alone.at(131, { type: 'handover' })).toEqual(refusal);
  });

  test('is refused while a silent active is asked for: the role is about to be taken', () => {
    const bench = backup();
    bench.silent(130);
    expect(bench.at(131, { type: 'handover' })).toEqual([
      'reply no: This director is backup and has nobody to ask.',
    ]);
  });

  test('does not make it miss the death of the active', () => {
    const bench = backup();
    bench.at(110, { type: 'handover' });
    bench.silent(130);
    expect(bench.wake).toBe(140);
  });

  test('is answered when the director stops', () => {
    const bench = backup();
    bench.at(110, { type: 'handover' });
    expect(bench.at(120, { type: 'stop' })).toEqual([
      ...release('backup>stopped stopping term 5'),
      'reply no: This director stops.',
      'ended',
    ]);
  });
});

describe('a stop', () => {
  test('of an active offers the role first, then releases, says goodbye and ends', () => {
    const bench = active();
    expect(bench.at(2001, { type: 'stop' })).toEqual(['sendPulse']);
    expect(bench.state.mode).toMatchObject({ name: 'yielding', reason: 'stopping', thenStop: true });
    expect(bench.heard(2010, { role: 'active', term: 2 })).toEqual([
      ...release('active>backup stopping term 2'),
      ...release('backup>stopped stopping term 2'),
      'ended',
    ]);
  });

  test('of an active without a peer that could take the role releases at once', () => {
    const bench = active();
    bench.silent(2030);
    expect(bench.at(2031, { type: 'stop' })).toEqual([...release('active>stopped stopping term 1'), 'ended']);
  });

  test('of an active whose peer does not take the role in time releases all the same', () => {
    const bench = active();
    bench.at(2001, { type: 'stop' });
    bench.heard(4000);
    expect(bench.at(4001)).toEqual([...release('active>stopped stopping term 1'), 'ended']);
  });

  test('during a handover ends after it, and the operator is answered', () => {
    const bench = active();
    bench.at(2001, { type: 'handover' });
    bench.at(2002, { type: 'stop' });
    expect(bench.heard(2010, { role: 'active', term: 2 })).toEqual([
      ...release('active>backup operator term 2'),
      'reply yes: The peer is active.',
      ...release('backup>stopped stopping term 2'),
      'ended',
    ]);
  });

  test('of a backup says goodbye and ends, and nothing wakes it again', () => {
    const bench = backup();
    expect(bench.at(110, { type: 'stop' })).toEqual([...release('backup>stopped stopping term 5'), 'ended']);
    expect(bench.silent(130)).toEqual([]);
    expect(bench.wake).toBeUndefined();
    expect(bench.at(140, { type: 'stop' })).toEqual([]);
    bench.at(150, { type: 'late' });
    expect(bench.state.mode).toEqual({ name: 'stopped' });
  });

  test('of an active that stalls meanwhile is an end at once, and the end is the end', () => {
    const bench = active();
    bench.at(2001, { type: 'stop' });
    expect(bench.at(2500, { type: 'lapsed' })).toEqual([
      ...release('active>stopped stopping term 1'),
      'ended',
    ]);
    expect(bench.state.mode).toEqual({ name: 'stopped' });
  });
});
