/**
 * Asking the kernel over netlink. The kernel works on a request inside our send call, so its answer waits in
 * the socket when send returns: requests here are synchronous and take microseconds. A refusal of the kernel
 * is a SystemError that names the operation, the errno, the object and the kernel's own sentence.
 */
import { setImmediate as nextTurn } from 'node:timers/promises';
import { AF_NETLINK, netlinkAddress, SOCK_RAW } from '../sockaddr.js';
import { type Datagram, Mailbox, SystemError } from '../native.js';
import { NetlinkWriter } from './attribute.js';
import {
  decodeError,
  decodeMessages,
  type Message,
  NLM_F_ACK,
  NLM_F_DUMP,
  NLM_F_DUMP_INTR,
  NLM_F_REQUEST,
  NLMSG_DONE,
  NLMSG_ERROR,
} from './message.js';

/** linux/netlink.h */
export const NETLINK_ROUTE = 0;
export const NETLINK_NETFILTER = 12;

const SOL_NETLINK = 270;
const NETLINK_CAP_ACK = 10;
const NETLINK_EXT_ACK = 11;
const EINTR = 4;
const EBUSY = 16;

/** Largest datagram that the kernel sends in a dump (NLMSG_GOODSIZE grows to 32 KiB). */
const DUMP_DATAGRAM_BYTES = 32_768;

/** One netlink socket for requests and dumps. Not for events: those have a mailbox of their own. */
export class NetlinkSocket {
  #seq = 0;
  readonly #mailbox: Mailbox;

  private constructor(mailbox: Mailbox) {
    this.#mailbox = mailbox;
  }

  /** `protocol` is NETLINK_ROUTE or NETLINK_NETFILTER; `what` names the socket in errors. */
  static open(protocol: number, what: string): NetlinkSocket {
    const mailbox = Mailbox.open(AF_NETLINK, SOCK_RAW, protocol, what, {
      datagramBytes: DUMP_DATAGRAM_BYTES,
    });
    mailbox.bind(netlinkAddress(0, 0));
    mailbox.setOption(SOL_NETLINK, NETLINK_CAP_ACK, 1);
    mailbox.setOption(SOL_NETLINK, NETLINK_EXT_ACK, 1);
    return new NetlinkSocket(mailbox);
  }

  /**
   * One acknowledged request. `fill` writes the family header and the attributes. Returns the messages that
   * came besides the acknowledgement. Throws SystemError when the kernel refuses; `operation` and `object` go there.
   */
  request(
    type: number,
    flags: number,
    operation: string,
    object: string,
    fill: (writer: NetlinkWriter) => void,
  ): Message[] {
    const seq = this.#send(type, flags | NLM_F_REQUEST | NLM_F_ACK, operation, object, fill);
    const answers: Message[] = [];
    for (;;) {
      for (const message of this.#receive(operation, object)) {
        if (message.seq !== seq) continue;
        if (message.type !== NLMSG_ERROR) answers.push(message);
        else {
          throwRefusal(message, operation, object);
          return answers;
        }
      }
    }
  }

  /** A dump, in rounds: other work of this thread runs between them. A table that changed meanwhile is no error. */
  async dump(
    type: number,
    operation: string,
    object: string,
    fill: (writer: NetlinkWriter) => void,
    visit: (message: Message) => void,
  ): Promise<void> {
    for (let attempt = 0; ; attempt++) {
      const finished = await this.#dumpOnce(type, operation, object, fill, visit);
      if (finished || attempt >= 3) return;
    }
  }

  /** Several finished messages in one send, unacknowledged: what comes back is refusals and answers, by seq. */
  post(
    batch: Uint8Array,
    operation: string,
    object: string,
    refused: (seq: number, errno: number) => void,
    answered: (message: Message) => void = () => undefined,
  ): void {
    const sent = this.#mailbox.send(batch);
    if (sent < 0) throw new SystemError(operation, -sent, object);
    const datagrams: Datagram[] = [];
    for (;;) {
      const count = this.#mailbox.receive(datagrams);
      if (count < 0) throw new SystemError(operation, -count, object);
      if (count === 0) break;
    }
    for (const datagram of datagrams)
      for (const message of decodeMessages(datagram.data).messages)
        if (message.type === NLMSG_ERROR) refused(message.seq, decodeError(message).errno);
        else answered(message);
  }

  close(): void {
    this.#mailbox.close();
  }

  async #dumpOnce(
    type: number,
    operation: string,
    object: string,
    fill: (writer: NetlinkWriter) => void,
    visit: (message: Message) => void,
  ): Promise<boolean> {
    const seq = this.#send(type, NLM_F_REQUEST | NLM_F_DUMP, operation, object, fill);
    let interrupted = false;
    for (;;) {
      for (const message of this.#receive(operation, object)) {
        if (message.seq !== seq) continue;
        interrupted ||= (message.flags & NLM_F_DUMP_INTR) !== 0;
        if (message.type === NLMSG_DONE) return !interrupted;
        if (message.type === NLMSG_ERROR) {
          throwRefusal(message, operation, object);
          return true;
        }
        visit(message);
      }
      await nextTurn();
    }
  }

  #send(
    type: number,
    flags: number,
    operation: string,
    object: string,
    fill: (writer: NetlinkWriter) => void,
  ): number {
    const seq = (this.#seq = (this.#seq + 1) >>> 0);
    const writer = new NetlinkWriter(512);
    writer.begin(type, flags, seq);
    fill(writer);
    writer.end();
    const sent = this.#mailbox.send(writer.take());
    if (sent < 0) throw new SystemError(operation, -sent, object);
    return seq;
  }

  /** What the kernel has answered so far. It answers inside send, so an empty socket means a broken promise. */
  #receive(operation: string, object: string): Message[] {
    const datagrams: Datagram[] = [];
    const count = this.#mailbox.receive(datagrams, 8);
    if (count < 0) throw new SystemError(operation, -count, object);
    if (count === 0) throw new SystemError(`${operation} (no answer)`, EBUSY, object);
    return datagrams.flatMap((datagram) => decodeMessages(datagram.data).messages);
  }
}

function throwRefusal(message: Message, operation: string, object: string): void {
  const { errno, sentence } = decodeError(message);
  if (errno === 0 || errno === EINTR) return;
  throw new SystemError(operation, errno, sentence === '' ? object : `${object} (${sentence})`);
}
