/**
 * One pulse path: a UDP socket on the director's own address and interface, so that a path is really that link.
 * A datagram that cannot be sent is counted, never thrown: the link may be down and come back.
 */
import type { LinkConfig } from '../config/model.js';
import { type Datagram, Mailbox } from '../native.js';
import { AF_INET, AF_INET6, inet, SOCK_DGRAM } from '../sockaddr.js';
import type { PathHand, Reach } from './hands.js';

/** asm-generic/socket.h, linux/in.h, linux/in6.h. */
const SOL_SOCKET = 1;
const SO_PRIORITY = 12;
const SO_BINDTODEVICE = 25;
const IPPROTO_IP = 0;
const IP_TOS = 1;
const IPPROTO_IPV6 = 41;
const IPV6_TCLASS = 67;

/** Class selector 6, network control (RFC 4594 §3.1), and the queueing priority that goes with it. */
const CS6 = 0xc0;
const PRIORITY_CONTROL = 7;

/** Longest datagram that is looked at: later versions may say more. */
const DATAGRAM_BYTES = 512;
/** Datagrams looked at in one go: a flood must not hold the thread. */
const MAX_DATAGRAMS = 256;

export interface PathOptions {
  readonly name: string;
  readonly own: LinkConfig;
  /** The peer's address on the same link. */
  readonly peer: string;
  readonly port: number;
  /** See PathHand. */
  readonly forgetPeer: () => void;
}

export class UdpPath implements PathHand {
  readonly name: string;
  readonly #mailbox: Mailbox;
  readonly #peer: Buffer;
  readonly forgetPeer: () => void;
  #inbox: Datagram[] = [];
  sendFailures = 0;

  /** `wake` is called when something may have arrived. Throws SystemError. */
  constructor(options: PathOptions, wake: () => void) {
    this.name = options.name;
    this.forgetPeer = options.forgetPeer;
    this.#peer = inet(options.peer, options.port);
    this.#mailbox = openPath(options);
    this.#mailbox.start(
      (batch) => {
        this.#inbox.push(...batch);
        wake();
      },
      // The link went down, or an ICMP error came back: silence says the same.
      () => undefined,
    );
  }

  send(datagram: Uint8Array): void {
    if (this.#mailbox.send(datagram, this.#peer) < 0) this.sendFailures++;
  }

  drain(reach: Reach): ReturnType<PathHand['drain']> {
    const all = this.#inbox;
    this.#inbox = [];
    // A link that went down is told first, and the pulses behind it only when asked again.
    if (reach === 'waiting' && this.#mailbox.receive(all, MAX_DATAGRAMS) < 0)
      this.#mailbox.receive(all, MAX_DATAGRAMS);
    const datagrams: Uint8Array[] = [];
    let strangers = 0;
    let truncated = 0;
    for (const { data, from, truncated: cut } of all) {
      if (!from.equals(this.#peer)) strangers++;
      else if (cut) truncated++;
      else datagrams.push(data);
    }
    return { datagrams, strangers, truncated };
  }

  close(): void {
    this.#mailbox.close();
  }
}

function openPath({ name, own, port }: PathOptions): Mailbox {
  const six = own.address.includes(':');
  const what = `pulse path ${name} (${own.address} port ${port} on ${own.interface})`;
  const mailbox = Mailbox.open(six ? AF_INET6 : AF_INET, SOCK_DGRAM, 0, what, {
    datagramBytes: DATAGRAM_BYTES,
  });
  mailbox.setOption(SOL_SOCKET, SO_BINDTODEVICE, Buffer.from(`${own.interface}\0`));
  mailbox.setOption(SOL_SOCKET, SO_PRIORITY, PRIORITY_CONTROL);
  if (six) mailbox.setOption(IPPROTO_IPV6, IPV6_TCLASS, CS6);
  else mailbox.setOption(IPPROTO_IP, IP_TOS, CS6);
  mailbox.bind(inet(own.address, port));
  return mailbox;
}
