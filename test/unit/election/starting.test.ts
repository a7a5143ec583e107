import { describe, expect, test } from 'vitest';
import { Bench, takeover } from './bench.js';

describe('a starting director', () => {
  test('listens for a second, then asks for the VIP, then is active as there is no peer', () => {
    const bench = new Bench();
    bench.ready(10);
    expect(bench.wake).toBe(1000);
    expect(bench.at(999)).toEqual([]);
    expect(bench.at(1000)).toEqual(['probeVip']);
    expect(bench.role).toBe('starting');
    expect(bench.at(1009)).toEqual([]);
    expect(bench.at(1010)).toEqual(['probeVip']);
    expect(bench.at(1019)).toEqual([]);
    expect(bench.at(1020)).toEqual(takeover('starting>active noPeer term 1 after 1020'));
    expect(bench.role).toBe('active');
  });

  test('is not active while somebody answers for the VIP', () => {
    const bench = new Bench();
    bench.ready(10);
    bench.at(1000);
    const answer = { type: 'vipAnswered', address: '192.0.2.1', mac: '02:00:00:00:00:07' } as const;
    expect(bench.at(1003, answer)).toEqual(['warn 192.0.2.1 02:00:00:00:00:07']);
    expect(bench.mode).toBe('held');
    expect(bench.role).toBe('starting');
  });

  test('becomes backup at once when an active is heard', () => {
    const bench = new Bench();
    bench.ready(10);
    expect(bench.heard(20, { role: 'active', term: 7 })).toEqual([
      'sendPulse',
      'tell starting>backup peerActive term 7',
    ]);
  });

  test('becomes backup after listening when it is not ready', () => {
    const bench = new Bench();
    expect(bench.at(999)).toEqual([]);
    expect(bench.at(1000)).toEqual(['sendPulse', 'tell starting>backup started term 0']);
    expect(bench.ready(1500)).toEqual(['probeVip']);
    bench.at(1510);
    expect(bench.at(1520)).toEqual(takeover('backup>active noPeer term 1 after 1520'));
  });

  test('of two that start, both ready, the lower index is active at once', () => {
    const bench = new Bench(0);
    bench.ready(10);
    expect(bench.heard(20, { role: 'starting', inSync: false })).toEqual(
      takeover('starting>active vacant term 1'),
    );
  });

  test('of two that start, both ready, the higher index waits for the other', () => {
    const bench = new Bench(1);
    bench.ready(10);
    expect(bench.heard(20, { role: 'starting', inSync: false })).toEqual([]);
    expect(bench.heard(30, { role: 'active', term: 1 })).toEqual([
      'sendPulse',
      'tell starting>backup peerActive term 1',
    ]);
  });

  test('of two that start, the ready one waits for the other until it has listened, then is active', () => {
    const bench = new Bench(1);
    bench.ready(10);
    expect(bench.heard(990, { role: 'starting', ready: false, inSync: false })).toEqual([]);
    expect(bench.at(999)).toEqual([]);
    expect(bench.at(1000)).toEqual(takeover('starting>active vacant term 1'));
  });

  test('leaves a vacant role to a backup that is in sync', () => {
    const bench = new Bench(0);
    bench.ready(10);
    expect(bench.heard(20, { role: 'backup', inSync: true })).toEqual([]);
  });

  test('does not wait for a backup that cannot be active', () => {
    const bench = new Bench(1);
    bench.ready(10);
    expect(bench.heard(20, { role: 'backup', ready: false, inSync: false })).toEqual(
      takeover('starting>active vacant term 1'),
    );
  });

  test('becomes backup after listening when the other one is to take the role', () => {
    const bench = new Bench(1);
    bench.ready(10);
    bench.heard(990, { role: 'backup' });
    expect(bench.at(1000)).toEqual(['sendPulse', 'tell starting>backup started term 0']);
  });

  test('asks for the VIP when the other one has fallen silent meanwhile: its last word is old', () => {
    const bench = new Bench(0);
    bench.ready(10);
    bench.heard(20, { role: 'starting', ready: false, inSync: false });
    expect(bench.silent(60)).toEqual([]);
    expect(bench.at(999)).toEqual([]);
    expect(bench.at(1000)).toEqual(['probeVip']);
  });

  test('becomes backup at once when an active is heard while it asks for the VIP', () => {
    const bench = new Bench();
    bench.ready(10);
    bench.at(1000);
    expect(bench.heard(1003, { role: 'active', term: 7 })).toEqual([
      'sendPulse',
      'tell starting>backup peerActive term 7',
    ]);
  });

  test('that has lost its links while it asks for the VIP becomes backup', () => {
    const bench = new Bench();
    bench.ready(10);
    bench.at(1000);
    expect(bench.at(1005, { type: 'fitness', fitness: 0 })).toEqual([
      'sendPulse',
      'tell starting>backup started term 0',
    ]);
  });
});
