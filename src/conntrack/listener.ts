/**
 * The kernel's events about flows and expectations, as they happen, and the word that some were lost. Owns the socket for
 * them; what they mean is replication's business.
 */
import { type Datagram, Mailbox } from '../native.js';
import { decodeMessages } from '../netlink/message.js';
import { NETLINK_NETFILTER } from '../netlink/request.js';
import { AF_NETLINK, netlinkAddress, SOCK_RAW } from '../sockaddr.js';
import * as ct from './ctnetlink.js';
import { type ConntrackEvent, decodeEvent, markFilter } from './events.js';

const SOL_SOCKET = 1;
const SO_RCVBUFFORCE = 33;
const SOL_NETLINK = 270;
const NETLINK_ADD_MEMBERSHIP = 1;
const NETLINK_NO_ENOBUFS = 5;

/** Room for the kernel's events while JavaScript is busy, about 30,000 of them. */
const EVENT_BUFFER_BYTES = 16 << 20;

const GROUPS = [
  ct.NFNLGRP_CONNTRACK_NEW,
  ct.NFNLGRP_CONNTRACK_UPDATE,
  ct.NFNLGRP_CONNTRACK_DESTROY,
  ct.NFNLGRP_CONNTRACK_EXP_NEW,
  ct.NFNLGRP_CONNTRACK_EXP_DESTROY,
];

/** Datagrams that are read to find out whether more wait. */
const CATCH_UP = 32;

/**
 * Hears every change of flows with this mark, and of all expectations. `onLost` is called when the kernel had to drop events
 * (ENOBUFS): what was heard so far is not the truth any more, and only a dump is. It is called once everything that waited has
 * been heard: from its first lost event on the kernel drops all, without another word, until the socket is empty
 * (NETLINK_S_CONGESTED), so that a dump begun earlier would miss what happened meanwhile.
 */
export class ConntrackListener {
  readonly #mailbox: Mailbox;
  readonly #onEvents: (events: readonly ConntrackEvent[]) => void;
  readonly #onLost: () => void;
  /** Events were lost, and the socket has not been empty since. */
  #behind = false;
  #next: NodeJS.Immediate | undefined;

  constructor(mark: number, onEvents: (events: readonly ConntrackEvent[]) => void, onLost: () => void) {
    const mailbox = Mailbox.open(AF_NETLINK, SOCK_RAW, NETLINK_NETFILTER, 'conntrack events', {
      datagramBytes: 8192,
    });
    this.#mailbox = mailbox;
    this.#onEvents = onEvents;
    this.#onLost = onLost;
    mailbox.attachFilter(markFilter(mark));
    mailbox.setOption(SOL_SOCKET, SO_RCVBUFFORCE, EVENT_BUFFER_BYTES);
    mailbox.setOption(SOL_NETLINK, NETLINK_NO_ENOBUFS, 0);
    mailbox.bind(netlinkAddress(0, 0));
    for (const group of GROUPS) mailbox.setOption(SOL_NETLINK, NETLINK_ADD_MEMBERSHIP, group);
    mailbox.start(
      (batch) => {
        this.#heard(batch);
        this.#catchUp();
      },
      () => {
        this.#behind = true;
        this.#catchUp();
      },
    );
  }

  close(): void {
    this.#behind = false;
    clearImmediate(this.#next);
    this.#mailbox.close();
  }

  #heard(batch: readonly Datagram[]): void {
    const events: ConntrackEvent[] = [];
    for (const datagram of batch)
      for (const message of decodeMessages(datagram.data).messages) {
        const event = decodeEvent(message);
        if (event !== undefined) events.push(event);
      }
    if (events.length > 0) this.#onEvents(events);
  }

  /** After a loss: hears what waits, in small steps, until the socket is empty. Nobody wakes us for an empty one. */
  #catchUp(): void {
    if (!this.#behind) return;
    const more: Datagram[] = [];
    const count = this.#mailbox.receive(more, CATCH_UP);
    if (count > 0) this.#heard(more);
    if (count === 0) {
      this.#behind = false;
      this.#onLost();
      return;
    }
    // A negative count is a second loss: the socket was empty for a moment, and has run over again.
    clearImmediate(this.#next);
    this.#next = setImmediate(() => {
      this.#catchUp();
    });
  }
}
