/** Hears what changes in this kernel's connection table. Owns the socket for it; what a change means is decided elsewhere. */
import { type Datagram, Mailbox } from '../native.js';
import { decodeMessages } from '../netlink/message.js';
import { NETLINK_NETFILTER } from '../netlink/request.js';
import { AF_NETLINK, netlinkAddress, SOCK_RAW } from '../sockaddr.js';
import { type Millis, millis } from '../time.js';
import * as ct from './ctnetlink.js';
import { type ConntrackEvent, decodeEvent, markFilter } from './events.js';

/** asm-generic/socket.h, linux/netlink.h */
const SOL_SOCKET = 1;
const SO_RCVBUFFORCE = 33;
const SOL_NETLINK = 270;
const NETLINK_ADD_MEMBERSHIP = 1;
const NETLINK_NO_ENOBUFS = 5;

/** Room for the kernel's events while JavaScript is busy, about 30,000 of them. */
const EVENT_BUFFER_BYTES = 16 << 20;

/**
 * What comes after a while of quiet is handled at once. After that the socket is left alone for so long: under load one
 * wake-up, one journal datagram and one acknowledgement serve all events of that time, and not one each.
 */
const REST = millis(2);
/** Handled in one go, a few milliseconds' work. */
const EVENTS_AT_ONCE = 256;

const GROUPS = [
  ct.NFNLGRP_CONNTRACK_NEW,
  ct.NFNLGRP_CONNTRACK_UPDATE,
  ct.NFNLGRP_CONNTRACK_DESTROY,
  ct.NFNLGRP_CONNTRACK_EXP_NEW,
  ct.NFNLGRP_CONNTRACK_EXP_DESTROY,
];

/**
 * Hears every change of flows with this mark, and of all expectations. `onLost` is called when the kernel had to drop events
 * (ENOBUFS): what was heard so far is not the truth any more, and only a dump is. It is called once everything that waited
 * has been heard: from its first lost event on the kernel drops all, without another word, until the socket is empty
 * (NETLINK_S_CONGESTED), so that a dump begun earlier would miss what happened meanwhile. With `rest` 0 every event is
 * heard at once, for those who measure.
 */
export class ConntrackListener {
  readonly #mailbox: Mailbox;
  #timer: NodeJS.Timeout | undefined;
  #immediate: NodeJS.Immediate | undefined;
  /** Events were lost, and the socket has not been empty since. */
  #behind = false;
  #closed = false;

  /** Throws SystemError, for example where CAP_NET_ADMIN or ctnetlink is missing. */
  constructor(
    mark: number,
    readonly onEvents: (events: readonly ConntrackEvent[]) => void,
    readonly onLost: () => void,
    readonly rest: Millis = REST,
  ) {
    const mailbox = Mailbox.open(AF_NETLINK, SOCK_RAW, NETLINK_NETFILTER, 'conntrack events', {
      datagramBytes: 8192,
    });
    this.#mailbox = mailbox;
    mailbox.attachFilter(markFilter(mark));
    mailbox.setOption(SOL_SOCKET, SO_RCVBUFFORCE, EVENT_BUFFER_BYTES);
    mailbox.setOption(SOL_NETLINK, NETLINK_NO_ENOBUFS, 0);
    mailbox.bind(netlinkAddress(0, 0));
    for (const group of GROUPS) mailbox.setOption(SOL_NETLINK, NETLINK_ADD_MEMBERSHIP, group);
    this.#wait();
  }

  close(): void {
    this.#closed = true;
    clearTimeout(this.#timer);
    clearImmediate(this.#immediate);
    this.#mailbox.close();
  }

  /** For the next event, however long it takes. */
  #wait(): void {
    this.#mailbox.start(
      (batch) => {
        this.#mailbox.stop();
        this.#heard(batch);
        this.#lookLater();
      },
      () => {
        this.#mailbox.stop();
        this.#behind = true;
        this.#lookLater();
      },
    );
  }

  /** After a rest; without one after a loss, because nothing is heard until the socket is empty. */
  #lookLater(): void {
    if (this.#closed) return;
    const look = (): void => {
      this.#look();
    };
    if (this.#behind || this.rest === 0) this.#immediate = setImmediate(look);
    else this.#timer = setTimeout(look, this.rest);
  }

  #look(): void {
    const batch: Datagram[] = [];
    const count = this.#mailbox.receive(batch, EVENTS_AT_ONCE);
    if (count > 0) this.#heard(batch);
    else if (count < 0) this.#behind = true;
    else {
      const lost = this.#behind;
      this.#behind = false;
      this.#wait();
      if (lost) this.onLost();
      return;
    }
    this.#lookLater();
  }

  #heard(batch: readonly Datagram[]): void {
    const events: ConntrackEvent[] = [];
    for (const datagram of batch)
      for (const message of decodeMessages(datagram.data).messages) {
        const event = decodeEvent(message);
        if (event !== undefined) events.push(event);
      }
    if (events.length > 0) this.onEvents(events);
  }
}
