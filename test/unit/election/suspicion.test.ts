/** What a director makes of silence, of claims to the VIP and of its own stalls, at the borders. */
import { describe, expect, test } from 'vitest';
import { step } from '../../../src/election/machine.js';
import { mayRenew, type Transition } from '../../../src/election/model.js';
import { millis } from '../../../src/time.js';
import { active, backup, Bench, release, takeover } from './bench.js';

const ANSWER = { type: 'vipAnswered', address: '192.0.2.1', mac: '02:00:00:00:00:07' } as const;
const WARNING = 'warn 192.0.2.1 02:00:00:00:00:07';
const GOODBYE = { role: 'stopped', ready: false, goodbye: true, term: 5 } as const;

/** The report of a change of role that this tick brings. */
function told(bench: Bench, now: number): Transition | undefined {
  const { actions } = step(bench.state, { type: 'tick' }, millis(now));
  return actions.flatMap((action) => (action.type === 'tell' ? [action.transition] : []))[0];
}

describe('the report of a takeover', () => {
  test('says since when the active was silent and when it was first asked for', () => {
    const bench = backup();
    bench.silent(130);
    bench.at(140);
    expect(told(bench, 150)).toEqual({
      from: 'backup',
      to: 'active',
      reason: 'peerDead',
      at: 150,
      term: 6,
      silentMillis: 50,
      steps: [
        { step: 'silentSince', at: 100 },
        { step: 'probed', at: 130 },
      ],
    });
  });

  test('has no such steps when nobody had to be asked for', () => {
    const bench = backup(1);
    bench.heard(110, { role: 'backup' });
    expect(told(bench, 190)).toMatchObject({ reason: 'vacant', silentMillis: 0, steps: [] });
  });

  test('says that the peer has released when that was its last word', () => {
    const bench = backup();
    bench.ready(105, false);
    bench.heard(110, GOODBYE);
    bench.silent(140);
    expect(bench.ready(200)).toEqual(['probeVip']);
    expect(bench.at(210)).toEqual(['probeVip']);
    expect(bench.at(220)).toEqual(takeover('backup>active peerReleased term 6 after 110'));
  });
});

describe('a backup', () => {
  test('that has lost one of its links asks for a silent active all the same, at once', () => {
    const bench = backup();
    bench.at(105, { type: 'fitness', fitness: 0x100 });
    expect(bench.silent(130)).toEqual(['probeVip']);
  });

  test('whose question was answered believes the peer when the lease has run out, though it is quiet again', () => {
    const bench = backup(1);
    bench.silent(130);
    bench.at(131, ANSWER);
    bench.heard(300, { role: 'backup', term: 5 });
    bench.quiet(315);
    expect(bench.at(320)).toEqual([]);
    expect(bench.mode).toBe('backup');
  });

  test('has no lease that could run out in a stall', () => {
    const bench = backup();
    expect(bench.at(110, { type: 'lapsed' })).toEqual([]);
    expect(bench.role).toBe('backup');
  });
});

describe('a director that asks for nobody', () => {
  test('takes nothing from having woken late', () => {
    const waiting = backup();
    expect(waiting.at(110, { type: 'late' })).toEqual([]);
    expect(waiting.state.mode).toEqual({ name: 'backup', vacantSince: undefined });
    const serving = active();
    expect(serving.at(2001, { type: 'late' })).toEqual([]);
    expect(serving.state.mode).toEqual({
      name: 'active',
      retryAt: 1020,
      doubt: undefined,
      contested: false,
      quietUntil: 1240,
    });
  });

  test('that is starting takes nothing from the silence of a peer that it has not heard', () => {
    const bench = new Bench();
    bench.silent(100);
    expect(bench.state.mode).toEqual({ name: 'starting', since: 0, until: 1000 });
  });
});

describe('an active', () => {
  test('that has never heard a peer gives the role up when its last link is gone', () => {
    const bench = new Bench();
    bench.ready(0);
    for (const now of [1000, 1010, 1020]) bench.at(now);
    expect(bench.at(1500, { type: 'fitness', fitness: 0 })).toEqual(release('active>backup linkDown term 1'));
  });

  test('does not renew its lapsed lease for the silence of the peer: that one may have taken over', () => {
    const bench = active();
    bench.at(2500, { type: 'lapsed' });
    expect(mayRenew(bench.state)).toBe(false);
    bench.silent(2510);
    expect(mayRenew(bench.state)).toBe(false);
    expect(bench.at(2530)).toEqual(['probeVip']);
  });

  test('with the lower index warns of a claim that comes after questions without an answer', () => {
    const bench = active(0);
    bench.silent(2030);
    for (const now of [2040, 2050]) bench.at(now);
    expect(bench.at(3050)).toEqual(['probeVip']);
    expect(bench.at(3051, ANSWER)).toEqual([WARNING]);
  });

  test('with the lower index that took over from a silent peer warns of the first claim', () => {
    const bench = backup(0);
    bench.silent(130);
    for (const now of [140, 150]) bench.at(now);
    expect(bench.at(1150)).toEqual(['probeVip']);
    expect(bench.at(1151, ANSWER)).toEqual([WARNING]);
  });

  test('with the higher index takes a claim as the second one when a probe spacing lies between them', () => {
    const bench = active(1);
    bench.silent(2030);
    bench.at(2031, ANSWER);
    expect(bench.at(2040, ANSWER)).toEqual([]);
    expect(bench.at(2041, ANSWER)).toEqual([...release('active>backup outranked term 1'), WARNING]);
  });
});
