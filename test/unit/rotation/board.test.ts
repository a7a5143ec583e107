/** Everything that is known of the servers, and the one way in which a standing changes. */
import { beforeEach, describe, expect, it } from 'vitest';
import type { RotationRules, VirtualService } from '../../../src/config/model.js';
import { Board, type StandingChange } from '../../../src/rotation/board.js';
import type { BoardEntry } from '../../../src/rotation/report.js';
import { type Millis, millis } from '../../../src/time.js';

const UP = { verdict: 'up', reason: 'ok' } as const;
const REFUSED = { verdict: 'down', reason: 'refused' } as const;
const DRAIN = { kind: 'drain', on: true } as const;

function boardWith(rules: Partial<RotationRules> = {}, names = { one: 11, two: 12 }): Board {
  const rotation: RotationRules = {
    minServers: 0,
    slowStart: undefined,
    sorry: undefined,
    onFailure: 'keep',
    ...rules,
  };
  const server = (name: string, host: number) => ({ name, address: `10.0.0.${host}`, port: 21, weight: 1 });
  const service: VirtualService = {
    name: 'ftp',
    address: '192.0.2.10',
    family: 4,
    port: 21,
    scheduler: 'wrr',
    servers: Object.entries(names).map(([name, host]) => server(name, host)),
    rotation,
  };
  return new Board([service], 0, millis(3000));
}

function said(server: string, opinion: typeof UP | typeof REFUSED): BoardEntry {
  return { service: 'ftp', server, ...opinion, orders: [] };
}

/** `ok 1 > down 0`, for each server that changed. */
function told(changes: readonly StandingChange[]): readonly string[] {
  return changes.map(
    ({ server, from, to }) =>
      `${server}: ${from?.reason} ${from?.weight} > ${to.reason} ${to.weight} (${to.belief.by} ${to.belief.reason})`,
  );
}

const at = (time: number): Millis => millis(time);

describe('a board', () => {
  let board: Board;
  beforeEach(() => {
    board = boardWith();
  });

  it('trusts what was not looked at, and says so', () => {
    expect(board.weightOf('ftp', 'one')).toBe(1);
    expect(board.reasonOf('ftp', 'one')).toBe('unproven');
    expect([board.weightOf('ftp', 'three'), board.reasonOf('ftp', 'three')]).toEqual([0, 'unknown']);
    expect(board.settle(at(1))).toEqual([]);
  });

  it('answers each change once: what was, what is and why', () => {
    board.judged('ftp', 'one', UP);
    expect(told(board.settle(at(1)))).toEqual(['one: unproven 1 > ok 1 (own ok)']);
    board.judged('ftp', 'one', REFUSED);
    const changes = board.settle(at(2));
    expect(told(changes)).toEqual(['one: ok 1 > down 0 (own refused)']);
    expect(changes[0]).toMatchObject({ service: 'ftp', address: '10.0.0.11', serving: 1 });
    expect(board.settle(at(3))).toEqual([]);
  });

  it('follows an order at once, and remembers that the server is up', () => {
    board.judged('ftp', 'one', UP);
    board.settle(at(1));
    board.order('ftp', 'one', DRAIN);
    expect(told(board.settle(at(2)))).toEqual(['one: ok 1 > drained 0 (own ok)']);
    expect(board.picture('ftp', 'one', at(2))).toEqual({
      weight: 0,
      reason: 'drained',
      belief: { verdict: 'up', reason: 'ok', by: 'own' },
      own: UP,
      peer: { verdict: 'unknown', reason: 'unknown' },
      orders: { drain: true, force: 'auto', weight: undefined },
    });
  });

  it('starts with the rotation of the peer that has seen more', () => {
    board.heard({ run: 1, serial: 1, entries: [said('one', REFUSED), said('two', UP)] }, at(1));
    expect(told(board.settle(at(1)))).toEqual([
      'one: unproven 1 > down 0 (peer refused)',
      'two: unproven 1 > ok 1 (peer ok)',
    ]);
  });

  it('takes a server out on the word of the peer, and back in by a probe of its own begun later', () => {
    board.judged('ftp', 'one', UP);
    board.passed('ftp', 'one', at(900));
    board.settle(at(950));
    const { doubted } = board.heard({ run: 1, serial: 1, entries: [said('one', REFUSED)] }, at(1000));
    expect(doubted.map(({ server }) => server)).toEqual(['one']);
    expect(told(board.settle(at(1000)))).toEqual(['one: ok 1 > down 0 (peer refused)']);
    expect(board.passed('ftp', 'one', at(1000))).toBe(true);
    expect(board.settle(at(1001))).toEqual([]);
    expect(board.passed('ftp', 'one', at(1001))).toBe(true);
    expect(told(board.settle(at(1002)))).toEqual(['one: down 0 > ok 1 (own ok)']);
    // From here on a good probe is no news.
    expect(board.passed('ftp', 'one', at(2000))).toBe(false);
  });

  it('doubts once what is said again and again', () => {
    board.judged('ftp', 'one', UP);
    board.heard({ run: 1, serial: 1, entries: [said('one', REFUSED)] }, at(1000));
    expect(board.heard({ run: 1, serial: 2, entries: [said('one', REFUSED)] }, at(2000)).doubted).toEqual([]);
    // The word is as old as its first hearing.
    board.passed('ftp', 'one', at(1500));
    board.settle(at(2000));
    expect(board.reasonOf('ftp', 'one')).toBe('ok');
  });

  it('takes no verdict from a board that was overtaken, and every one of a new run', () => {
    board.heard({ run: 1, serial: 5, entries: [said('one', REFUSED)] }, at(1));
    board.heard({ run: 1, serial: 4, entries: [said('one', UP)] }, at(2));
    board.settle(at(2));
    expect(board.reasonOf('ftp', 'one')).toBe('down');
    board.heard({ run: 2, serial: 1, entries: [said('one', UP)] }, at(3));
    board.settle(at(3));
    expect(board.reasonOf('ftp', 'one')).toBe('ok');
  });

  it('takes orders from any board, and none for a server that it does not know', () => {
    const order = { order: DRAIN, stamp: { counter: 3, node: 1 as const } };
    board.heard({ run: 1, serial: 5, entries: [] }, at(1));
    const entries = [
      { ...said('one', UP), orders: [order] },
      { ...said('three', UP), orders: [order] },
    ];
    expect(board.heard({ run: 1, serial: 4, entries }, at(2)).orders).toBe(true);
    expect(board.heard({ run: 1, serial: 6, entries }, at(3)).orders).toBe(false);
    expect(board.orders()).toEqual([{ service: 'ftp', server: 'one', ...order }]);
    expect(board.entries()[0]).toEqual({
      service: 'ftp',
      server: 'one',
      verdict: 'unknown',
      reason: 'unknown',
      orders: [order],
    });
  });

  it('tells the peer its own verdicts only', () => {
    board.heard({ run: 1, serial: 1, entries: [said('one', REFUSED)] }, at(1));
    board.judged('ftp', 'two', UP);
    expect(board.entries().map(({ server, verdict }) => `${server} ${verdict}`)).toEqual([
      'one unknown',
      'two up',
    ]);
  });

  it('compares the two sights only while the peer is heard', () => {
    board.judged('ftp', 'one', UP);
    board.heard({ run: 1, serial: 1, entries: [said('one', REFUSED)] }, at(0));
    board.compare(at(0));
    expect(board.wake(at(0))).toBe(3000);
    expect(board.compare(at(3000)).begun).toEqual([{ service: 'ftp', server: 'one', suspect: 'peer' }]);
    // Where nothing else happens, the peer's silence is looked at in time.
    expect(board.wake(at(3000))).toBe(4000);
    expect(board.picture('ftp', 'one', at(3999))?.peer).toEqual(REFUSED);
    expect(board.picture('ftp', 'one', at(4000))?.peer.verdict).toBe('unknown');
    expect(board.compare(at(4000)).over).toHaveLength(1);
  });

  it('has the last one to fall held by min_servers, whichever it is', () => {
    board = boardWith({ minServers: 1 });
    board.judged('ftp', 'two', REFUSED);
    board.settle(at(1));
    board.judged('ftp', 'one', REFUSED);
    expect(told(board.settle(at(2)))).toEqual(['one: unproven 1 > held 1 (own refused)']);
    board.judged('ftp', 'two', UP);
    expect(told(board.settle(at(3)))).toEqual([
      'one: held 1 > down 0 (own refused)',
      'two: down 0 > ok 1 (own ok)',
    ]);
  });

  it('counts the fall of a server anew each time', () => {
    board = boardWith({ minServers: 1 });
    board.judged('ftp', 'one', REFUSED);
    board.settle(at(1));
    board.judged('ftp', 'two', REFUSED);
    expect(told(board.settle(at(2)))).toEqual(['two: unproven 1 > held 1 (own refused)']);
    board.judged('ftp', 'one', UP);
    board.settle(at(3));
    board.judged('ftp', 'one', REFUSED);
    expect(told(board.settle(at(4)))).toEqual(['one: ok 1 > held 1 (own refused)']);
    expect(board.reasonOf('ftp', 'two')).toBe('down');
  });

  it('says how many servers are left', () => {
    const left = (server: string, opinion: typeof UP | typeof REFUSED): unknown => {
      board.judged('ftp', server, opinion);
      return board.settle(at(1)).map(({ serving }) => serving);
    };
    expect(left('one', UP)).toEqual([2]);
    expect(left('one', REFUSED)).toEqual([1]);
    expect(left('two', REFUSED)).toEqual([0]);
  });

  it('answers a change of the reason alone, and of who says it', () => {
    board.heard({ run: 1, serial: 1, entries: [said('one', REFUSED)] }, at(1));
    board.settle(at(1));
    board.judged('ftp', 'one', REFUSED);
    expect(told(board.settle(at(2)))).toEqual(['one: down 0 > down 0 (own refused)']);
    board.judged('ftp', 'one', { verdict: 'down', reason: 'login' });
    expect(told(board.settle(at(3)))).toEqual(['one: down 0 > down 0 (own login)']);
  });

  it('doubts nothing that it agrees with, and nothing that the peer has not looked at', () => {
    board.judged('ftp', 'one', REFUSED);
    const entries = [said('one', REFUSED), { ...said('two', UP), verdict: 'unknown' as const }];
    expect(board.heard({ run: 1, serial: 1, entries }, at(1)).doubted).toEqual([]);
  });

  it('shows disagreements that have been told, and only these', () => {
    board.judged('ftp', 'one', UP);
    board.heard({ run: 1, serial: 1, entries: [said('one', REFUSED)] }, at(0));
    board.compare(at(0));
    expect(board.disagreements()).toEqual([]);
    board.compare(at(3000));
    expect(board.disagreements()).toEqual([{ service: 'ftp', server: 'one', suspect: 'peer' }]);
  });

  it('wakes for nobody’s silence where both agree', () => {
    board.judged('ftp', 'one', UP);
    board.heard({ run: 1, serial: 1, entries: [said('one', UP)] }, at(0));
    board.compare(at(0));
    expect(board.wake(at(0))).toBeUndefined();
  });

  it('starts a server slowly that returns, whatever took it out, and never one that was there from the start', () => {
    board = boardWith({ slowStart: millis(10_000) });
    board.judged('ftp', 'one', UP);
    board.order('ftp', 'two', DRAIN);
    board.settle(at(1));
    expect([board.reasonOf('ftp', 'one'), board.wake(at(1))]).toEqual(['ok', undefined]);
    board.judged('ftp', 'two', UP);
    board.order('ftp', 'two', { kind: 'drain', on: false });
    expect(told(board.settle(at(1000)))).toEqual(['two: drained 0 > slowStart 0.1 (own ok)']);
    expect(board.wake(at(1000))).toBe(2000);
    board.settle(at(6000));
    expect(board.weightOf('ftp', 'two')).toBe(0.5);
    expect(told(board.settle(at(11_000)))).toEqual(['two: slowStart 0.5 > ok 1 (own ok)']);
    expect(board.wake(at(11_000))).toBeUndefined();
  });

  it('forgets no order across a restart', () => {
    board.order('ftp', 'one', DRAIN);
    const next = boardWith();
    next.remember(board.orders());
    next.settle(at(1));
    expect(next.reasonOf('ftp', 'one')).toBe('drained');
  });
});

describe('a board under another config', () => {
  const before = boardWith();
  before.judged('ftp', 'one', REFUSED);
  before.judged('ftp', 'two', REFUSED);
  before.heard({ run: 1, serial: 5, entries: [said('one', REFUSED)] }, at(100));
  before.settle(at(100));

  it('goes on with what both directors think of a server, without news', () => {
    const next = boardWith();
    next.inherit(before);
    expect(next.weightOf('ftp', 'one')).toBe(0);
    expect(next.settle(at(200))).toEqual([]);
    expect(next.picture('ftp', 'one', at(200))).toMatchObject({ own: REFUSED, peer: REFUSED });
  });

  it('knows nothing of a server of the same name at another address', () => {
    const next = boardWith({}, { one: 13, two: 12 });
    next.inherit(before);
    expect([next.reasonOf('ftp', 'one'), next.reasonOf('ftp', 'two')]).toEqual(['unproven', 'down']);
  });

  it('takes what it already knew for no return: the slow start of later ones is theirs', () => {
    const slow = { slowStart: millis(1000) };
    const fallen = boardWith(slow);
    fallen.judged('ftp', 'one', REFUSED);
    fallen.settle(at(0));
    fallen.judged('ftp', 'one', UP);
    fallen.settle(at(500));
    const next = boardWith(slow);
    next.inherit(fallen);
    next.settle(at(1000));
    expect([next.reasonOf('ftp', 'one'), next.weightOf('ftp', 'one')]).toEqual(['slowStart', 0.5]);
  });

  it('does not take the peer’s older word for a new one', () => {
    const next = boardWith();
    next.inherit(before);
    next.heard({ run: 1, serial: 4, entries: [said('one', UP)] }, at(300));
    expect(next.picture('ftp', 'one', at(300))).toMatchObject({ peer: REFUSED });
  });
});
