/** Clients that get their servers again: what the active tells, what the backup takes, and what is left after a failover. */
import { describe, expect, it } from 'vitest';
import type { Flow } from '../../../src/conntrack/flow.js';
import { ByteReader } from '../../../src/journal/bytes.js';
import { type Change, decodeChange, encodeChange } from '../../../src/journal/records.js';
import { Clients } from '../../../src/replication/clients.js';
import { masked } from '../../../src/replication/sticky-book.js';
import { millis } from '../../../src/time.js';
import { CLIENT, controlFlow, dataFlow, SERVER, tuple, VIP } from './samples.js';

const OTHER = Uint8Array.from([10, 200, 30, 12]);
const policy = { address: VIP, port: 21, timeout: millis(300_000), bits: 24 };
const fresh = (): Clients => new Clients([policy]);
const seen = (flow: Flow): Change[] => [{ type: 'flow', flow }];
const gone = (flow: Flow): Change[] => [{ type: 'flowGone', orig: flow.orig }];
const toOther = (port: number): Flow => controlFlow(port, { reply: tuple(OTHER, 21, CLIENT, port) });

const held = {
  type: 'sticky',
  sticky: {
    client: Uint8Array.from([198, 51, 100, 0]),
    vip: VIP,
    port: 21,
    server: SERVER,
    serverPort: 21,
    seconds: 300,
    held: true,
  },
} as const;
const ending = { ...held, sticky: { ...held.sticky, held: false } };

describe('a client', () => {
  it('is told with its server when its first session begins, and not again with the second', () => {
    const clients = fresh();
    expect(clients.follow(seen(controlFlow(40_000)), millis(0), true)).toEqual([held]);
    expect(clients.follow(seen(controlFlow(40_001)), millis(0), true)).toEqual([]);
    expect(clients.follow(seen(controlFlow(40_000)), millis(0), true)).toEqual([]);
  });

  it('is not kept to the sorry server', () => {
    const clients = new Clients([{ ...policy, sorry: { address: OTHER, port: 21 } }]);
    expect(clients.follow(seen(toOther(40_000)), millis(0), true)).toEqual([]);
    expect(clients.book.count(0)).toBe(0);
    expect(clients.follow(seen(controlFlow(40_001)), millis(0), true)).toEqual([held]);
  });

  it('is told again when its last session ends: only then its time begins', () => {
    const clients = fresh();
    clients.follow([...seen(controlFlow(40_000)), ...seen(controlFlow(40_001))], millis(0), true);
    expect(clients.follow(gone(controlFlow(40_000)), millis(1000), true)).toEqual([]);
    expect(clients.follow(gone(controlFlow(40_001)), millis(900_000), true)).toEqual([ending]);
    expect(clients.snapshot(millis(1_199_000))).toEqual([
      { ...ending, sticky: { ...ending.sticky, seconds: 1 } },
    ]);
    expect(clients.snapshot(millis(1_200_000))).toEqual([]);
  });

  it('has ended its session when both sides have closed, not only when the kernel forgets it', () => {
    const clients = fresh();
    clients.follow(seen(controlFlow()), millis(0), true);
    const over = controlFlow(40_000, {
      tcp: { state: 7, wscaleOrig: 7, wscaleReply: 7, flagsOrig: 0, flagsReply: 0 },
    });
    expect(clients.follow(seen(over), millis(0), true)).toEqual([ending]);
    expect(clients.follow(gone(over), millis(0), true)).toEqual([]);
  });

  it('has a session only when the connection is open: a first packet alone may be anybody’s', () => {
    const clients = fresh();
    const tcp = { state: 1, wscaleOrig: 7, wscaleReply: 7, flagsOrig: 0, flagsReply: 0 };
    for (const state of [1, 2])
      expect(clients.follow(seen(controlFlow(40_000, { tcp: { ...tcp, state } })), millis(0), true)).toEqual(
        [],
      );
    expect(clients.follow(seen(controlFlow(40_000, { tcp: { ...tcp, state: 3 } })), millis(0), true)).toEqual(
      [held],
    );
  });

  it('moves when this kernel has just given it another server', () => {
    const clients = fresh();
    clients.follow(seen(controlFlow(40_000)), millis(0), true);
    expect(clients.follow(seen(toOther(40_001)), millis(0), true)).toEqual([
      { ...held, sticky: { ...held.sticky, server: OTHER } },
    ]);
    // The end of its session on the old one says nothing about the new one.
    expect(clients.follow(gone(controlFlow(40_000)), millis(0), true)).toEqual([]);
    expect(clients.book.all()).toMatchObject([{ server: OTHER, sessions: 1, until: undefined }]);
  });

  it('is not followed by data flows, nor on services without persistence', () => {
    const clients = fresh();
    expect(clients.follow(seen(dataFlow()), millis(0), true)).toEqual([]);
    const unread = controlFlow(40_000, { mark: 0x46545003, orig: tuple(CLIENT, 40_000, VIP, 50_000) });
    expect(clients.follow(seen(unread), millis(0), true)).toEqual([]);
    const none = new Clients([{ ...policy, timeout: undefined }]);
    expect(none.follow(seen(controlFlow()), millis(0), true)).toEqual([]);
    expect(Array.from(none.census.sessions(), ({ server }) => server)).toEqual([SERVER]);
  });
});

describe('the backup', () => {
  const full = (changes: Change[]): { begin: boolean; end: boolean; changes: Change[] } => ({
    begin: true,
    end: true,
    changes,
  });

  it('holds what it is told, and forgets at the end of a full copy what that did not name', () => {
    const backup = fresh();
    const second = { ...held, sticky: { ...held.sticky, client: Uint8Array.from([203, 0, 113, 0]) } };
    backup.take(full([held, second]), millis(0));
    expect(backup.book.count(0)).toBe(2);
    backup.take(full([second]), millis(0));
    expect(backup.book.all()).toMatchObject([{ client: second.sticky.client, sessions: 0 }]);
  });

  it('as the new active keeps who still has a session, and lets the time begin of who has none', () => {
    const backup = fresh();
    const second = { ...held, sticky: { ...held.sticky, client: Uint8Array.from([203, 0, 113, 0]) } };
    backup.take(full([held, second]), millis(0));
    expect(backup.follow(seen(controlFlow()), millis(5000), false)).toEqual([]);
    expect(backup.settle(millis(5000))).toEqual([{ ...second, sticky: { ...second.sticky, held: false } }]);
  });

  it('moves nobody because of an older session on another server', () => {
    const backup = fresh();
    backup.take(full([held]), millis(0));
    expect(backup.follow(seen(toOther(40_001)), millis(0), false)).toEqual([]);
    expect(backup.book.all()).toMatchObject([{ server: SERVER }]);
  });

  it('takes the remaining time, not a point on anybody’s clock', () => {
    const backup = fresh();
    backup.take(full([{ ...ending, sticky: { ...ending.sticky, seconds: 7 } }]), millis(10_000));
    expect(backup.book.all()).toMatchObject([{ until: 17_000 }]);
  });

  it('overwrites nothing with the last words of the old active', () => {
    const backup = fresh();
    backup.follow(seen(toOther(40_001)), millis(0), true);
    backup.takeLate([held], millis(0));
    expect(backup.book.all()).toMatchObject([{ server: OTHER }]);
  });
});

it('travels in the journal unchanged', () => {
  const six = (last: number): Uint8Array =>
    Uint8Array.from([0x20, 1, 0xd, 0xb8, ...new Array<number>(11).fill(0), last]);
  const v6: Change = {
    type: 'sticky',
    sticky: { ...held.sticky, client: six(0), vip: six(1), server: six(2) },
  };
  for (const change of [held, ending, v6])
    expect(decodeChange(new ByteReader(encodeChange(change)))).toEqual(change);
  const bytes = encodeChange(held);
  bytes[bytes.length - 1] = 2;
  expect(decodeChange(new ByteReader(bytes))).toBeUndefined();
});

it('counts the first bits of an address', () => {
  expect(masked(CLIENT, 24)).toEqual(Uint8Array.from([198, 51, 100, 0]));
  expect(masked(Uint8Array.from([198, 51, 100, 255]), 27)).toEqual(Uint8Array.from([198, 51, 100, 224]));
  expect(masked(CLIENT, 32)).toEqual(CLIENT);
});
