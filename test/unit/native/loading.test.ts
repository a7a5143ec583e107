/** The face over a scripted addon: what is said when it is missing, and errors at awkward moments. */
import { setImmediate as nextTurn } from 'node:timers/promises';
import { afterEach, expect, it, vi } from 'vitest';
import type * as native from '../../../src/native.js';

const ENOBUFS = 105;

afterEach(() => {
  vi.doUnmock('node:fs');
  vi.doUnmock('node:module');
  vi.resetModules();
});

async function fresh(): Promise<typeof native> {
  vi.resetModules();
  return import('../../../src/native.js');
}

/** An addon whose sockets answer `receive` with these counts, one after the other, and 0 at the end. */
async function withScript(counts: number[]): Promise<{ mailbox: native.Mailbox; wake: () => void }> {
  const wakes: (() => void)[] = [];
  class Socket {
    open = (): number => 0;
    start = (wake: () => void): number => wakes.push(wake) && 0;
    close = (): void => undefined;
    receive = (_slab: Buffer, _senders: Buffer, lengths: Int32Array): number => {
      lengths.fill(0);
      return counts.shift() ?? 0;
    };
  }
  vi.doMock('node:fs', () => ({ existsSync: () => true }));
  vi.doMock('node:module', () => ({ createRequire: () => () => ({ Socket }) }));
  const { Mailbox } = await fresh();
  const mailbox = Mailbox.open(2, 2, 0, 'scripted', { datagramBytes: 1 });
  return { mailbox, wake: () => wakes.at(-1)?.() };
}

it('says how to build the addon when it is not there', async () => {
  vi.doMock('node:fs', () => ({ existsSync: () => false }));
  const { Mailbox } = await fresh();
  expect(() => Mailbox.open(2, 2, 0, 'x')).toThrow(
    expect.objectContaining({
      name: 'Fatal',
      status: 4,
      message: expect.stringMatching(/^the native addon is not built: .*\/native\/build\/Release\/ftpair\.node does not exist$/) as string,
      cure: 'run npm run build:addon',
    }) as Error,
  );
});

it('says why an addon that is there does not load', async () => {
  vi.doMock('node:module', () => ({
    createRequire: () => () => {
      throw new Error('wrong ELF class');
    },
  }));
  vi.doMock('node:fs', () => ({ existsSync: () => true }));
  const { monotonicMillis } = await fresh();
  expect(() => monotonicMillis()).toThrow(/ftpair\.node does not load: wrong ELF class$/);
});

it('receive: an error behind datagrams is kept for the next call', async () => {
  const { mailbox } = await withScript([32, -ENOBUFS]);
  const out: native.Datagram[] = [];
  expect(mailbox.receive(out)).toBe(32);
  expect(out.length).toBe(32);
  expect(mailbox.receive(out)).toBe(-ENOBUFS);
  expect(mailbox.receive(out)).toBe(0);
});

it('receive: a short round ends the drain without asking again', async () => {
  const { mailbox } = await withScript([32, 5, -ENOBUFS]);
  expect(mailbox.receive([])).toBe(37);
  expect(mailbox.receive([])).toBe(-ENOBUFS);
});

it('receive: takes at most 1024 where no limit is given', async () => {
  const { mailbox } = await withScript(Array.from({ length: 40 }, () => 32));
  expect(mailbox.receive([])).toBe(1024);
  expect(mailbox.receive([])).toBe(256);
});

it('a started mailbox reports an error that receive has kept, once, without another datagram', async () => {
  const { mailbox } = await withScript([32, -ENOBUFS]);
  const errors: number[] = [];
  mailbox.start(
    () => undefined,
    (errno) => errors.push(errno),
  );
  expect(mailbox.receive([])).toBe(32);
  expect(errors).toEqual([]);
  for (let turn = 0; turn < 3; turn++) await nextTurn();
  expect(errors).toEqual([ENOBUFS]);
});

it('a wake-up delivers the datagrams first, then the error behind them', async () => {
  const { mailbox, wake } = await withScript([32, -ENOBUFS, 3]);
  const said: string[] = [];
  mailbox.start(
    (batch) => said.push(`${batch.length} datagrams`),
    (errno) => said.push(`errno ${errno}`),
  );
  wake();
  wake();
  expect(said).toEqual(['32 datagrams', 'errno 105', '3 datagrams']);
});

it('a wake-up reports an error that receive has kept before it reads on, and only once', async () => {
  const { mailbox, wake } = await withScript([32, -ENOBUFS, 3]);
  const said: string[] = [];
  mailbox.start(
    (batch) => said.push(`${batch.length} datagrams`),
    (errno) => said.push(`errno ${errno}`),
  );
  expect(mailbox.receive([])).toBe(32);
  wake();
  wake();
  for (let turn = 0; turn < 3; turn++) await nextTurn();
  expect(said).toEqual(['errno 105', '3 datagrams']);
});

it('closing forgets an error that was kept', async () => {
  const { mailbox } = await withScript([32, -ENOBUFS]);
  const errors: number[] = [];
  mailbox.start(
    () => undefined,
    (errno) => errors.push(errno),
  );
  mailbox.receive([]);
  mailbox.close();
  for (let turn = 0; turn < 3; turn++) await nextTurn();
  expect(errors).toEqual([]);
  expect(mailbox.receive([])).toBe(0);
});
