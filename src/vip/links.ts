/**
 * Watches the service links' carrier over rtnetlink, so that an active whose cable is out gives the role away.
 * Only counts and remembers; what follows from it is the election's business.
 */
import { type Datagram, Mailbox, SystemError } from '../native.js';
import { decodeMessages } from '../netlink/message.js';
import {
  decodeLink,
  IFF_LOWER_UP,
  IFF_UP,
  type Link,
  RTM_NEWLINK,
  RTMGRP_LINK,
} from '../netlink/rtnetlink.js';
import { NETLINK_ROUTE } from '../netlink/request.js';
import { AF_NETLINK, netlinkAddress, SOCK_RAW } from '../sockaddr.js';

export class LinkWatch {
  readonly #mailbox: Mailbox;
  /** Whether each watched link carries, by its name. */
  readonly #carries = new Map<string, boolean>();
  readonly #current: (name: string) => Link;
  #restored = false;

  /** `current` asks the kernel for a link as it is now. Throws SystemError. */
  constructor(names: readonly string[], current: (name: string) => Link, wake: () => void) {
    this.#mailbox = Mailbox.open(AF_NETLINK, SOCK_RAW, NETLINK_ROUTE, 'rtnetlink link events');
    this.#mailbox.bind(netlinkAddress(0, RTMGRP_LINK));
    for (const name of names) this.#carries.set(name, carries(current(name)));
    this.#current = current;
    this.#mailbox.start(
      (batch) => {
        this.#take(batch);
        wake();
      },
      () => {
        this.#askAgain();
        wake();
      },
    );
  }

  /**
   * How many links carry, and whether one has come up again since the last call, by the events that were delivered or also
   * by those that still lie in the socket.
   */
  drain(reach: 'delivered' | 'waiting'): { readonly carrying: number; readonly restored: boolean } {
    if (reach === 'waiting') this.#receive();
    const restored = this.#restored;
    this.#restored = false;
    return { carrying: [...this.#carries.values()].filter(Boolean).length, restored };
  }

  close(): void {
    this.#mailbox.close();
  }

  #receive(): void {
    const batch: Datagram[] = [];
    if (this.#mailbox.receive(batch) < 0) this.#askAgain();
    this.#take(batch);
  }

  /** ENOBUFS: events were lost; the kernel says what they would have said. */
  #askAgain(): void {
    for (const name of this.#carries.keys()) this.#set(name, this.#carriesNow(name));
  }

  #carriesNow(name: string): boolean {
    try {
      return carries(this.#current(name));
    } catch (error) {
      if (error instanceof SystemError) return false;
      throw error;
    }
  }

  #take(batch: readonly Datagram[]): void {
    for (const { data } of batch)
      for (const message of decodeMessages(data).messages) {
        const link = decodeLink(message);
        if (link !== undefined) this.#set(link.name, message.type === RTM_NEWLINK && carries(link));
      }
  }

  #set(name: string, now: boolean): void {
    const before = this.#carries.get(name);
    if (before === undefined || before === now) return;
    this.#carries.set(name, now);
    if (now) this.#restored = true;
  }
}

function carries(link: Link): boolean {
  return (link.flags & IFF_UP) !== 0 && (link.flags & IFF_LOWER_UP) !== 0;
}
