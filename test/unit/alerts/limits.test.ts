/** What of many alerts is told: a flapping link, a dead switch, and what must never wait. */
import { describe, expect, test } from 'vitest';
import type { Alert } from '../../../src/alerts/catalogue.js';
import { Limits, MOST_TOPICS, type Notice } from '../../../src/alerts/limits.js';
import { millis } from '../../../src/time.js';

const TIME = new Date('2026-03-01T12:00:00.000Z');

const lost = (path = 'public'): Alert => ({ id: 'path-lost', path, peer: 'beta' });
const back = (path = 'public'): Alert => ({ id: 'path-back', path, peer: 'beta' });

function at(now: number, alert: Alert, condition = 'run-1') {
  return { alert, relation: { condition }, at: millis(now), time: TIME };
}

/** `path-lost`, or `path-lost x17` for a line that stands for seventeen. */
function told(notices: readonly Notice[]): readonly string[] {
  return notices.map(({ alert: { id }, repeated }) =>
    repeated === undefined ? id : `${id} x${repeated.times}`,
  );
}

describe('a flapping path', () => {
  test('is told once lost and once back, and then once a minute with the count', () => {
    const limits = new Limits();
    const lines: string[] = [];
    // Ten minutes, lost and back each second.
    for (let now = 0; now < 600_000; now += 500)
      lines.push(...told(limits.take(at(now, now % 1000 === 0 ? lost() : back()))));
    expect(lines.slice(0, 4)).toEqual(['path-lost', 'path-back', 'path-back x118', 'path-back x120']);
    expect(lines).toHaveLength(11);
  });

  test('ends with the line that says how it stands', () => {
    const limits = new Limits();
    for (const alert of [lost(), back(), lost(), back(), lost()]) limits.take(at(0, alert));
    expect(limits.wakeAt()).toBe(60_000);
    expect(told(limits.due(millis(59_999)))).toEqual([]);
    expect(told(limits.due(millis(60_000)))).toEqual(['path-lost x3']);
    expect(limits.wakeAt()).toBe(120_000);
    expect(told(limits.due(millis(120_000)))).toEqual([]);
    expect(limits.wakeAt()).toBeUndefined();
    expect(told(limits.take(at(120_000, back())))).toEqual(['path-back']);
  });

  test('does not hide another one', () => {
    const limits = new Limits();
    limits.take(at(0, lost()));
    expect(told(limits.take(at(0, lost('private'))))).toEqual(['path-lost']);
  });

  test('is told back although it was first told up at the start', () => {
    const limits = new Limits();
    const first = { ...at(0, back()), relation: undefined };
    expect(told(limits.take(first))).toEqual(['path-back']);
    expect(told(limits.take(first))).toEqual([]);
    expect(told(limits.take(at(1, lost())))).toEqual(['path-lost']);
    expect(told(limits.take(at(2, back())))).toEqual(['path-back']);
  });

  test('keeps the time of what is told', () => {
    const limits = new Limits();
    limits.take(at(0, lost()));
    limits.take(at(7, lost()));
    limits.take(at(9, lost()));
    expect(limits.due(millis(60_000))[0]?.at).toBe(9);
  });
});

describe('what must not wait', () => {
  test.each<Alert>([
    { id: 'role-active', reason: 'peerDead', from: 'backup', term: 8, tookMillis: 38 },
    { id: 'role-backup', reason: 'operator', from: 'active', term: 8 },
    { id: 'takeover', reason: 'peerDead', peer: 'beta', silentMillis: 42, term: 8 },
    { id: 'no-server', service: 'ftp' },
    { id: 'service-back', service: 'ftp' },
    { id: 'vip-answered', address: '192.0.2.10', mac: '02:00:00:00:00:07' },
  ])('$id is told each time', (alert) => {
    const limits = new Limits();
    for (let turn = 0; turn < 1000; turn += 1) limits.take(at(turn, lost(String(turn))));
    for (let turn = 0; turn < 1000; turn += 1) expect(told(limits.take(at(1000, alert)))).toEqual([alert.id]);
  });
});

describe('a flood of different alerts', () => {
  test('is told up to a hundred a minute, and then summed up', () => {
    const limits = new Limits();
    const lines: string[] = [];
    for (let turn = 0; turn < 217; turn += 1) lines.push(...told(limits.take(at(turn, lost(`p${turn}`)))));
    for (let turn = 0; turn < 3; turn += 1)
      limits.take(at(300, { id: 'fault', operation: `o${turn}`, reason: 'EIO' }));
    expect(lines).toHaveLength(100);
    const due = limits.due(millis(60_300));
    expect(due.map(({ alert }) => alert)).toEqual([
      { id: 'alerts-limited', suppressed: 120, kinds: 'path-lost 117, fault 3' },
    ]);
    expect(limits.counters()).toEqual({ collapsed: 0, suppressed: 120 });
    expect(told(limits.take(at(60_300, back('p1'))))).toEqual(['path-back']);
  });

  test('of more topics than are remembered is still bounded', () => {
    const limits = new Limits();
    for (let turn = 0; turn < 10_000; turn += 1) limits.take(at(0, lost(String(turn))));
    expect(limits.counters().suppressed).toBe(9900);
    expect(MOST_TOPICS).toBe(1000);
    expect(limits.due(millis(60_000))).toHaveLength(1);
    expect(limits.wakeAt()).toBeUndefined();
  });
});
