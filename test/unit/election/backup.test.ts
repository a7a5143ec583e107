import { describe, expect, test } from 'vitest';
import { backup, Bench, takeover } from './bench.js';

const ANSWER = { type: 'vipAnswered', address: '192.0.2.1', mac: '02:00:00:00:00:07' } as const;

describe('a backup whose active is silent', () => {
  test('asks for the VIP at once, twice, and takes over when the second answer is overdue', () => {
    const bench = backup();
    expect(bench.silent(130)).toEqual(['probeVip']);
    expect(bench.role).toBe('backup');
    expect(bench.wake).toBe(140);
    expect(bench.at(139)).toEqual([]);
    expect(bench.at(140)).toEqual(['probeVip']);
    expect(bench.at(149)).toEqual([]);
    expect(bench.at(150)).toEqual(takeover('backup>active peerDead term 6 after 50'));
  });

  test('reports since when the active was silent and when it asked', () => {
    const bench = backup();
    bench.silent(130);
    bench.at(140);
    const before = bench.state;
    bench.at(150);
    expect(before.mode).toMatchObject({ silentSince: 100, firstProbeAt: 130 });
  });

  test('goes back to listening when the active is heard again while it asks', () => {
    const bench = backup();
    bench.silent(130);
    expect(bench.heard(145, { role: 'active', term: 5 })).toEqual([]);
    expect(bench.mode).toBe('backup');
    expect(bench.at(150)).toEqual([]);
  });

  test('does nothing while it is not ready, and asks as soon as it is', () => {
    const bench = backup();
    bench.ready(110, false);
    expect(bench.silent(130)).toEqual([]);
    expect(bench.at(500)).toEqual([]);
    expect(bench.ready(600)).toEqual(['probeVip']);
  });

  test('stops asking when it is no longer ready', () => {
    const bench = backup();
    bench.silent(130);
    bench.ready(145, false);
    expect(bench.at(150)).toEqual([]);
    expect(bench.mode).toBe('backup');
  });

  test('takes over without being in sync: the active is dead', () => {
    const bench = backup();
    bench.sync(110, false);
    bench.silent(130);
    bench.at(140);
    expect(bench.at(150)).toEqual(takeover('backup>active peerDead term 6 after 50'));
  });

  test('that woke late waits for the answer once more', () => {
    const bench = backup();
    bench.silent(130);
    bench.at(140);
    expect(bench.at(190, { type: 'late' })).toEqual([]);
    expect(bench.at(199)).toEqual([]);
    expect(bench.at(200)).toEqual(takeover('backup>active peerDead term 6 after 100'));
  });

  test('that always wakes late takes over all the same after the third time', () => {
    const bench = backup();
    bench.silent(130);
    bench.at(140);
    for (const now of [190, 240, 290]) expect(bench.at(now, { type: 'late' })).toEqual([]);
    expect(bench.at(340, { type: 'late' })).toEqual(takeover('backup>active peerDead term 6 after 240'));
  });
});

describe('a backup whose active is quiet', () => {
  test('asks for the VIP before the silence is long enough, and takes over when it is', () => {
    const bench = backup();
    expect(bench.quiet(110)).toEqual(['probeVip']);
    expect(bench.wake).toBe(120);
    expect(bench.at(120)).toEqual(['probeVip']);
    // Nothing but the silence is waited for now.
    expect(bench.wake).toBeUndefined();
    expect(bench.at(130)).toEqual([]);
    expect(bench.silent(130)).toEqual(takeover('backup>active peerDead term 6 after 30'));
  });

  test('waits for the last answer when the silence is long enough before it', () => {
    const bench = backup();
    bench.quiet(115);
    bench.at(125);
    expect(bench.silent(130)).toEqual([]);
    expect(bench.wake).toBe(135);
    expect(bench.at(135)).toEqual(takeover('backup>active peerDead term 6 after 35'));
  });

  test('goes back to listening when the active is heard', () => {
    const bench = backup();
    bench.quiet(110);
    expect(bench.heard(115, { role: 'active', term: 5 })).toEqual([]);
    expect([bench.mode, bench.at(120), bench.at(130)]).toEqual(['backup', [], []]);
  });

  test('says nothing when it is answered, and asks again only when the silence is long enough', () => {
    const bench = backup();
    bench.quiet(110);
    expect(bench.at(111, ANSWER)).toEqual([]);
    expect([bench.mode, bench.at(120)]).toEqual(['backup', []]);
    expect(bench.silent(130)).toEqual(['probeVip']);
    expect(bench.at(131, ANSWER)).toEqual(['warn 192.0.2.1 02:00:00:00:00:07']);
  });

  test('does not ask while it is not ready, nor for a peer that is not active', () => {
    const unready = backup();
    unready.ready(105, false);
    expect(unready.quiet(110)).toEqual([]);
    const vacant = backup();
    vacant.heard(105, { role: 'backup', term: 5, fitness: 0x300 });
    expect(vacant.quiet(125)).toEqual([]);
  });

  test('still asks it for the role when its operator wants it', () => {
    const bench = backup();
    bench.quiet(110);
    expect(bench.at(111, { type: 'handover' })).toEqual(['sendPulse']);
  });
});

describe('a backup whose links have just come back', () => {
  const returned = (): Bench => {
    const bench = backup();
    bench.at(105, { type: 'fitness', fitness: 0 });
    bench.silent(130);
    bench.at(200, { type: 'fitness', fitness: 0x200 });
    return bench;
  };

  test('listens for a second before it takes the silence for anything', () => {
    const bench = returned();
    expect(bench.at(1199)).toEqual([]);
    expect(bench.at(1200)).toEqual(['probeVip']);
  });

  test('has listened for long enough when it hears the active', () => {
    const bench = returned();
    bench.heard(250, { role: 'active', term: 5 });
    expect(bench.silent(280)).toEqual(['probeVip']);
  });
});

describe('a backup whose VIP question is answered', () => {
  test('warns once, waits until the lease has run out, and asks again', () => {
    const bench = backup();
    bench.silent(130);
    expect(bench.at(131, ANSWER)).toEqual(['warn 192.0.2.1 02:00:00:00:00:07']);
    expect(bench.role).toBe('backup');
    // Last heard at 100, lease 200, two intervals on top.
    expect(bench.wake).toBe(320);
    expect(bench.at(319)).toEqual([]);
    expect(bench.at(320)).toEqual(['probeVip']);
    bench.at(330);
    expect(bench.at(340)).toEqual(takeover('backup>active peerDead term 6 after 240'));
  });

  test('stays backup as long as somebody answers, without further warnings', () => {
    const bench = backup();
    bench.silent(130);
    bench.at(131, ANSWER);
    bench.at(320);
    expect(bench.at(321, ANSWER)).toEqual([]);
    // From an answer after that time on: somebody renews the lease.
    expect(bench.at(540)).toEqual([]);
    expect(bench.at(541)).toEqual(['probeVip']);
    expect(bench.at(542, ANSWER)).toEqual([]);
    expect(bench.role).toBe('backup');
  });

  test('waits for the longer one of the two leases', () => {
    const bench = new Bench();
    bench.ready(0);
    bench.heard(50, { role: 'active', term: 5 });
    bench.heard(100, { role: 'active', term: 5, lease: 900 as never });
    bench.silent(130);
    bench.at(131, ANSWER);
    expect(bench.wake).toBe(1020);
  });

  test('does not believe a peer that says it is not active before the lease has run out', () => {
    const bench = backup(0);
    bench.silent(130);
    bench.at(131, ANSWER);
    expect(bench.heard(140, { role: 'backup', term: 5 })).toEqual([]);
    expect(bench.heard(319, { role: 'backup', term: 5 })).toEqual([]);
    expect(bench.heard(320, { role: 'backup', term: 5 })).toEqual([]);
    expect(bench.at(321)).toEqual(takeover('backup>active vacant term 6'));
  });

  test('believes a goodbye at once', () => {
    const bench = backup(0);
    bench.silent(130);
    bench.at(131, ANSWER);
    bench.heard(140, { role: 'stopped', ready: false, goodbye: true, term: 5 });
    expect(bench.at(141)).toEqual(takeover('backup>active peerReleased term 6'));
  });

  test('goes back to listening when the active is heard again', () => {
    const bench = backup();
    bench.silent(130);
    bench.at(131, ANSWER);
    expect(bench.heard(250, { role: 'active', term: 5 })).toEqual([]);
    expect(bench.mode).toBe('backup');
    expect(bench.at(400)).toEqual([]);
  });
});

describe('a backup whose peer lives and is not active', () => {
  test('takes over at once, without asking for the VIP, when the peer says goodbye', () => {
    const bench = backup();
    expect(bench.heard(110, { role: 'stopped', ready: false, goodbye: true, term: 5 })).toEqual(
      takeover('backup>active peerReleased term 6'),
    );
  });

  test('takes over as soon as it is ready when the peer had said goodbye', () => {
    const bench = backup();
    bench.ready(105, false);
    expect(bench.heard(110, { role: 'stopped', ready: false, goodbye: true, term: 5 })).toEqual([]);
    expect(bench.ready(120)).toEqual(takeover('backup>active peerReleased term 6'));
  });

  test('takes the vacant role at once when it is in sync and the peer is not', () => {
    const bench = backup(1);
    expect(bench.heard(110, { role: 'starting', inSync: false, term: 0 })).toEqual(
      takeover('backup>active vacant term 6'),
    );
  });

  test('takes the vacant role at once when it has more links', () => {
    const bench = backup(1);
    expect(bench.heard(110, { role: 'backup', fitness: 0x100 })).toEqual(
      takeover('backup>active vacant term 6'),
    );
  });

  test('of two that are equal, the lower index takes the vacant role at once', () => {
    expect(backup(0).heard(110, { role: 'backup' })).toEqual(takeover('backup>active vacant term 6'));
  });

  test('of two that are equal, the higher index takes it only after a grace', () => {
    const bench = backup(1);
    expect(bench.heard(110, { role: 'backup' })).toEqual([]);
    expect(bench.wake).toBe(190);
    expect(bench.heard(189, { role: 'backup' })).toEqual([]);
    expect(bench.at(190)).toEqual(takeover('backup>active vacant term 6'));
  });

  test('forgets the vacancy when the peer becomes active', () => {
    const bench = backup(1);
    bench.heard(110, { role: 'backup' });
    bench.heard(150, { role: 'active', term: 6 });
    expect(bench.heard(189, { role: 'active', term: 6 })).toEqual([]);
    expect(bench.at(190)).toEqual([]);
    expect(bench.role).toBe('backup');
  });

  test('leaves it vacant while it is not ready', () => {
    const bench = backup(0);
    bench.ready(105, false);
    expect(bench.heard(110, { role: 'backup', ready: false })).toEqual([]);
    expect(bench.heard(300, { role: 'backup', ready: false })).toEqual([]);
    expect(bench.wake).toBeUndefined();
  });
});

describe('a backup and a living active', () => {
  test('does nothing: a returning director stays backup, whatever it could do better', () => {
    const bench = new Bench(0);
    bench.ready(0);
    bench.heard(10, { role: 'active', term: 3 });
    bench.sync(500);
    expect(bench.heard(510, { role: 'active', term: 3, ready: false, fitness: 0 })).toEqual([]);
    expect(bench.role).toBe('backup');
  });

  test('takes an offered role', () => {
    expect(backup().heard(110, { role: 'active', term: 5, offer: 'operator' })).toEqual(
      takeover('backup>active operator term 6'),
    );
    expect(backup().heard(110, { role: 'active', term: 5, offer: 'stopping' })).toEqual(
      takeover('backup>active peerReleased term 6'),
    );
    expect(backup().heard(110, { role: 'active', term: 5, offer: 'notReady' })).toEqual(
      takeover('backup>active peerReleased term 6'),
    );
    expect(backup().heard(110, { role: 'active', term: 5, offer: 'uplinkDown' })).toEqual(
      takeover('backup>active uplinkDown term 6'),
    );
  });

  test('does not take an offered role while it is not in sync', () => {
    const bench = backup();
    bench.sync(105, false);
    expect(bench.heard(110, { role: 'active', term: 5, offer: 'operator' })).toEqual([]);
  });

  test('does not take an offered role while it is not ready', () => {
    const bench = backup();
    bench.ready(105, false);
    expect(bench.heard(110, { role: 'active', term: 5, offer: 'operator' })).toEqual([]);
  });
});
