/**
 * Renews the lease: the right to answer for the floating addresses, which lives in the kernel as set elements
 * that expire by themselves. A rule on the loopback device's ingress takes a datagram with the token as a
 * renewal for the address that it was sent to; this file only sends those datagrams. A daemon that is killed or
 * stopped, or whose pulse side hangs, sends none, and the kernel falls silent without its help.
 */
import { Mailbox } from '../native.js';
import { AF_INET, AF_INET6, inet, SOCK_DGRAM } from '../sockaddr.js';
import type { Placement, RenewalKind } from './face.js';

const SOL_SOCKET = 1;
const SO_BINDTODEVICE = 25;

/**
 * IPv6 has one lease for all its addresses (see dataplane/lease-rules.ts), and is renewed here: the kernel makes the route to
 * an address that was just added in a worker of its own, milliseconds later where the machine is busy, and until then a
 * renewal that was sent to it would go out to the LAN.
 */
const IPV6_LOOPBACK = '::1';

interface Renewal {
  readonly mailbox: Mailbox;
  readonly to: Buffer;
}

export class LeaseRenewer {
  readonly #datagrams: Readonly<Record<RenewalKind, Uint8Array>>;
  readonly #renewals: readonly Renewal[];
  readonly #mailboxes: readonly Mailbox[];
  /** Renewals that the kernel did not take. */
  failures = 0;

  /** `port` is the pulse's port plus 2. Throws SystemError. */
  constructor(placements: readonly Placement[], port: number, token: Uint8Array) {
    const longer = (bytes: number): Uint8Array => Buffer.concat([token, Buffer.alloc(bytes)]);
    this.#datagrams = { busy: longer(0), idle: longer(1), first: longer(2) };
    const boxes = new Map<number, Mailbox>();
    const destinations = new Set(
      placements.map(({ address, family }) => (family === 4 ? address : IPV6_LOOPBACK)),
    );
    this.#renewals = Array.from(destinations, (address) => {
      const family = address.includes(':') ? 6 : 4;
      const mailbox = boxes.get(family) ?? openLoopback(family);
      boxes.set(family, mailbox);
      return { mailbox, to: inet(address, port) };
    });
    this.#mailboxes = [...boxes.values()];
  }

  /** One datagram per IPv4 address and one for IPv6: microseconds, and the kernel's set holds when this returns. */
  renew(kind: RenewalKind): void {
    const datagram = this.#datagrams[kind];
    for (const { mailbox, to } of this.#renewals) if (mailbox.send(datagram, to) < 0) this.failures++;
  }

  close(): void {
    for (const mailbox of this.#mailboxes) mailbox.close();
  }
}

/** Bound to `lo`, so that the token never leaves this machine, even when an address is not ours. */
function openLoopback(family: 4 | 6): Mailbox {
  const mailbox = Mailbox.open(family === 4 ? AF_INET : AF_INET6, SOCK_DGRAM, 0, `lease socket IPv${family}`);
  mailbox.setOption(SOL_SOCKET, SO_BINDTODEVICE, Buffer.from('lo\0'));
  return mailbox;
}
