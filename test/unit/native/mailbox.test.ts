/** The mailbox on loopback: sending, receiving without and with the event loop, options, closing. */
import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { Mailbox, monotonicMillis, setThreadScheduler, SystemError, type Datagram } from '../../../src/native.js';
import { AF_INET, inet, SOCK_DGRAM } from '../../../src/sockaddr.js';
import { closeAfterwards, settle, take, texts, udp, unixDatagram, until } from './support.js';

const EBADF = 9;
const EAGAIN = 11;
const EINVAL = 22;
const ECONNREFUSED = 111;
const SOL_SOCKET = 1;
const SO_REUSEADDR = 2;
const SO_RCVBUF = 8;

function ignore(): void {
  // Whatever comes is of no interest to the test.
}

/** The SystemError that an operation throws. */
function refusal(operation: () => void): SystemError {
  try {
    operation();
  } catch (error) {
    if (error instanceof SystemError) return error;
    throw error;
  }
  throw new Error('nothing was refused');
}

/** A socket whose peer has just closed, with the kernel's refusal waiting on it. */
function refused(): Mailbox {
  const gone = udp();
  const mailbox = udp();
  mailbox.connect(gone.localAddress());
  gone.close();
  expect(mailbox.send(Buffer.from('anybody?'))).toBe(0);
  return mailbox;
}

describe('send and receive', () => {
  it('hands over the bytes and the raw address of the sender', () => {
    const [from, to] = [udp(), udp()];
    expect(from.send(Buffer.from('hello'), to.localAddress())).toBe(0);
    const out: Datagram[] = [];
    expect(to.receive(out)).toBe(1);
    expect(out).toEqual([{ data: Buffer.from('hello'), from: from.localAddress(), truncated: false }]);
    expect([...out[0]!.from.subarray(0, 2)]).toEqual([2, 0]);
    expect([...out[0]!.from.subarray(4, 8)]).toEqual([127, 0, 0, 1]);
  });

  it('returns 0 and appends nothing when nothing waits', () => {
    const out: Datagram[] = [];
    expect(udp().receive(out)).toBe(0);
    expect(out).toEqual([]);
  });

  it('appends behind what is in the list already', () => {
    const mailbox = udp();
    mailbox.send(Buffer.from('second'), mailbox.localAddress());
    const out: Datagram[] = [{ data: Buffer.from('first'), from: Buffer.alloc(0), truncated: false }];
    expect(mailbox.receive(out)).toBe(1);
    expect(texts(out)).toEqual(['first', 'second']);
  });

  it('takes an empty datagram for a datagram', () => {
    const mailbox = udp();
    expect(mailbox.send(new Uint8Array(0), mailbox.localAddress())).toBe(0);
    expect(take(mailbox, 1)).toEqual([{ data: Buffer.alloc(0), from: mailbox.localAddress(), truncated: false }]);
  });

  it('says when a datagram was longer than the mailbox takes, and leaves its neighbours whole', () => {
    const to = udp('small', { datagramBytes: 4 });
    const self = to.localAddress();
    to.sendBatch(['abcd', 'ABCDE', 'wxyz'].map((text) => Buffer.from(text)), self);
    const out = take(to, 3);
    expect(texts(out)).toEqual(['abcd', 'ABCD', 'wxyz']);
    expect(out.map(({ truncated }) => truncated)).toEqual([false, true, false]);
  });

  it('takes datagrams up to 64 KiB where no size is asked for', () => {
    const [from, to] = [unixDatagram(), unixDatagram()];
    expect(from.send(Buffer.alloc(65536, 0x5a), to.localAddress())).toBe(0);
    const [datagram] = take(to, 1);
    expect(datagram!.truncated).toBe(false);
    expect(datagram!.data.equals(Buffer.alloc(65536, 0x5a))).toBe(true);
  });

  it('gives copies that later datagrams do not overwrite', () => {
    const [one, two, to] = [udp(), udp(), udp()];
    one.send(Buffer.from('early'), to.localAddress());
    const [early] = take(to, 1);
    two.send(Buffer.from('later'), to.localAddress());
    expect(texts(take(to, 1))).toEqual(['later']);
    expect(early!.data.toString()).toBe('early');
    expect(early!.from).toEqual(one.localAddress());
  });

  it('keeps apart the addresses of two senders', () => {
    const [one, two, to] = [udp(), udp(), udp()];
    for (const from of [one, one, two, one]) from.send(Buffer.from('x'), to.localAddress());
    const ports = take(to, 4).map(({ from }) => from.readUInt16BE(2));
    const [first, second] = [one, two].map((mailbox) => mailbox.localAddress().readUInt16BE(2));
    expect(ports).toEqual([first, first, second, first]);
  });

  it('takes at most the limit and leaves the rest in order', () => {
    const mailbox = udp();
    const self = mailbox.localAddress();
    const letters = Buffer.from('abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRST');
    const datas = Array.from(letters, (letter) => Uint8Array.of(letter));
    expect(mailbox.sendBatch(datas, self)).toBe(46);
    const out: Datagram[] = [];
    expect(mailbox.receive(out, 3)).toBe(3);
    expect(mailbox.receive(out, 40)).toBe(40);
    expect(mailbox.receive(out, 40)).toBe(3);
    expect(mailbox.receive(out, 40)).toBe(0);
    expect(texts(out).join('')).toBe('abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRST');
  });

  it('reports a refusal once, and goes on', () => {
    const mailbox = refused();
    expect(mailbox.receive([])).toBe(-ECONNREFUSED);
    expect(mailbox.receive([])).toBe(0);
  });

  it('returns the errno when the kernel does not take a datagram', () => {
    const mailbox = udp();
    expect(mailbox.send(Buffer.from('x'))).toBe(-89); // EDESTADDRREQ: not connected
    expect(mailbox.send(Buffer.from('x'), Buffer.from([2]))).toBe(-EINVAL);
    expect(mailbox.send(Buffer.alloc(65536), mailbox.localAddress())).toBe(-90); // EMSGSIZE
  });

  it('never waits for a receiver that does not read', () => {
    const [from, to] = [unixDatagram(), unixDatagram()];
    let result = 0;
    for (let count = 0; count < 100_000 && result === 0; count++) result = from.send(Buffer.from('x'), to.localAddress());
    expect(result).toBe(-EAGAIN);
  });
});

describe('sendBatch', () => {
  it('sends any count in order, over the limit of one system call', () => {
    const mailbox = udp();
    const datas = Array.from({ length: 100 }, (_, index) => Buffer.from([index]));
    expect(mailbox.sendBatch(datas, mailbox.localAddress())).toBe(100);
    expect(take(mailbox, 100).map(({ data }) => data[0])).toEqual(Array.from({ length: 100 }, (_, index) => index));
  });

  it('has nothing to do for an empty list', () => {
    expect(udp().sendBatch([])).toBe(0);
  });

  it('says how many were taken from the front, and why the first was refused', () => {
    const [from, to] = [unixDatagram(), unixDatagram()];
    const datas = Array.from({ length: 5000 }, (_, index) => Buffer.from(index.toString()));
    const taken = from.sendBatch(datas, to.localAddress());
    expect(taken).toBeGreaterThan(0);
    expect(taken).toBeLessThan(5000);
    expect(from.sendBatch(datas.slice(taken), to.localAddress())).toBe(-EAGAIN);
    const out = take(to, taken);
    expect(out.length).toBe(taken);
    expect(out.at(-1)!.data.toString()).toBe((taken - 1).toString());
  });

  it('uses the connected address without one of its own', () => {
    const [from, to] = [udp(), udp()];
    from.connect(to.localAddress());
    expect(from.sendBatch([Buffer.from('a'), Buffer.from('b')])).toBe(2);
    expect(texts(take(to, 2))).toEqual(['a', 'b']);
  });
});

describe('start', () => {
  it('calls back with what arrives, at most 32 in one batch, and misses nothing', async () => {
    const mailbox = udp();
    const self = mailbox.localAddress();
    const batches: number[] = [];
    const seen: number[] = [];
    mailbox.start((batch) => {
      batches.push(batch.length);
      for (const { data } of batch) seen.push(data.readUInt8());
    }, ignore);
    expect(mailbox.sendBatch(Array.from({ length: 150 }, (_, index) => Buffer.from([index])), self)).toBe(150);
    await until(() => seen.length === 150);
    expect(batches).toEqual([32, 32, 32, 32, 22]);
    expect(seen).toEqual(Array.from({ length: 150 }, (_, index) => index));
  });

  it('lets others have their turn after four batches', async () => {
    const [flooded, other] = [udp(), udp()];
    const order: string[] = [];
    flooded.start((batch) => order.push(`flood ${batch.length}`), ignore);
    other.start(() => order.push('other'), ignore);
    flooded.sendBatch(Array.from({ length: 140 }, () => Buffer.from('x')), flooded.localAddress());
    other.send(Buffer.from('y'), other.localAddress());
    await until(() => order.length === 6);
    expect(order).toEqual(['flood 32', 'flood 32', 'flood 32', 'flood 32', 'other', 'flood 12']);
  });

  it('reports an error of the socket and goes on', async () => {
    const mailbox = refused();
    const said: (string | number)[] = [];
    mailbox.start(
      (batch) => said.push(...texts(batch)),
      (errno) => said.push(errno),
    );
    await until(() => said.length === 1);
    mailbox.send(Buffer.from('again?'));
    await until(() => said.length === 2);
    expect(said).toEqual([ECONNREFUSED, ECONNREFUSED]);
  });

  it('calls nobody after stop; what arrived meanwhile comes after the next start', async () => {
    const mailbox = udp();
    const self = mailbox.localAddress();
    const seen: string[] = [];
    mailbox.start((batch) => seen.push(...texts(batch)), ignore);
    mailbox.stop();
    mailbox.send(Buffer.from('patience'), self);
    await settle();
    expect(seen).toEqual([]);
    mailbox.start((batch) => seen.push(...texts(batch)), ignore);
    await until(() => seen.length > 0);
    expect(seen).toEqual(['patience']);
  });

  it('calls the newer callback after a second start', async () => {
    const mailbox = udp();
    const seen: string[] = [];
    mailbox.start(() => seen.push('old'), ignore);
    mailbox.start(() => seen.push('new'), ignore);
    mailbox.send(Buffer.from('x'), mailbox.localAddress());
    await until(() => seen.length > 0);
    expect(seen).toEqual(['new']);
  });

  it.each(['close', 'stop'] as const)('delivers nothing more once a callback has called %s', async (method) => {
    const mailbox = udp();
    const batches: number[] = [];
    mailbox.start((batch) => {
      batches.push(batch.length);
      mailbox[method]();
    }, ignore);
    mailbox.sendBatch(Array.from({ length: 40 }, () => Buffer.from('x')), mailbox.localAddress());
    await until(() => batches.length > 0);
    await settle();
    expect(batches).toEqual([32]);
    // What a stopped mailbox has not delivered is not lost.
    expect(mailbox.receive([])).toBe(method === 'stop' ? 8 : -EBADF);
  });

  it('goes on with the new callback when a callback starts again', async () => {
    const mailbox = udp();
    const seen: string[] = [];
    mailbox.start((first) => {
      seen.push(`first ${first.length}`);
      mailbox.start((second) => seen.push(`second ${second.length}`), ignore);
    }, ignore);
    mailbox.sendBatch(Array.from({ length: 40 }, () => Buffer.from('x')), mailbox.localAddress());
    await until(() => seen.length === 2);
    expect(seen).toEqual(['first 32', 'second 8']);
  });

  it('shares with receive: what was drained by hand is not delivered again', async () => {
    const mailbox = udp();
    const seen: string[] = [];
    mailbox.start((batch) => seen.push(...texts(batch)), ignore);
    mailbox.send(Buffer.from('by hand'), mailbox.localAddress());
    expect(texts(take(mailbox, 1))).toEqual(['by hand']);
    await settle();
    expect(seen).toEqual([]);
  });
});

describe('options', () => {
  it('sets and gets an int', () => {
    const mailbox = udp();
    mailbox.setOption(SOL_SOCKET, SO_REUSEADDR, 1);
    expect(mailbox.getOption(SOL_SOCKET, SO_REUSEADDR, 4)).toEqual(Buffer.from([1, 0, 0, 0]));
    // The kernel doubles what is asked for (socket(7)).
    mailbox.setOption(SOL_SOCKET, SO_RCVBUF, 20_000);
    expect(mailbox.getOption(SOL_SOCKET, SO_RCVBUF, 4).readInt32LE()).toBe(40_000);
  });

  it('sets bytes and cuts what it gets to what the kernel wrote', () => {
    const mailbox = udp();
    mailbox.setOption(SOL_SOCKET, SO_REUSEADDR, Uint8Array.of(1, 0, 0, 0));
    expect(mailbox.getOption(SOL_SOCKET, SO_REUSEADDR, 100).length).toBe(4);
  });

  it('lets only what a filter passes into the socket', () => {
    const mailbox = udp();
    // ldb [8]; jeq #'y', 0, 1; ret #65535; ret #0 - the first byte behind the UDP header.
    const program = Buffer.from('3000000008000000' + '1500000179000000' + '06000000ffff0000' + '0600000000000000', 'hex');
    mailbox.attachFilter(program);
    mailbox.sendBatch(['no', 'yes', 'not', 'y'].map((text) => Buffer.from(text)), mailbox.localAddress());
    expect(texts(take(mailbox, 2))).toEqual(['yes', 'y']);
    expect(mailbox.receive([])).toBe(0);
  });

  it('hears only its peer once connected', () => {
    const [peer, stranger, mailbox] = [udp(), udp(), udp()];
    mailbox.connect(peer.localAddress());
    stranger.send(Buffer.from('stranger'), mailbox.localAddress());
    peer.send(Buffer.from('peer'), mailbox.localAddress());
    expect(texts(take(mailbox, 1))).toEqual(['peer']);
    expect(mailbox.receive([])).toBe(0);
  });
});

describe('refusals name operation, errno and object', () => {
  it('for an address in use', () => {
    const error = refusal(() => {
      closeAfterwards(Mailbox.open(AF_INET, SOCK_DGRAM, 0, 'pulse socket public')).bind(udp().localAddress());
    });
    expect([error.operation, error.errno, error.code, error.object]).toEqual([
      'bind',
      98,
      'EADDRINUSE',
      'pulse socket public',
    ]);
    expect(error.message).toBe('bind on pulse socket public: EADDRINUSE (errno 98)');
  });

  it('for a family or a kind that does not exist', () => {
    expect(refusal(() => Mailbox.open(99, SOCK_DGRAM, 0, 'x')).message).toBe('socket on x: EAFNOSUPPORT (errno 97)');
    const stream = refusal(() => Mailbox.open(AF_INET, 1, 0, 'a stream'));
    expect(stream.message).toBe('socket on a stream: ESOCKTNOSUPPORT (errno 94)');
  });

  it('for connect, options and filters', () => {
    const mailbox = udp('m');
    const messages = [
      () => {
        mailbox.connect(Uint8Array.of(2, 0, 0, 1));
      },
      () => {
        mailbox.setOption(SOL_SOCKET, 9999, 1);
      },
      () => mailbox.getOption(SOL_SOCKET, 9999, 4),
      () => {
        // A whole instruction (ret #0), which the kernel would take, and one byte more.
        mailbox.attachFilter(Buffer.from('0600000000000000' + '00', 'hex'));
      },
      () => {
        mailbox.attachFilter(new Uint8Array(0));
      },
    ].map((operation) => refusal(operation).message);
    expect(messages).toEqual([
      'connect on m: EINVAL (errno 22)',
      'setsockopt on m: ENOPROTOOPT (errno 92)',
      'getsockopt on m: ENOPROTOOPT (errno 92)',
      'attach filter on m: EINVAL (errno 22)',
      'attach filter on m: EINVAL (errno 22)',
    ]);
  });
});

describe('close', () => {
  it('may be called twice, and leaves nothing that works', () => {
    const mailbox = udp('gone');
    const self = mailbox.localAddress();
    mailbox.close();
    mailbox.close();
    expect(mailbox.send(Buffer.from('x'), self)).toBe(-EBADF);
    expect(mailbox.sendBatch([Buffer.from('x')], self)).toBe(-EBADF);
    expect(mailbox.sendBatch([], self)).toBe(-EBADF);
    expect(mailbox.receive([])).toBe(-EBADF);
    mailbox.stop();
    mailbox.ref();
    mailbox.unref();
    const messages = [
      () => {
        mailbox.bind(self);
      },
      () => mailbox.localAddress(),
      () => {
        mailbox.start(ignore, ignore);
      },
    ].map((operation) => refusal(operation).message);
    expect(messages).toEqual([
      'bind on gone: EBADF (errno 9)',
      'getsockname on gone: EBADF (errno 9)',
      'poll on gone: EBADF (errno 9)',
    ]);
  });

  it('gives the address free at once, also of a started mailbox', () => {
    const mailbox = udp();
    const self = mailbox.localAddress();
    mailbox.start(ignore, ignore);
    mailbox.close();
    const next = closeAfterwards(Mailbox.open(AF_INET, SOCK_DGRAM, 0, 'next'));
    next.bind(self);
    expect(next.localAddress()).toEqual(self);
  });
});

/** Descriptors of this process that are sockets, with the flags of /proc/self/fdinfo. */
function socketFlags(): ReadonlyMap<string, number> {
  const flags = new Map<string, number>();
  for (const fd of readdirSync('/proc/self/fd')) {
    try {
      if (!readlinkSync(`/proc/self/fd/${fd}`).startsWith('socket:')) continue;
      const info = readFileSync(`/proc/self/fdinfo/${fd}`, 'latin1');
      flags.set(fd, Number.parseInt(/flags:\s*(\d+)/.exec(info)?.[1] ?? '0', 8));
    } catch {
      // The descriptor of the directory itself is gone by now.
    }
  }
  return flags;
}

it('opens descriptors that are close-on-exec and never block', () => {
  const before = socketFlags();
  udp();
  const added = [...socketFlags()].filter(([fd]) => !before.has(fd));
  // O_CLOEXEC | O_NONBLOCK | O_RDWR
  expect(added.map(([, flags]) => flags.toString(8))).toEqual(['2004002']);
});

it('binds IPv6 addresses as well', () => {
  const mailbox = closeAfterwards(Mailbox.open(10, SOCK_DGRAM, 0, 'v6'));
  mailbox.bind(inet('::1', 0));
  mailbox.send(Buffer.from('six'), mailbox.localAddress());
  expect(take(mailbox, 1)).toEqual([{ data: Buffer.from('six'), from: mailbox.localAddress(), truncated: false }]);
});

it('knows the monotonic clock of process.hrtime', () => {
  const before = Number(process.hrtime.bigint()) / 1e6;
  const between = monotonicMillis();
  const after = Number(process.hrtime.bigint()) / 1e6;
  expect(between).toBeGreaterThanOrEqual(before);
  expect(between).toBeLessThanOrEqual(after);
});

it('returns the errno for a policy that does not exist', () => {
  expect(setThreadScheduler(99, 0)).toBe(-EINVAL);
});
