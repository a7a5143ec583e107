/**
 * The journal's sockets: one per pulse path, each bound to its own link, so that the loss of a cable costs a
 * change of path and nothing else. Carries sealed datagrams between the two directors' own addresses; what is in them is
 * not known here.
 */
import { type Datagram, Mailbox } from '../native.js';
import { AF_INET, AF_INET6, inet, parseAddress, SOCK_DGRAM } from '../sockaddr.js';
import { type Millis, millis } from '../time.js';

export interface JournalPath {
  readonly name: string;
  readonly interface: string;
  readonly own: string;
  readonly peer: string;
}

/** linux/socket.h, asm-generic/socket.h */
const SOL_SOCKET = 1;
const SO_BINDTODEVICE = 25;
const SO_SNDBUFFORCE = 32;
const SO_RCVBUFFORCE = 33;
const BUFFER_BYTES = 4 << 20;

/** A path that has been silent for so long is left for one that is not. */
const PATH_SILENCE = millis(400);

interface Link {
  readonly path: JournalPath;
  readonly mailbox: Mailbox;
  readonly to: Buffer;
  heardAt: Millis | undefined;
}

export class JournalLinks {
  readonly #links: readonly Link[];
  #current = 0;
  #sendErrors = 0;
  #strangers = 0;

  /** Throws SystemError when an address or interface cannot be used. `port` is the journal's, on both ends. */
  constructor(
    paths: readonly JournalPath[],
    port: number,
    readonly now: () => Millis,
  ) {
    this.#links = paths.map((path) => ({
      path,
      mailbox: openSocket(path, port),
      to: inet(path.peer, port),
      heardAt: undefined,
    }));
  }

  /** Datagrams that the kernel did not take; the journal sends them again. */
  get sendErrors(): number {
    return this.#sendErrors;
  }

  /** Datagrams that came from elsewhere than the peer's address, and were not looked at. */
  get strangers(): number {
    return this.#strangers;
  }

  /** `onDatagrams` says whether the peer was heard in them: anybody can send to this socket in the peer's name. */
  start(onDatagrams: (datagrams: readonly Buffer[]) => boolean): void {
    this.#links.forEach((link) => {
      const received = (batch: readonly Datagram[]): void => {
        const datagrams = batch.filter(({ from }) => from.equals(link.to)).map(({ data }) => data);
        this.#strangers += batch.length - datagrams.length;
        if (onDatagrams(datagrams)) link.heardAt = this.now();
      };
      link.mailbox.start(received, () => {
        this.#sendErrors += 1;
      });
    });
  }

  /** The number of the path in use: the seal's stream. */
  get stream(): number {
    return this.#current;
  }

  send(datagrams: readonly Uint8Array[]): void {
    this.#choose();
    const link = this.#links[this.#current];
    if (link === undefined || datagrams.length === 0) return;
    const sent = link.mailbox.sendBatch(datagrams, link.to);
    if (sent < datagrams.length) this.#sendErrors += 1;
    if (sent < 0) this.#next();
  }

  close(): void {
    for (const { mailbox } of this.#links) mailbox.close();
  }

  /** Stays on a path as long as the peer is heard there; otherwise takes the one heard last, or tries them in turn. */
  #choose(): void {
    const now = this.now();
    const current = this.#links[this.#current];
    if (current?.heardAt !== undefined && now - current.heardAt < PATH_SILENCE) return;
    const living = this.#links.findIndex(
      ({ heardAt }) => heardAt !== undefined && now - heardAt < PATH_SILENCE,
    );
    if (living >= 0) this.#current = living;
    else this.#next();
  }

  #next(): void {
    this.#current = (this.#current + 1) % Math.max(1, this.#links.length);
  }
}

function openSocket(path: JournalPath, port: number): Mailbox {
  const domain = parseAddress(path.own)?.length === 16 ? AF_INET6 : AF_INET;
  const mailbox = Mailbox.open(domain, SOCK_DGRAM, 0, `journal socket on ${path.interface}`, {
    datagramBytes: 2048,
  });
  mailbox.setOption(SOL_SOCKET, SO_BINDTODEVICE, Buffer.from(`${path.interface}\0`));
  mailbox.setOption(SOL_SOCKET, SO_RCVBUFFORCE, BUFFER_BYTES);
  mailbox.setOption(SOL_SOCKET, SO_SNDBUFFORCE, BUFFER_BYTES);
  mailbox.bind(inet(path.own, port));
  return mailbox;
}
