/** Several services beside each other, sessions that overlap, and roles that change: each client is counted where it belongs. */
import { describe, expect, it } from 'vitest';
import type { Flow } from '../../../src/conntrack/flow.js';
import type { Change } from '../../../src/journal/records.js';
import { Clients } from '../../../src/replication/clients.js';
import { millis } from '../../../src/time.js';
import { announcement, CLIENT, controlFlow, SERVER, tuple, VIP } from './samples.js';

const OTHER_VIP = Uint8Array.from([198, 51, 100, 101]);
const minute = millis(60_000);
const none = { address: OTHER_VIP, port: 990, timeout: undefined, bits: 32 };
const POLICIES = [
  { address: OTHER_VIP, port: 21, timeout: minute, bits: 32 },
  { address: VIP, port: 990, timeout: minute, bits: 32 },
  none,
  { address: VIP, port: 21, timeout: minute, bits: 32 },
];

const seen = (flow: Flow): Change[] => [{ type: 'flow', flow }];
const gone = (flow: Flow): Change[] => [{ type: 'flowGone', orig: flow.orig }];
const to = (vip: Uint8Array, port: number, sport = 40_000): Flow =>
  controlFlow(sport, { orig: tuple(CLIENT, sport, vip, port) });
const sticky = (vip: Uint8Array, port: number, seconds = 60, held = true): Change => ({
  type: 'sticky',
  sticky: { client: CLIENT, vip, port, server: SERVER, serverPort: 21, seconds, held },
});
const counts = (clients: Clients): number[] => POLICIES.map((_policy, index) => clients.book.count(index));

describe('a service', () => {
  it('is found by its address and its port together', () => {
    const clients = new Clients(POLICIES);
    expect(clients.follow(seen(to(VIP, 21)), millis(0), true)).toEqual([sticky(VIP, 21)]);
    expect(clients.follow(seen(to(VIP, 990, 40_001)), millis(0), true)).toEqual([sticky(VIP, 990)]);
    expect(clients.follow(seen(to(OTHER_VIP, 990, 40_002)), millis(0), true)).toEqual([]);
    expect(clients.follow(seen(to(VIP, 2121, 40_003)), millis(0), true)).toEqual([]);
    expect(counts(clients)).toEqual([0, 1, 0, 1]);
    expect(Array.from(clients.census.sessions(), ({ service }) => service)).toEqual([3, 1, 2]);
  });

  it('is found so by the backup, and left out where this config does not have it so', () => {
    const backup = new Clients(POLICIES);
    const changes = [sticky(VIP, 990), sticky(OTHER_VIP, 990), sticky(VIP, 2121)];
    backup.take({ begin: false, end: false, changes }, millis(0));
    expect(counts(backup)).toEqual([0, 1, 0, 0]);
    backup.takeLate([sticky(VIP, 21), sticky(VIP, 990, 7, false)], millis(0));
    expect(counts(backup)).toEqual([0, 1, 0, 1]);
    expect(backup.book.all().map(({ until }) => until)).toEqual([undefined, undefined]);
  });
});

describe('sessions of one client', () => {
  it('are counted once each, however often the kernel speaks of them', () => {
    const clients = new Clients(POLICIES);
    for (let again = 0; again < 3; again++) clients.follow(seen(to(VIP, 21)), millis(0), true);
    expect(clients.book.all()).toMatchObject([{ sessions: 1 }]);
    expect([...clients.census.sessions()]).toHaveLength(1);
  });

  it('hold it until the last has ended, and again from the next that begins', () => {
    const clients = new Clients(POLICIES);
    clients.follow([...seen(to(VIP, 21, 40_000)), ...seen(to(VIP, 21, 40_001))], millis(0), true);
    expect(clients.follow(gone(to(VIP, 21, 40_000)), millis(0), true)).toEqual([]);
    expect(clients.book.all()).toMatchObject([{ sessions: 1, until: undefined }]);
    expect(clients.follow(gone(to(VIP, 21, 40_001)), millis(5000), true)).toEqual([
      sticky(VIP, 21, 60, false),
    ]);
    expect(clients.book.all()).toMatchObject([{ sessions: 0, until: 65_000 }]);
    expect(clients.follow(seen(to(VIP, 21, 40_002)), millis(6000), true)).toEqual([sticky(VIP, 21)]);
    expect(clients.book.all()).toMatchObject([{ sessions: 1, until: undefined }]);
  });

  it.each([
    [5, 1],
    [6, 0],
    [8, 0],
    [9, 1],
  ])('in TCP state %i count %i', (state, sessions) => {
    const clients = new Clients(POLICIES);
    const tcp = { state, wscaleOrig: 7, wscaleReply: 7, flagsOrig: 0, flagsReply: 0 };
    clients.follow(seen({ ...to(VIP, 21), tcp }), millis(0), true);
    expect([...clients.census.sessions()]).toHaveLength(sessions);
  });

  it('without a TCP state are open, and announcements are none', () => {
    const clients = new Clients(POLICIES);
    clients.follow(seen({ ...to(VIP, 21), tcp: undefined }), millis(0), true);
    clients.follow([{ type: 'expectation', expectation: announcement() }], millis(0), true);
    expect([...clients.census.sessions()]).toHaveLength(1);
  });

  it('raise the census’s version when they begin, when they end, and when all are forgotten', () => {
    const { census } = new Clients(POLICIES);
    const versions = [census.version];
    const step = (changes: Change[]): void => {
      census.follow(changes, true, () => undefined, () => undefined); // prettier-ignore
      versions.push(census.version);
    };
    step(seen(to(VIP, 21)));
    step(seen(to(VIP, 21)));
    step(gone(to(VIP, 21)));
    step(gone(to(VIP, 21)));
    census.clear();
    versions.push(census.version);
    expect(versions).toEqual([0, 1, 1, 2, 2, 3]);
  });
});

describe('a director that gives the role away', () => {
  it('holds its clients until the new active speaks, and counts from nothing when it is active again', () => {
    const clients = new Clients(POLICIES);
    clients.follow(seen(to(VIP, 21)), millis(0), true);
    clients.standBack();
    expect([...clients.census.sessions()]).toEqual([]);
    expect(clients.book.all()).toMatchObject([{ sessions: 0, until: undefined }]);
    // The end of a session that it does not count any more.
    expect(clients.follow(gone(to(VIP, 21)), millis(0), true)).toEqual([]);
    clients.follow(seen(to(VIP, 21)), millis(0), false);
    expect(clients.book.all()).toMatchObject([{ sessions: 1 }]);
    expect(clients.settle(millis(0))).toEqual([]);
  });

  it('says once what has changed, and nothing of what is gone', () => {
    const clients = new Clients(POLICIES);
    clients.follow(seen(to(VIP, 21)), millis(0), true);
    expect(clients.book.takeDirty()).toHaveLength(1);
    expect(clients.book.takeDirty()).toEqual([]);
    clients.follow(gone(to(VIP, 21)), millis(0), true);
    clients.book.expire(minute);
    expect(clients.book.takeDirty()).toEqual([]);
  });

  it('follows nothing where no service asks for it', () => {
    const clients = new Clients();
    expect(clients.follow(seen(to(VIP, 21)), millis(0), true)).toEqual([]);
    expect(clients.snapshot(millis(0))).toEqual([]);
    expect(clients.settle(millis(0))).toEqual([]);
  });
});

describe('clients under another config', () => {
  const [first, , , mine] = POLICIES;
  const backup = { begin: false, end: false };

  it('keep their servers, whatever the place of their service', () => {
    const before = new Clients(POLICIES);
    before.take(
      { ...backup, changes: [sticky(VIP, 21, 40, false), sticky(OTHER_VIP, 21, 30, false)] },
      millis(0),
    );
    const next = before.under(
      [mine, first].filter((policy) => policy !== undefined),
      [],
      millis(10_000),
    );
    expect([next.book.count(0), next.book.count(1)]).toEqual([1, 1]);
    expect(next.book.all().map(({ service, until }) => [service, until])).toEqual([
      [0, 40_000],
      [1, 30_000],
    ]);
  });

  it('of a service that is gone are forgotten, and nobody is new to one that came', () => {
    const before = new Clients(POLICIES);
    before.take({ ...backup, changes: [sticky(VIP, 21)] }, millis(0));
    const next = before.under([none], [], millis(0));
    expect(next.book.all()).toEqual([]);
  });

  it('have their sessions counted again, as sessions that were not begun here', () => {
    const before = new Clients(POLICIES);
    before.follow(seen(to(VIP, 21)), millis(0), true);
    const next = before.under(POLICIES, [to(VIP, 21), to(OTHER_VIP, 990, 40_002)], millis(5000));
    expect(Array.from(next.census.sessions(), ({ service, fresh }) => [service, fresh])).toEqual([
      [3, false],
      [2, false],
    ]);
    // The last one's end begins the timeout, as before.
    expect(next.follow(gone(to(VIP, 21)), millis(6000), true)).toEqual([sticky(VIP, 21, 60, false)]);
  });

  it('become known to whoever knew the ones before', () => {
    const clients = new Clients(POLICIES);
    clients.take({ ...backup, changes: [sticky(VIP, 21)] }, millis(0));
    const { book } = clients;
    clients.become(clients.under(POLICIES, [], millis(0)));
    expect(clients.book).not.toBe(book);
    expect(counts(clients)).toEqual([0, 0, 0, 1]);
    expect(clients.book.takeDirty()).toHaveLength(1);
  });
});
