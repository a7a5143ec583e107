/** What a kernel would not take: how the backup keeps it, and how the active hears of it. */
import { describe, expect, it } from 'vitest';
import { tupleKey } from '../../../src/conntrack/tuple.js';
import type { RefusedEntry } from '../../../src/journal/refusal-report.js';
import { PeerRefusals } from '../../../src/replication/peer-refusals.js';
import { reasonOf, Refusals } from '../../../src/replication/refusals.js';
import { millis } from '../../../src/time.js';
import { announcement, controlFlow } from './samples.js';

const at = millis;

const refused = (port: number, part: RefusedEntry['part'] = 'flow'): RefusedEntry => ({
  part,
  reason: 'tableFull',
  orig: controlFlow(port).orig,
});

describe('how many entries the backup refuses', () => {
  it('are flows and channels, each once however often it is said', () => {
    const heard = new PeerRefusals();
    heard.hear([refused(1), refused(2), refused(1, 'announcement')], at(0));
    heard.hear([refused(1)], at(10));
    expect(heard.size(at(20))).toBe(3);
  });

  it('falls as each is no longer repeated, a second after it was said last', () => {
    const heard = new PeerRefusals();
    heard.hear([refused(1), refused(2), refused(2, 'announcement')], at(5000));
    heard.hear([refused(1)], at(5400));
    expect([5999.9, 6000, 6399.9, 6400].map((now) => heard.size(at(now)))).toEqual([3, 1, 1, 0]);
  });

  it('is none after all was cleared', () => {
    const heard = new PeerRefusals();
    heard.hear([refused(1), refused(1, 'announcement')], at(0));
    heard.clear();
    expect(heard.size(at(1))).toBe(0);
  });
});

describe('what this kernel refuses', () => {
  const ports = (entries: readonly RefusedEntry[]): number[] => entries.map(({ orig }) => orig.sport);

  it('is told whole where it is not too much', () => {
    const refusals = new Refusals();
    for (const port of [1, 2, 3]) refusals.refuseFlow(controlFlow(port), 'clash', at(0));
    expect([ports(refusals.nextToTell(3)), ports(refusals.nextToTell(3))]).toEqual([
      [1, 2, 3],
      [1, 2, 3],
    ]);
  });

  it('is told in turn where it is too much, also when there was nothing to tell before', () => {
    const refusals = new Refusals();
    expect(refusals.nextToTell(2)).toEqual([]);
    for (const port of [1, 2, 3, 4, 5]) refusals.refuseFlow(controlFlow(port), 'clash', at(0));
    const told = [refusals.nextToTell(2), refusals.nextToTell(2), refusals.nextToTell(2)];
    expect(told.map(ports)).toEqual([
      [1, 2],
      [3, 4],
      [5, 1],
    ]);
  });

  it('is new once, and not if it was taken or has ended before it was told', () => {
    const refusals = new Refusals();
    for (const port of [1, 2, 3]) refusals.refuseFlow(controlFlow(port), 'clash', at(0));
    for (const port of [4, 5, 6]) refusals.refuseExpectation(announcement(port), 'noHelper');
    refusals.flowTaken(tupleKey(controlFlow(1).orig));
    refusals.flowGone(tupleKey(controlFlow(2).orig));
    refusals.expectationSettled(tupleKey(controlFlow(4).orig));
    refusals.flowGone(tupleKey(controlFlow(5).orig));
    expect(refusals.newToTell()).toEqual([
      { part: 'flow', reason: 'clash', orig: controlFlow(3).orig },
      { part: 'announcement', reason: 'noHelper', orig: controlFlow(6).orig },
    ]);
    expect(refusals.newToTell()).toEqual([]);
    expect(refusals.size).toBe(2);
  });

  it('keeps the time since when a flow is refused, and its number behind those of all that were taken', () => {
    const refusals = new Refusals();
    refusals.refuseFlow(controlFlow(1), 'clash', at(10));
    refusals.refuseFlow(controlFlow(2), 'clash', at(20));
    refusals.refuseFlow(controlFlow(1), 'tableFull', at(30));
    expect([...refusals.flows()].map(({ reason, serial, since }) => [reason, serial, since])).toEqual([
      ['tableFull', 2 ** 40, 10],
      ['clash', 2 ** 40 + 1, 20],
    ]);
  });

  it('counts every refusal for ever, and apart from them what a second try has healed', () => {
    const refusals = new Refusals();
    refusals.refuseFlow(controlFlow(1), 'clash', at(0));
    refusals.refuseFlow(controlFlow(1), 'clash', at(1));
    refusals.refuseExpectation(announcement(1), 'noHelper');
    refusals.heal('busy', true);
    refusals.heal('busy', true);
    refusals.heal('missing', false);
    refusals.clear();
    expect([refusals.counts, refusals.healed]).toEqual([{ clash: 2, noHelper: 1 }, { busy: 2 }]);
    expect([refusals.size, refusals.newToTell()]).toEqual([0, []]);
  });

  it.each([
    [17, 'clash'],
    [95, 'noHelper'],
    [12, 'tableFull'],
    [24, 'tableFull'],
    [22, 'other'],
  ] as const)('for errno %i is called %s', (errno, reason) => {
    expect(reasonOf(errno)).toBe(reason);
  });
});
