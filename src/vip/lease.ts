/**
 * Renews the lease: the right to answer for the floating addresses, which lives in the kernel as set elements
 * that expire by themselves. A rule on the loopback device's ingress takes a datagram with the token as a
 * renewal for the address that it was sent to; this file only sends those datagrams. A daemon that is killed,
 * hung or stopped sends none, and the kernel falls silent without its help.
 */
import { Mailbox } from '../native.js';
import { AF_INET, AF_INET6, inet, SOCK_DGRAM } from '../sockaddr.js';
import type { Placement } from './face.js';

const SOL_SOCKET = 1;
const SO_BINDTODEVICE = 25;

interface Renewal {
  readonly mailbox: Mailbox;
  readonly to: Buffer;
}

export class Lease {
  readonly #token: Uint8Array;
  readonly #renewals: readonly Renewal[];
  readonly #mailboxes: readonly Mailbox[];
  /** Renewals that the kernel did not take. */
  failures = 0;

  /** `port` is the pulse's port plus 2. Throws SystemError. */
  constructor(placements: readonly Placement[], port: number, token: Uint8Array) {
    this.#token = token;
    const boxes = new Map<number, Mailbox>();
    this.#renewals = placements.map(({ address, family }) => {
      const mailbox = boxes.get(family) ?? openLoopback(family);
      boxes.set(family, mailbox);
      return { mailbox, to: inet(address, port) };
    });
    this.#mailboxes = [...boxes.values()];
  }

  /** One datagram per address: microseconds, and the kernel's set holds when this returns. */
  renew(): void {
    for (const { mailbox, to } of this.#renewals) if (mailbox.send(this.#token, to) < 0) this.failures++;
  }

  close(): void {
    for (const mailbox of this.#mailboxes) mailbox.close();
  }
}

/**
 * IPv4: bound to `lo`, so that the token never leaves this machine even when an address is not ours. IPv6 finds no
 * local route that way; there a stray token would be on the LAN, where it is worth nothing: only `lo` is heeded.
 */
function openLoopback(family: 4 | 6): Mailbox {
  const mailbox = Mailbox.open(family === 4 ? AF_INET : AF_INET6, SOCK_DGRAM, 0, `lease socket IPv${family}`);
  if (family === 4) mailbox.setOption(SOL_SOCKET, SO_BINDTODEVICE, Buffer.from('lo\0'));
  return mailbox;
}
