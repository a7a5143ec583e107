/**
 * Syslog over TCP (RFC 6587) or TLS (RFC 5425) to one collector: one connection, kept open, made again with growing pauses, and
 * a window of messages that the collector's kernel has not acknowledged yet. Those are sent again on the next connection, so a
 * connection that breaks doubles a message rather than losing it. It must not format, nor queue beyond that window.
 */
import { isIPv6, type Socket } from 'node:net';
import { acknowledgement } from './acknowledged.js';
import { octetCounted } from './octets.js';
import type { ConnectionView, Transport } from './outbox.js';

/** Begins a connection. `ready` is called once it can carry messages; errors and the end come as events of the socket. */
export type Connect = (ready: () => void) => Socket;

/** So many messages may be unacknowledged: what a collector that does not read costs here in memory. */
export const WINDOW = 256;
/** Connecting, with the handshake of TLS. */
export const CONNECT_LIMIT_MILLIS = 5000;
/** Between two connections: at first, and at most. Each failure doubles it; an acknowledgement ends that. */
export const FIRST_PAUSE_MILLIS = 250;
export const LONGEST_PAUSE_MILLIS = 10_000;
/** Retransmissions without an answer: six seconds with Linux's timers. Then the connection counts as dead. */
const MOST_ATTEMPTS = 5;
/** How often the kernel is asked while something is unacknowledged: at first, and at most. */
const FIRST_LOOK_MILLIS = 20;
const LONGEST_LOOK_MILLIS = 500;
/** Until a router that has vanished silently from an idle connection is asked for. */
const KEEPALIVE_MILLIS = 30_000;
/** What the end of the daemon waits for. */
const CLOSE_LIMIT_MILLIS = 250;

interface Held {
  readonly frame: Buffer;
  readonly done: (refusal: string | undefined) => void;
}

export interface StreamOptions {
  readonly name: string;
  readonly address: string;
  readonly port: number;
  readonly connect: Connect;
}

/** A transport over a connection, which it makes when it is opened and keeps. */
export function streamTransport(options: StreamOptions): Transport {
  return new Stream(options);
}

/** `tcp:192.0.2.1:514`. */
export function streamName(protocol: string, address: string, port: number): string {
  return `${protocol}:${isIPv6(address) ? `[${address}]` : address}:${port}`;
}

class Stream implements Transport {
  readonly name: string;
  readonly #o: StreamOptions;
  #socket: Socket | undefined;
  #connected = false;
  #closed = false;
  /** Why there is no connection; empty before the first failure. */
  #reason = '';
  #connects = 0;
  #repeated = 0;
  #pause = FIRST_PAUSE_MILLIS;
  #look = FIRST_LOOK_MILLIS;
  /** The next connection, the limit of this one, or the next question to the kernel. */
  #connectTimer: NodeJS.Timeout | undefined;
  #lookTimer: NodeJS.Timeout | undefined;
  /** Handed to a connection, oldest first, and not known to be acknowledged. */
  #unconfirmed: Buffer[] = [];
  /** The message that waits for a connection or for room in the window. */
  #held: Held | undefined;

  constructor(options: StreamOptions) {
    this.#o = options;
    this.name = options.name;
  }

  open(): void {
    this.#connect();
  }

  transmit(message: Uint8Array, done: (refusal: string | undefined) => void): void {
    this.#held = { frame: octetCounted(message), done };
    this.#advance();
  }

  connection(): ConnectionView {
    return {
      state: this.#connected ? 'connected' : this.#reason === '' ? 'connecting' : 'down',
      reason: this.#connected ? '' : this.#reason,
      connects: this.#connects,
      unconfirmed: this.#unconfirmed.length,
      repeated: this.#repeated,
    };
  }

  /** What has been handed over may still leave this machine. */
  close(): Promise<void> {
    this.#closed = true;
    this.#held = undefined;
    clearTimeout(this.#connectTimer);
    clearTimeout(this.#lookTimer);
    const socket = this.#socket;
    if (socket === undefined || !this.#connected) {
      socket?.destroy();
      return Promise.resolve();
    }
    return new Promise((resolve) => {
      const late = setTimeout(() => socket.destroy(), CLOSE_LIMIT_MILLIS);
      socket.once('close', () => {
        clearTimeout(late);
        resolve();
      });
      socket.end();
    });
  }

  #connect(): void {
    const broken = (reason: string): void => {
      if (this.#socket === socket) this.#broken(reason);
    };
    const socket: Socket = this.#o.connect(() => {
      if (this.#socket === socket) this.#ready(socket);
    });
    this.#socket = socket;
    socket.setKeepAlive(true, KEEPALIVE_MILLIS);
    socket.setNoDelay(true);
    // A collector says nothing; what it says is not kept.
    socket.resume();
    socket.on('error', (error: NodeJS.ErrnoException) => broken(error.code ?? error.name));
    socket.on('end', () => broken('closed'));
    socket.on('close', () => broken('closed'));
    socket.unref();
    this.#connectTimer = setTimeout(() => broken('ETIMEDOUT'), CONNECT_LIMIT_MILLIS).unref();
  }

  #ready(socket: Socket): void {
    clearTimeout(this.#connectTimer);
    this.#connected = true;
    this.#connects += 1;
    this.#repeated += this.#unconfirmed.length;
    for (const frame of this.#unconfirmed) socket.write(frame);
    this.#lookLater(FIRST_LOOK_MILLIS);
    this.#advance();
  }

  /** Hands over the waiting message if there is a connection with room. */
  #advance(): void {
    if (this.#held === undefined || !this.#connected || this.#unconfirmed.length >= WINDOW) return;
    const { frame, done } = this.#held;
    this.#held = undefined;
    this.#unconfirmed.push(frame);
    this.#socket?.write(frame);
    this.#lookLater(FIRST_LOOK_MILLIS);
    done(undefined);
  }

  #broken(reason: string): void {
    this.#socket?.destroy();
    this.#socket = undefined;
    this.#connected = false;
    clearTimeout(this.#connectTimer);
    clearTimeout(this.#lookTimer);
    this.#lookTimer = undefined;
    if (this.#closed) return;
    this.#reason = reason;
    this.#connectTimer = setTimeout(() => this.#connect(), this.#pause).unref();
    this.#pause = Math.min(this.#pause * 2, LONGEST_PAUSE_MILLIS);
    const held = this.#held;
    this.#held = undefined;
    held?.done(reason);
  }

  #lookLater(wait: number): void {
    if (this.#unconfirmed.length === 0 || this.#lookTimer !== undefined) return;
    this.#look = wait;
    this.#lookTimer = setTimeout(() => void this.#lookNow(), wait).unref();
  }

  /** Nothing unacknowledged now: whatever had left this process before has arrived over there. */
  async #lookNow(): Promise<void> {
    const socket = this.#socket;
    const { localAddress, localPort } = socket ?? {};
    if (socket === undefined || localAddress === undefined || localPort === undefined) return;
    const { address, port } = this.#o;
    const handed = socket.writableLength === 0 ? this.#unconfirmed.length : 0;
    const answer = await acknowledgement({ localAddress, localPort, address, port });
    if (this.#socket !== socket || this.#closed) return;
    this.#lookTimer = undefined;
    if (answer !== undefined && answer.attempts >= MOST_ATTEMPTS) {
      this.#broken('ETIMEDOUT');
      return;
    }
    if (answer?.unacknowledged === 0 && handed > 0) {
      this.#unconfirmed.splice(0, handed);
      this.#pause = FIRST_PAUSE_MILLIS;
      this.#look = FIRST_LOOK_MILLIS / 2;
    }
    this.#lookLater(Math.min(this.#look * 2, LONGEST_LOOK_MILLIS));
    this.#advance();
  }
}
