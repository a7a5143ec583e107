/**
 * Raw ICMP sockets through the npm package `raw-socket`, with its traps closed: main thread only (it always uses
 * the default loop), received bytes are copied, the socket is kept from the garbage collector, and only echo
 * replies are let through by the kernel. Knows no more about ICMP than that.
 */
import { createRequire } from 'node:module';
import type { Family } from '../config/model.js';
import { ExitStatus, Fatal } from '../fatal.js';
import { ECHO_REPLY, ICMP6_ECHO_REPLY } from './icmp.js';

/** The part of the package that is used here; it comes without types. */
interface RawSocketModule {
  createSocket(options: { protocol: number; addressFamily: number }): RawSocket;
  readonly AddressFamily: { readonly IPv4: number; readonly IPv6: number };
  readonly Protocol: { readonly ICMP: number; readonly ICMPv6: number };
}

interface RawSocket {
  on(event: 'message', listener: (buffer: Buffer, source: string) => void): void;
  on(event: 'error', listener: (error: Error) => void): void;
  on(event: 'close', listener: () => void): void;
  /** `before` is called right before the system call. Neither is called when the socket is closed first. */
  send(
    buffer: Buffer,
    offset: number,
    length: number,
    address: string,
    before: () => void,
    after: (error: Error | null) => void,
  ): void;
  setOption(level: number, option: number, value: number): void;
  setOption(level: number, option: number, value: Buffer, length: number): void;
  close(): void;
}

export interface IcmpSocket {
  /**
   * Sends when the loop gets there: the package sends one message per round. `onLeaving` is called right before,
   * `onSent` after it, with the system's sentence where it said no. Nothing is called after `close` or `onLost`.
   */
  send(
    message: Buffer,
    address: string,
    onLeaving: () => void,
    onSent: (fault: string | undefined) => void,
  ): void;
  close(): void;
}

export interface IcmpListeners {
  /** The bytes are a copy. `source` is the sender's address as inet_ntop writes it. */
  readonly onMessage: (packet: Buffer, source: string) => void;
  /** The socket was lost and is useless now. Not called after `close`. */
  readonly onLost: (reason: string) => void;
}

/** include/uapi/linux/in.h, icmp.h (struct icmp_filter) and icmpv6.h (struct icmp6_filter). */
const SOL_RAW = 255;
const ICMP_FILTER = 1;
const IPPROTO_ICMPV6 = 58;
const ICMPV6_FILTER = 1;

/** Everything open: without a strong reference the package stops receiving at the next garbage collection. */
const held = new Set<RawSocket>();

/** Opens a raw ICMP or ICMPv6 socket, or throws `Fatal` with the cure. Never call it in a worker. */
export function openIcmp(family: Family, listeners: IcmpListeners): IcmpSocket {
  const socket = create(family);
  let closed = false;
  let reason = 'closed';
  socket.on('message', (buffer, source) => {
    listeners.onMessage(Buffer.from(buffer), source);
  });
  // Nothing to read after a wake-up comes as an error, too; only `close` means that the socket is gone.
  socket.on('error', (error) => (reason = error.message));
  socket.on('close', () => {
    held.delete(socket);
    if (!closed) listeners.onLost(reason);
    closed = true;
  });
  held.add(socket);
  return {
    send: (message, address, onLeaving, onSent) => {
      if (closed) return;
      socket.send(message, 0, message.length, address, onLeaving, (error) => {
        if (!closed) onSent(error?.message);
      });
    },
    close: () => {
      if (closed) return;
      closed = true;
      socket.close();
    },
  };
}

function create(family: Family): RawSocket {
  const raw = load();
  const name = family === 4 ? 'ICMP' : 'ICMPv6';
  try {
    const socket = raw.createSocket({
      protocol: raw.Protocol[name],
      addressFamily: family === 4 ? raw.AddressFamily.IPv4 : raw.AddressFamily.IPv6,
    });
    filterEchoReplies(socket, family);
    return socket;
  } catch (error) {
    const cure = 'run as root, or give the program CAP_NET_RAW (systemd: AmbientCapabilities=CAP_NET_RAW)';
    throw new Fatal(ExitStatus.system, `cannot open a raw ${name} socket: ${sentence(error)}`, cure);
  }
}

function load(): RawSocketModule {
  try {
    return createRequire(import.meta.url)('raw-socket') as RawSocketModule;
  } catch (error) {
    const cure =
      'install again with `npm rebuild raw-socket` (needs a compiler), on the Node.js that runs it';
    throw new Fatal(ExitStatus.system, `cannot load the package raw-socket: ${sentence(error)}`, cure);
  }
}

/** A set bit blocks its type. The words of the ICMPv6 filter are in the machine's byte order. */
function filterEchoReplies(socket: RawSocket, family: Family): void {
  if (family === 4) {
    socket.setOption(SOL_RAW, ICMP_FILTER, ~(1 << ECHO_REPLY) >>> 0);
    return;
  }
  const words = new Uint32Array(8).fill(0xffffffff);
  words[ICMP6_ECHO_REPLY >>> 5] = ~(1 << (ICMP6_ECHO_REPLY & 31)) >>> 0;
  socket.setOption(IPPROTO_ICMPV6, ICMPV6_FILTER, Buffer.from(words.buffer), 32);
}

function sentence(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error);
  return text.split('\n', 1)[0] ?? text;
}
