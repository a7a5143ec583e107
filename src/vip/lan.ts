/**
 * One service link as the floating addresses need it: packet sockets that announce them, ask for them, and see
 * who else claims them. A filter in the kernel keeps all other traffic away. Link down is no error here: a
 * frame that cannot be sent is counted, and the sockets work again when the link does.
 */
import { type Datagram, Mailbox, SystemError } from '../native.js';
import { AF_PACKET, formatAddress, linkLayer, SOCK_RAW } from '../sockaddr.js';
import { arpAnnouncements, arpClaim, arpProbe, ETH_P_ARP } from './arp.js';
import { addressBytes, macText } from './bytes.js';
import type { Claim, Placement } from './face.js';
import { arpFilter, neighbourFilter } from './filter.js';
import { ETH_P_IPV6, neighbourAdvertisement, neighbourClaim, neighbourProbe } from './neighbour.js';

/** asm-generic/errno.h */
const ENETDOWN = 100;
const ENOBUFS = 105;

/** Frames looked at in one go: a flood must not hold the thread. */
const MAX_FRAMES = 64;
/** Longest frame that is of interest: Ethernet, IPv6, an advertisement with options. */
const FRAME_BYTES = 256;

type ClaimReader = (frame: Buffer) => { readonly mac: Buffer; readonly address: Buffer } | undefined;

interface Socket {
  readonly mailbox: Mailbox;
  readonly read: ClaimReader;
  readonly announcements: readonly Buffer[];
  readonly probes: readonly Buffer[];
}

export interface LanOptions {
  readonly name: string;
  /** Kernel index of the interface. */
  readonly index: number;
  readonly mac: Buffer;
  /** The floating addresses of this link. */
  readonly placements: readonly Placement[];
}

export class Lan {
  readonly #mac: Buffer;
  readonly #sockets: readonly Socket[];
  readonly #inbox: { readonly read: ClaimReader; readonly frame: Buffer }[] = [];
  /** Frames that the kernel did not take. */
  failures = 0;

  /** Opens the sockets; `wake` is called when a claim may have arrived. Throws SystemError. */
  constructor(options: LanOptions, wake: () => void) {
    this.#mac = options.mac;
    this.#sockets = openSockets(options);
    for (const { mailbox, read } of this.#sockets) {
      mailbox.start(
        (batch) => {
          for (const { data } of batch) this.#inbox.push({ read, frame: data });
          wake();
        },
        (errno) => {
          expectLinkDown(errno, mailbox);
        },
      );
    }
  }

  announce(): void {
    for (const { mailbox, announcements } of this.#sockets) this.#send(mailbox, announcements);
  }

  probe(): void {
    for (const { mailbox, probes } of this.#sockets) this.#send(mailbox, probes);
  }

  /** Claims by others that the event loop has delivered; `waiting` adds those that still lie in the sockets. */
  claims(waiting: boolean): readonly Claim[] {
    for (const { mailbox, read } of waiting ? this.#sockets : []) {
      const frames: Datagram[] = [];
      const count = mailbox.receive(frames, MAX_FRAMES);
      if (count < 0) {
        expectLinkDown(-count, mailbox);
        // The frames behind the error are given only when asked again.
        mailbox.receive(frames, MAX_FRAMES);
      }
      for (const { data } of frames) this.#inbox.push({ read, frame: data });
    }
    return this.#inbox.splice(0).flatMap(({ read, frame }) => {
      const claim = read(frame);
      if (claim === undefined || claim.mac.equals(this.#mac)) return [];
      return [{ address: formatAddress(claim.address), mac: macText(claim.mac) }];
    });
  }

  close(): void {
    for (const { mailbox } of this.#sockets) mailbox.close();
  }

  #send(mailbox: Mailbox, frames: readonly Buffer[]): void {
    for (const frame of frames) if (mailbox.send(frame) < 0) this.failures++;
  }
}

/** A link that goes down says so once on its sockets. Any other deafness would cost the second signal: end. */
function expectLinkDown(errno: number, { what }: Mailbox): void {
  if (errno !== ENETDOWN && errno !== ENOBUFS) throw new SystemError('receive', errno, what);
}

function openSockets({ name, index, mac, placements }: LanOptions): Socket[] {
  const v4 = placements.filter(({ family }) => family === 4).map(({ address }) => address);
  const v6 = placements.filter(({ family }) => family === 6).map(({ address }) => address);
  const sockets: Socket[] = [];
  if (v4.length > 0)
    sockets.push({
      mailbox: openPacket(name, index, ETH_P_ARP, arpFilter(v4.map(addressBytes))),
      read: arpClaim,
      announcements: v4.flatMap((address) => arpAnnouncements(mac, address)),
      probes: v4.map((address) => arpProbe(mac, address)),
    });
  if (v6.length > 0)
    sockets.push({
      mailbox: openPacket(name, index, ETH_P_IPV6, neighbourFilter(v6.map(addressBytes))),
      read: neighbourClaim,
      announcements: v6.map((address) => neighbourAdvertisement(mac, address)),
      probes: v6.map((address) => neighbourProbe(mac, address)),
    });
  return sockets;
}

/** The filter goes on before the socket is bound: protocol 0 receives nothing until then. */
function openPacket(name: string, ifindex: number, protocol: number, filter: Buffer): Mailbox {
  const what = `packet socket on ${name}`;
  const mailbox = Mailbox.open(AF_PACKET, SOCK_RAW, 0, what, { datagramBytes: FRAME_BYTES });
  mailbox.attachFilter(filter);
  mailbox.bind(linkLayer({ ifindex, protocol }));
  return mailbox;
}
