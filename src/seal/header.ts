/**
 * The clear part of a sealed datagram: fixed layout, read and written, nothing decided. The whole header is
 * the AEAD's associated data, so a changed bit in it is noticed by the tag even where a field looks plausible.
 */

/** Bytes before the ciphertext. */
export const HEADER_BYTES = 40;
/** Bytes of authentication tag behind the ciphertext. */
export const TAG_BYTES = 16;
/** Bytes of a boot id: random, one per daemon run, so that two runs never share a session key. */
export const BOOT_BYTES = 16;
/** Streams are numbered from 0; each has a replay window of its own. */
export const MAX_STREAMS = 16;

const MAGIC = 0x46_50; // "FP"
/** Raised whenever the layout, the keys or the cipher change. */
export const SEAL_VERSION = 1;

/** `hello` is sealed without knowing the receiver's boot id, `session` for one run of the receiver. */
export type Kind = 'hello' | 'session';

const KIND_ON_WIRE = { hello: 1, session: 2 } as const satisfies Record<Kind, number>;

export interface Header {
  readonly kind: Kind;
  /** Index of the sending director in the config. */
  readonly sender: 0 | 1;
  readonly stream: number;
  /** The sender's boot id, BOOT_BYTES bytes. */
  readonly boot: Uint8Array;
  /** Which epoch of the sender its peer shall seal for from now on. */
  readonly senderEpoch: number;
  /** The epoch of the receiver that this datagram is sealed for; 0 in a hello. */
  readonly receiverEpoch: number;
  /** Never repeated by one run of a sender, whatever the kind, stream or receiver. */
  readonly counter: number;
}

/** Why a datagram's outside alone was enough to refuse it. */
export type HeaderDropReason = 'short' | 'magic' | 'version' | 'kind' | 'sender' | 'stream' | 'counter';

/**
 * Layout, big-endian: magic u16, version u8, kind u8, sender u8, stream u8, zero u16, sender epoch u32, receiver
 * epoch u32, boot 16 bytes, counter u64.
 */
export function writeHeader(into: Buffer, header: Header): void {
  into.writeUInt16BE(MAGIC, 0);
  into.writeUInt8(SEAL_VERSION, 2);
  into.writeUInt8(KIND_ON_WIRE[header.kind], 3);
  into.writeUInt8(header.sender, 4);
  into.writeUInt8(header.stream, 5);
  into.writeUInt16BE(0, 6);
  into.writeUInt32BE(header.senderEpoch, 8);
  into.writeUInt32BE(header.receiverEpoch, 12);
  into.set(header.boot, 16);
  writeCounter(into, header.counter, 32);
}

/** The version that a datagram of ours, of any version, says of itself. Not authentic: anybody may write that. */
export function sealVersionOf(datagram: Uint8Array): number | undefined {
  return datagram[0] === MAGIC >>> 8 && datagram[1] === (MAGIC & 0xff) ? datagram[2] : undefined;
}

/** The header of a datagram, or why it cannot be one of ours. `boot` is a view into the datagram. */
export function readHeader(datagram: Buffer): Header | HeaderDropReason {
  if (datagram.length < HEADER_BYTES + TAG_BYTES) return 'short';
  if (datagram.readUInt16BE(0) !== MAGIC) return 'magic';
  if (datagram.readUInt8(2) !== SEAL_VERSION) return 'version';
  const kind = kindFromWire(datagram.readUInt8(3));
  if (kind === undefined) return 'kind';
  const sender = datagram.readUInt8(4);
  if (sender !== 0 && sender !== 1) return 'sender';
  const stream = datagram.readUInt8(5);
  if (stream >= MAX_STREAMS) return 'stream';
  const counter = datagram.readUInt32BE(32) * 2 ** 32 + datagram.readUInt32BE(36);
  if (counter > Number.MAX_SAFE_INTEGER) return 'counter';
  return {
    kind,
    sender,
    stream,
    boot: datagram.subarray(16, 16 + BOOT_BYTES),
    senderEpoch: datagram.readUInt32BE(8),
    receiverEpoch: datagram.readUInt32BE(12),
    counter,
  };
}

/** A 64-bit big-endian number below 2^53. */
export function writeCounter(into: Buffer, counter: number, at: number): void {
  into.writeUInt32BE(Math.floor(counter / 2 ** 32), at);
  into.writeUInt32BE(counter % 2 ** 32, at + 4);
}

function kindFromWire(value: number): Kind | undefined {
  if (value === KIND_ON_WIRE.hello) return 'hello';
  return value === KIND_ON_WIRE.session ? 'session' : undefined;
}
