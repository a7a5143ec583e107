/**
 * A sealed datagram channel between the two directors, used by the pulse and by the journal: authenticated,
 * encrypted, and proof against replays, also of earlier runs of either side. No sockets, no time, no random
 * numbers. What does not verify is a counted reason, never a throw and never an answer of its own.
 *
 * How a session comes about. Each run of a daemon has a boot id. A `hello` proves only that its sender holds
 * the shared key: it may be an old recording, so it names a *candidate* and is never a sign of life. What was
 * sealed for our boot id and our current epoch is fresh: its sender's run becomes the session, and our epoch
 * goes up by one. So whatever other runs of the peer had sealed for us before that is worthless for good; the
 * session itself learns the new epoch from our next datagram and may use the one before until then.
 */
import { invariant } from '../assert.js';
import {
  BOOT_BYTES,
  type Header,
  HEADER_BYTES,
  type HeaderDropReason,
  type Kind,
  MAX_STREAMS,
  readHeader,
  TAG_BYTES,
  writeHeader,
} from './header.js';
import { directionalKey, openFrom, sealInto, UNKNOWN_BOOT } from './keys.js';
import { type Own, Peer } from './peer.js';

/** What a datagram grows by. */
export const SEAL_BYTES = HEADER_BYTES + TAG_BYTES;

/** After a hello this many calls of `seal` also offer a session to its sender. */
const OFFERS = 8;

/** After this many calls of `seal` without an answer, hellos are mixed in: the peer may have lost the session. */
const UNANSWERED = 16;
/** Every so many calls, then. */
const HELLO_EVERY = 8;

/**
 * Why a datagram was dropped: a closed set, for counters. `sender`: it claims to come from us. `epoch` and `replay`: by its
 * header, which nothing has verified yet, for us before the current session began, or heard already. `unverified`: the tag does not fit: another key,
 * another run of ours (not for a hello, which knows none), or changed on its way.
 */
export type DropReason = HeaderDropReason | 'epoch' | 'unverified' | 'replay';

export type Opened =
  /** Sealed for this very run of ours: a sign of life. `newSession`: the first of this run of the peer. */
  | {
      readonly ok: true;
      readonly fresh: 'session';
      readonly stream: number;
      readonly payload: Buffer;
      readonly newSession: boolean;
      /** The peer's boot id, hex. */
      readonly peerBoot: string;
    }
  /** Somebody who holds the key was here once. Not a sign of life, carries nothing. */
  | { readonly ok: true; readonly fresh: 'hello'; readonly stream: number; readonly peerBoot: string }
  | { readonly ok: false; readonly reason: DropReason };

export type ChannelOptions = Own;

/** A channel over which nothing has been heard yet. */
export function createChannel(options: ChannelOptions): Channel {
  return new Channel(options);
}

export class Channel {
  readonly #own: Own;
  #epoch = 0;
  /** One counter for all keys: a nonce cannot repeat even when a candidate comes, goes and comes again. */
  #counter = 0;
  #session: Peer | undefined;
  #candidate: Peer | undefined;
  #offersLeft = 0;
  #unanswered = 0;

  constructor(options: ChannelOptions) {
    invariant(options.key.length === 32, 'the shared key has 32 bytes');
    invariant(options.boot.length === BOOT_BYTES, 'a boot id has 16 bytes');
    this.#own = { ...options, boot: Uint8Array.from(options.boot) };
  }

  /**
   * The datagrams to send for one payload, all on the same stream: for the session, for a candidate beside it,
   * and, while there is no session or it does not answer, a hello, which does not carry the payload.
   */
  seal(stream: number, payload: Uint8Array): Buffer[] {
    invariant(stream >= 0 && stream < MAX_STREAMS, 'the stream has a number below 16');
    const datagrams: Buffer[] = [];
    if (this.#session !== undefined) datagrams.push(this.#sealFor(this.#session, stream, payload));
    if (this.#candidate !== undefined) datagrams.push(this.#sealFor(this.#candidate, stream, payload));
    if (this.#session === undefined || this.#lonely()) datagrams.push(this.#sealHello(stream));
    if (--this.#offersLeft <= 0) this.#candidate = undefined;
    this.#unanswered++;
    return datagrams;
  }

  /** Takes a received datagram apart. The payload is a copy. */
  open(bytes: Uint8Array): Opened {
    const datagram = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    const header = readHeader(datagram);
    if (typeof header === 'string') return dropped(header);
    // Also what we sent ourselves and somebody sends back.
    if (header.sender === this.#own.self) return dropped('sender');
    return header.kind === 'hello' ? this.#openHello(datagram, header) : this.#openSession(datagram, header);
  }

  #openHello(datagram: Buffer, header: Header): Opened {
    const peer = this.#known(header.boot) ?? new Peer(this.#own, header.boot);
    if (peer.window(header.stream).seen(header.counter)) return dropped('replay');
    const payload = openFrom(datagram, this.#helloKey(header.sender, header.boot), header.counter);
    if (payload === undefined) return dropped('unverified');
    this.#heard(peer, header);
    if (peer !== this.#session) {
      this.#candidate = peer;
      this.#offersLeft = OFFERS;
    }
    return { ok: true, fresh: 'hello', stream: header.stream, peerBoot: peer.boot.toString('hex') };
  }

  /** A sender without a hello is tried too: its hello may have been lost, and the tag decides. */
  #openSession(datagram: Buffer, header: Header): Opened {
    const peer = this.#known(header.boot) ?? new Peer(this.#own, header.boot);
    const oldest = peer === this.#session ? this.#epoch - 1 : this.#epoch;
    if (header.receiverEpoch < oldest || header.receiverEpoch > this.#epoch) return dropped('epoch');
    if (peer.window(header.stream).seen(header.counter)) return dropped('replay');
    const payload = openFrom(datagram, peer.openKey(header.receiverEpoch), header.counter);
    if (payload === undefined) return dropped('unverified');
    this.#heard(peer, header);
    this.#unanswered = 0;
    const newSession = peer !== this.#session;
    if (newSession) this.#switchTo(peer);
    const peerBoot = peer.boot.toString('hex');
    return { ok: true, fresh: 'session', stream: header.stream, payload, newSession, peerBoot };
  }

  #heard(peer: Peer, header: Header): void {
    peer.window(header.stream).mark(header.counter);
    peer.learnEpoch(header.senderEpoch);
  }

  #switchTo(peer: Peer): void {
    this.#session = peer;
    this.#candidate = undefined;
    this.#epoch++;
  }

  #known(boot: Uint8Array): Peer | undefined {
    if (this.#session?.boot.equals(boot) === true) return this.#session;
    return this.#candidate?.boot.equals(boot) === true ? this.#candidate : undefined;
  }

  #lonely(): boolean {
    return this.#unanswered >= UNANSWERED && this.#unanswered % HELLO_EVERY === 0;
  }

  #helloKey(from: 0 | 1, senderBoot: Uint8Array): Uint8Array {
    const scope = { from, senderBoot, receiverBoot: UNKNOWN_BOOT, receiverEpoch: 0 };
    return directionalKey(this.#own.key, this.#own.label, scope);
  }

  #sealHello(stream: number): Buffer {
    return this.#seal('hello', this.#helloKey(this.#own.self, this.#own.boot), 0, stream, new Uint8Array(0));
  }

  #sealFor(peer: Peer, stream: number, payload: Uint8Array): Buffer {
    return this.#seal('session', peer.sealKey(), peer.epoch, stream, payload);
  }

  #seal(kind: Kind, key: Uint8Array, receiverEpoch: number, stream: number, payload: Uint8Array): Buffer {
    const counter = ++this.#counter;
    const datagram = Buffer.alloc(SEAL_BYTES + payload.length);
    const { self, boot } = this.#own;
    writeHeader(datagram, {
      kind,
      sender: self,
      stream,
      boot,
      senderEpoch: this.#epoch,
      receiverEpoch,
      counter,
    });
    sealInto(datagram, key, counter, payload);
    return datagram;
  }
}

function dropped(reason: DropReason): Opened {
  return { ok: false, reason };
}
