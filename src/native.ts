/**
 * The native addon's typed face: mailboxes (datagram sockets of any family, addressed by raw struct sockaddr)
 * three calls about the calling thread and one about the process. Works in the main thread and in workers alike.
 * Knows no protocol: families, options and addresses come from the caller (see sockaddr.ts).
 */
import { getSystemErrorName } from 'node:util';
import { addon, type NativeSocket } from './addon.js';
import { invariant } from './assert.js';

/** include/uapi/linux/sched.h: the real-time policy that only blocking ends. */
export const SCHED_FIFO = 1;
/** To be or-ed to the policy: what this thread starts does not inherit the real-time policy. */
export const SCHED_RESET_ON_FORK = 0x40000000;

/** The kernel refused: which operation, with what errno, on which object. */
export class SystemError extends Error {
  /** The errno's name, such as `ENOBUFS`. */
  readonly code: string;

  /** `errno` is positive; `object` is what the operation was done to, in the administrator's words. */
  constructor(
    readonly operation: string,
    readonly errno: number,
    readonly object: string,
  ) {
    const code = getSystemErrorName(-errno);
    super(`${operation} on ${object}: ${code} (errno ${errno})`);
    this.name = 'SystemError';
    this.code = code;
  }
}

/** One received datagram. */
export interface Datagram {
  /** The datagram's bytes: a copy of its own, safe to keep. */
  readonly data: Buffer;
  /**
   * Raw struct sockaddr of the sender, empty when there is none. Consecutive datagrams of one sender share
   * this buffer: it is safe to keep and must not be written to.
   */
  readonly from: Buffer;
  /** The datagram was longer than the mailbox's `datagramBytes`; the rest is lost. */
  readonly truncated: boolean;
}

/** How a mailbox is opened. */
export interface MailboxOptions {
  /** The longest datagram that is received whole, 64 KiB where nothing is said. */
  readonly datagramBytes?: number;
}

/** sizeof(struct sockaddr_storage): the kernel never reports a longer address. */
const addressBytes = 128;
const defaultDatagramBytes = 65536;
const largestDatagramBytes = 1 << 20;
/** Datagrams per recvmmsg(2), and recvmmsg calls per wake-up: other sockets and timers get their turn. */
const roundDatagrams = 32;
const wakeRounds = 4;
const defaultReceiveLimit = 1024;

/** One round of received datagrams lands here, is copied out at once, and the next round overwrites it. */
interface Slab {
  readonly data: Buffer;
  /** `roundDatagrams` times struct sockaddr_storage. */
  readonly senders: Buffer;
  /** Per datagram: bytes received, bytes of the sender's address, 1 when truncated. */
  readonly lengths: Int32Array;
}

let slab: Slab | undefined;

/** This thread's slab, shared by its mailboxes: no JavaScript runs between filling and copying out. */
function slabFor(datagramBytes: number): Slab {
  const bytes = datagramBytes * roundDatagrams;
  if (slab === undefined || slab.data.length < bytes) {
    slab = {
      data: Buffer.alloc(bytes),
      senders: Buffer.alloc(addressBytes * roundDatagrams),
      lengths: new Int32Array(3 * roundDatagrams),
    };
  }
  return slab;
}

interface Handlers {
  readonly onDatagrams: (batch: readonly Datagram[]) => void;
  readonly onError: (errno: number) => void;
}

/** A datagram socket that never blocks. Every descriptor is close-on-exec. */
export class Mailbox {
  readonly #socket: NativeSocket;
  readonly #datagramBytes: number;
  #lastSender: Buffer = Buffer.alloc(0);
  /** A negative errno that arrived behind datagrams already handed out; 0 when there is none. */
  #pendingError = 0;
  #handlers: Handlers | undefined;

  private constructor(
    socket: NativeSocket,
    readonly what: string,
    datagramBytes: number,
  ) {
    this.#socket = socket;
    this.#datagramBytes = datagramBytes;
  }

  /**
   * socket(2) for SOCK_DGRAM and SOCK_RAW. `what` names the socket in errors, such as `pulse socket public`.
   * Throws SystemError, or Fatal when the addon is not built.
   */
  static open(
    domain: number,
    type: number,
    protocol: number,
    what: string,
    options: MailboxOptions = {},
  ): Mailbox {
    const bytes = options.datagramBytes ?? defaultDatagramBytes;
    invariant(Number.isInteger(bytes) && bytes >= 1 && bytes <= largestDatagramBytes, 'datagramBytes fits');
    const socket = new (addon().Socket)();
    const mailbox = new Mailbox(socket, what, bytes);
    mailbox.#check('socket', socket.open(domain, type, protocol));
    slabFor(bytes);
    return mailbox;
  }

  /** bind(2). Throws SystemError. */
  bind(address: Uint8Array): void {
    this.#check('bind', this.#socket.bind(address));
  }

  /** connect(2): sets the default receiver and lets only its datagrams in. Throws SystemError. */
  connect(address: Uint8Array): void {
    this.#check('connect', this.#socket.connect(address));
  }

  /**
   * setsockopt(2); a number is passed as a C int. Throws SystemError. Options that fill the socket's error
   * queue (IP_RECVERR, transmit time stamps) are not for a mailbox: nobody reads that queue, and a mailbox
   * with something in it would wake for ever.
   */
  setOption(level: number, name: number, value: number | Uint8Array): void {
    const bytes = typeof value === 'number' ? new Uint8Array(Int32Array.of(value).buffer) : value;
    this.#check('setsockopt', this.#socket.setOption(level, name, bytes));
  }

  /** getsockopt(2): at most `length` bytes, cut to what the kernel wrote. Throws SystemError. */
  getOption(level: number, name: number, length: number): Buffer {
    const value = Buffer.alloc(length);
    const written = this.#check('getsockopt', this.#socket.getOption(level, name, value));
    return value.subarray(0, written);
  }

  /** getsockname(2): raw struct sockaddr, with what the kernel chose (port, netlink port id). Throws SystemError. */
  localAddress(): Buffer {
    const address = Buffer.alloc(addressBytes);
    const length = this.#check('getsockname', this.#socket.localAddress(address));
    return address.subarray(0, length);
  }

  /** SO_ATTACH_FILTER: an array of struct sock_filter in native layout (linux/filter.h). Throws SystemError. */
  attachFilter(program: Uint8Array): void {
    this.#check('attach filter', this.#socket.attachFilter(program));
  }

  /**
   * sendto(2), or send(2) without `to`. 0, or a negative errno such as -EAGAIN, -ENETDOWN, and -EBADF after
   * `close`. Never waits for buffer space. (The kernel handles a netlink request inside this call.)
   */
  send(data: Uint8Array, to?: Uint8Array): number {
    return this.#socket.send(data, to);
  }

  /**
   * sendmmsg(2), any count. How many were taken, from the front; or a negative errno when the very first one
   * was refused. Fewer than given: send the rest again to learn why.
   */
  sendBatch(datas: readonly Uint8Array[], to?: Uint8Array): number {
    return this.#socket.sendBatch(datas, to);
  }

  /**
   * Appends what waits to `out`, without waiting. Returns how many, 0 when nothing waited, or a negative
   * errno such as -ENOBUFS (then nothing was appended). Takes at most `limit`, so that a flood cannot hold
   * the thread: `limit` returned means that more may wait.
   */
  receive(out: Datagram[], limit: number = defaultReceiveLimit): number {
    const pending = this.#takePendingError();
    if (pending < 0) return pending;
    let total = 0;
    while (total < limit) {
      const wanted = Math.min(roundDatagrams, limit - total);
      const count = this.#round(out, wanted);
      if (count < 0) {
        if (total === 0) return count;
        this.#postpone(count);
        return total;
      }
      total += count;
      // A short round means an empty queue, or an error that the kernel keeps for the next call.
      if (count < wanted) break;
    }
    return total;
  }

  /**
   * Calls `onDatagrams` whenever datagrams arrive (never with an empty batch, at most 32 in one) and
   * `onError` with a positive errno when the kernel reports one, such as ENOBUFS for lost messages. An
   * exception thrown by either is an uncaught exception of the process. Called again, it replaces both.
   * A started mailbox keeps itself and the event loop alive (see `unref`). Throws SystemError.
   */
  start(onDatagrams: (batch: readonly Datagram[]) => void, onError: (errno: number) => void): void {
    this.#handlers = undefined;
    this.#check('poll', this.#socket.start(this.#wake));
    this.#handlers = { onDatagrams, onError };
  }

  /** Ends what `start` began; what arrives from now on waits in the kernel. */
  stop(): void {
    this.#handlers = undefined;
    this.#socket.stop();
  }

  /** A started mailbox keeps the event loop alive: the default. */
  ref(): void {
    this.#socket.ref();
  }

  /** A started mailbox does not keep the event loop alive. */
  unref(): void {
    this.#socket.unref();
  }

  /** Closes the socket; may be called again. From now on sending and receiving return -EBADF. */
  close(): void {
    this.#handlers = undefined;
    this.#pendingError = 0;
    this.#socket.close();
  }

  readonly #wake = (): void => {
    for (let round = 0; round < wakeRounds; round++) {
      const batch: Datagram[] = [];
      const pending = this.#takePendingError();
      const count = pending < 0 ? pending : this.#round(batch, roundDatagrams);
      if (count > 0) this.#handlers?.onDatagrams(batch);
      if (count < 0) this.#handlers?.onError(-count);
      // A callback may have stopped or closed this mailbox.
      if (count < roundDatagrams || this.#handlers === undefined) return;
    }
  };

  /** One recvmmsg: how many datagrams were appended, or a negative errno. */
  #round(out: Datagram[], wanted: number): number {
    const { data, senders, lengths } = slabFor(this.#datagramBytes);
    const count = this.#socket.receive(data, senders, lengths, this.#datagramBytes, wanted);
    for (let index = 0; index < count; index++) {
      const length = lengths[3 * index] ?? 0;
      const at = index * this.#datagramBytes;
      const own = Buffer.allocUnsafe(length);
      data.copy(own, 0, at, at + length);
      const from = this.#sender(senders, index * addressBytes, lengths[3 * index + 1] ?? 0);
      out.push({ data: own, from, truncated: lengths[3 * index + 2] !== 0 });
    }
    return count;
  }

  #sender(senders: Buffer, start: number, length: number): Buffer {
    const last = this.#lastSender;
    if (last.length === length && senders.compare(last, 0, length, start, start + length) === 0) return last;
    this.#lastSender = Buffer.from(senders.subarray(start, start + length));
    return this.#lastSender;
  }

  /** Keeps an error for the next `receive`; a started mailbox reports it by itself soon. */
  #postpone(error: number): void {
    this.#pendingError = error;
    setImmediate(() => {
      if (this.#handlers === undefined) return;
      const pending = this.#takePendingError();
      if (pending < 0) this.#handlers.onError(-pending);
    });
  }

  #takePendingError(): number {
    const pending = this.#pendingError;
    this.#pendingError = 0;
    return pending;
  }

  #check(operation: string, result: number): number {
    if (result < 0) throw new SystemError(operation, -result, this.what);
    return result;
  }
}

/** sched_setscheduler(2) for the calling thread only. 0 or a negative errno. */
export function setThreadScheduler(policy: number, priority: number): number {
  return addon().setThreadScheduler(policy, priority);
}

/**
 * mlock2(2) with MLOCK_ONFAULT on every mapping of a file: program and library pages stay in memory once
 * touched, even when memory is short. The JavaScript heap is left alone, because V8 aborts the process when it
 * cannot give pages back; keep it out of swap from outside (systemd: `MemorySwapMax=0`). 0 or a negative errno.
 */
export function lockMemory(): number {
  return addon().lockMemory();
}

/** clock_gettime(CLOCK_MONOTONIC) in milliseconds with fractions: the same clock as time.ts. */
export function monotonicMillis(): number {
  return addon().monotonicMillis();
}

/**
 * execve(2) with this process's environment: `words` is the new command line, the program's path first. The process
 * starts over under its own id, with nothing left of its threads. Returns only when it was refused: a negative errno.
 */
export function execute(words: readonly string[]): number {
  return addon().execute(Buffer.from(words.map((word) => `${word}\0`).join('')));
}
