import { describe, expect, test } from 'vitest';
import { mayRenew } from '../../../src/election/model.js';
import { active, backup, release, takeover } from './bench.js';

const ANSWER = { type: 'vipAnswered', address: '192.0.2.1', mac: '02:00:00:00:00:07' } as const;

const WARNING = 'warn 192.0.2.1 02:00:00:00:00:07';

describe('an active', () => {
  test('stays active when its peer falls silent, and asks the LAN whether it is the only one', () => {
    const bench = active();
    expect(bench.silent(2030)).toEqual(['probeVip']);
    expect(mayRenew(bench.state)).toBe(true);
    expect(bench.at(2040)).toEqual(['probeVip']);
    expect(bench.at(2050)).toEqual([]);
    expect(bench.role).toBe('active');
  });

  test('asks the LAN again every second until the peer is heard', () => {
    const bench = active();
    bench.silent(2030);
    bench.at(2040);
    bench.at(2050);
    expect(bench.wake).toBe(3050);
    expect(bench.at(3049)).toEqual([]);
    expect(bench.at(3050)).toEqual(['probeVip']);
    bench.heard(3055);
    expect(bench.at(3060)).toEqual([]);
    expect(bench.wake).toBeUndefined();
  });

  test('tells the neighbours and the administrator when a stranger claims the VIP, at most once a second', () => {
    const bench = active();
    bench.heard(5000);
    expect(bench.at(5001, ANSWER)).toEqual(['announceAddresses', WARNING]);
    expect(bench.role).toBe('active');
    expect(bench.at(6000, ANSWER)).toEqual([]);
    expect(bench.at(6001, ANSWER)).toEqual(['announceAddresses', WARNING]);
  });

  test('takes claims just after its takeover for the echo of the old active', () => {
    const bench = backup();
    // lease 200 ms and two intervals behind the takeover at 110
    bench.heard(110, { role: 'stopped', goodbye: true });
    expect(bench.role).toBe('active');
    bench.heard(115, { role: 'backup' });
    expect(bench.at(329, ANSWER)).toEqual([]);
    expect(bench.at(330, ANSWER)).toEqual(['announceAddresses', WARNING]);
  });

  test('leaves the claims of a peer that is active to the ranks', () => {
    const bench = active();
    bench.heard(5000, { role: 'active', term: 0 });
    expect(bench.at(5001, ANSWER)).toEqual([]);
  });

  test('that has lost its last link gives the role up at once, whatever the peer does', () => {
    const bench = active();
    expect(bench.at(2006, { type: 'fitness', fitness: 0 })).toEqual(release('active>backup linkDown term 1'));
  });

  test('that was cut off listens before it takes a role again, whatever it has not heard meanwhile', () => {
    const bench = active();
    bench.at(2006, { type: 'fitness', fitness: 0 });
    bench.silent(2040);
    expect(bench.at(9000)).toEqual([]);
    expect(bench.at(9001, { type: 'fitness', fitness: 0x200 })).toEqual([]);
    expect(bench.at(10_000)).toEqual([]);
    expect(bench.at(10_001)).toEqual(['probeVip']);
  });

  test('that took the role from a silent peer asks the LAN a second later', () => {
    const bench = backup();
    bench.silent(130);
    bench.at(140);
    bench.at(150);
    expect(bench.at(1149)).toEqual([]);
    expect(bench.at(1150)).toEqual(['probeVip']);
  });

  test('that is not the only one and cannot hear the other asks again, and then the higher index gives way', () => {
    const bench = active(1);
    bench.silent(2030);
    expect(bench.at(2031, ANSWER)).toEqual([]);
    expect(bench.at(2040, ANSWER)).toEqual([]);
    expect(bench.at(2041)).toEqual(['probeVip']);
    expect(bench.at(2042, ANSWER)).toEqual([...release('active>backup outranked term 1'), WARNING]);
  });

  test('stays when nobody claims the VIP a second time', () => {
    const bench = active(1);
    bench.silent(2030);
    bench.at(2031, ANSWER);
    expect([2041, 2051, 2061].map((now) => bench.at(now))).toEqual([['probeVip'], ['probeVip'], []]);
    expect(bench.role).toBe('active');
  });

  test('stays when the other one is heard after its claim, and ranks lower', () => {
    const bench = backup(1);
    bench.silent(130);
    bench.at(140);
    bench.at(150);
    bench.at(500, ANSWER);
    bench.heard(505, { role: 'backup', term: 6 });
    expect(bench.role).toBe('active');
  });

  test('that is not the only one and cannot hear the other warns when it has the lower index', () => {
    const bench = active(0);
    bench.silent(2030);
    expect(bench.at(2031, ANSWER)).toEqual([WARNING]);
    expect(bench.role).toBe('active');
    expect(bench.at(2040)).toEqual([]);
    expect(bench.at(3031)).toEqual(['probeVip']);
    expect(bench.at(3032, ANSWER)).toEqual([]);
  });

  test('does not give the role up for a claim to the VIP that it has not asked for', () => {
    const bench = active(1);
    expect(bench.at(2010, ANSWER)).not.toContain('release');
    expect(bench.role).toBe('active');
  });

  test('gives way at once to an active with a higher term, silent to the clients first', () => {
    expect(active().heard(2010, { role: 'active', term: 2 })).toEqual(
      release('active>backup outranked term 2'),
    );
  });

  test('keeps the role from an active with a lower term, says so, and wins the neighbours back', () => {
    const bench = backup(1);
    bench.silent(130);
    bench.at(140);
    bench.at(150);
    expect(bench.heard(200, { role: 'active', term: 5 })).toEqual(['sendPulse']);
    expect(bench.heard(210, { role: 'active', term: 5 })).toEqual([]);
    expect(bench.heard(220, { role: 'backup', term: 6 })).toEqual(['announceAddresses']);
    expect(bench.heard(230, { role: 'backup', term: 6 })).toEqual([]);
    expect(bench.role).toBe('active');
  });

  test('asks no question while another claims the role, and wants no wake-up for it', () => {
    const bench = backup(1);
    bench.silent(130);
    bench.at(140);
    bench.at(150);
    bench.heard(1100, { role: 'active', term: 5 });
    expect(bench.heard(1150, { role: 'active', term: 5 })).toEqual([]);
    expect(bench.wake).toBeUndefined();
  });

  test('with the same term, the higher index gives way', () => {
    expect(active(1).heard(2010, { role: 'active', term: 1 })).toEqual(
      release('active>backup outranked term 1'),
    );
    expect(active(0).heard(2010, { role: 'active', term: 1 })).toEqual(['sendPulse']);
  });

  test('that has released is not in sync until it is told so again', () => {
    const bench = active();
    bench.sync(2000);
    bench.heard(2010, { role: 'active', term: 2 });
    expect(bench.state.inSync).toBe(false);
  });

  test('that is no longer ready keeps the role when no better peer is there', () => {
    const bench = active();
    bench.heard(2005, { inSync: false });
    expect(bench.ready(2006, false)).toEqual([]);
    expect(bench.mode).toBe('active');
  });

  test('that is no longer ready offers the role to a peer that can take it', () => {
    const bench = active();
    expect(bench.ready(2006, false)).toEqual(['sendPulse']);
    expect(bench.state.mode).toMatchObject({ name: 'yielding', reason: 'notReady' });
    expect(bench.heard(2020, { role: 'active', term: 2 })).toEqual(release('active>backup notReady term 2'));
  });

  test('that has lost a link offers the role to a peer that has them all', () => {
    const bench = active();
    expect(bench.at(2006, { type: 'fitness', fitness: 0x100 })).toEqual(['sendPulse']);
    expect(bench.state.mode).toMatchObject({ name: 'yielding', reason: 'linkDown' });
  });

  test('that has lost a link keeps the role when the peer has lost one too', () => {
    const bench = active();
    bench.heard(2005, { fitness: 0x100 });
    expect(bench.at(2006, { type: 'fitness', fitness: 0x100 })).toEqual([]);
  });

  test('offers the role again only after a pause', () => {
    const bench = active();
    bench.at(2006, { type: 'fitness', fitness: 0x100 });
    bench.heard(4000);
    expect(bench.at(4006)).toEqual(['sendPulse']);
    expect(bench.mode).toBe('active');
    expect(bench.heard(5005)).toEqual([]);
    expect(bench.heard(5006)).toEqual(['sendPulse']);
    expect(bench.mode).toBe('yielding');
  });

  test('whose addresses the kernel refuses releases, and tries again after a pause', () => {
    const bench = backup();
    bench.heard(110, { role: 'stopped', ready: false, goodbye: true, term: 5 });
    expect(bench.at(110, { type: 'raiseFailed' })).toEqual(release('active>backup notReady term 6'));
    expect(bench.wake).toBe(1110);
    expect(bench.heard(1109, { role: 'stopped', ready: false, goodbye: true, term: 5 })).toEqual([]);
    expect(bench.at(1110)).toEqual(takeover('backup>active peerReleased term 7'));
  });
});

describe('an active whose own lease ran out in a stall', () => {
  test('renews it only after it has heard the peer, which is not active', () => {
    const bench = active();
    expect(bench.at(2500, { type: 'lapsed' })).toEqual(['sendPulse']);
    expect(bench.role).toBe('active');
    expect(bench.at(2500)).toEqual([]);
    // This may have been sent before the peer took the role.
    expect(bench.heard(2510)).toEqual([]);
    expect(bench.heard(2511)).toEqual(['raise', 'startLease', 'announceAddresses']);
  });

  test('asks for the VIP when nobody is heard, and renews it when nobody answers', () => {
    const bench = active();
    bench.silent(2400);
    bench.at(2500, { type: 'lapsed' });
    expect(bench.wake).toBe(2530);
    expect(bench.at(2529)).toEqual([]);
    expect(bench.at(2530)).toEqual(['probeVip']);
    expect(bench.at(2540)).toEqual(['probeVip']);
    expect(bench.at(2549)).toEqual([]);
    expect(bench.at(2550)).toEqual(['raise', 'startLease', 'announceAddresses']);
    expect(bench.at(2560)).toEqual([]);
  });

  test('gives way when somebody answers for the VIP and cannot be heard', () => {
    const bench = active();
    bench.silent(2400);
    bench.at(2500, { type: 'lapsed' });
    bench.at(2530);
    expect(bench.at(2531, ANSWER)).toEqual([...release('active>backup outranked term 1'), WARNING]);
  });

  test('gives way when the peer has taken over meanwhile', () => {
    const bench = active();
    bench.at(2500, { type: 'lapsed' });
    expect(bench.heard(2505, { role: 'active', term: 2 })).toEqual(release('active>backup outranked term 2'));
  });

  test('breaks a handover off', () => {
    const bench = active();
    bench.at(2001, { type: 'handover' });
    expect(bench.at(2500, { type: 'lapsed' })).toEqual([
      'sendPulse',
      'reply no: This director has stalled.',
      'sendPulse',
    ]);
    expect(bench.mode).toBe('active');
  });
});
