/**
 * Netlink messages and attributes as bytes: a writer that builds one or several messages in place, and a
 * bounded cursor that reads attributes. No sockets, no meaning: who knows a family's attributes lives elsewhere.
 *
 * Headers are in the machine's byte order (linux/netlink.h), which is little-endian on everything we support;
 * the payload's order is the family's business, so the calls name it.
 */
import { endianness } from 'node:os';
import { invariant } from '../assert.js';

invariant(endianness() === 'LE', 'netlink headers are written little-endian');

/** NLMSG_HDRLEN: struct nlmsghdr {u32 len; u16 type; u16 flags; u32 seq; u32 pid}. */
export const NLMSG_HDRLEN = 16;
/** NLA_HDRLEN: struct nlattr {u16 len; u16 type}. */
export const NLA_HDRLEN = 4;
/** NLA_F_NESTED: the attribute's payload is attributes again. */
export const NLA_F_NESTED = 0x8000;
/** NLA_TYPE_MASK: without NLA_F_NESTED and NLA_F_NET_BYTEORDER. */
export const NLA_TYPE_MASK = 0x3fff;

/** NLMSG_ALIGN and NLA_ALIGN: both round up to four bytes. */
export function align4(length: number): number {
  return (length + 3) & ~3;
}

/** Builds netlink messages back to back in one growing buffer. */
export class NetlinkWriter {
  #buffer: Buffer;
  #at = 0;
  #message = -1;

  constructor(capacity = 4096) {
    this.#buffer = Buffer.alloc(capacity);
  }

  /** Bytes written since the last `take` or `reset`. */
  get length(): number {
    return this.#at;
  }

  /** Opens a message; `end` closes it. `pid` stays 0: the kernel fills in who we are. */
  begin(type: number, flags: number, seq: number): void {
    invariant(this.#message < 0, 'the message before was ended');
    this.#message = this.#at;
    const at = this.#reserve(NLMSG_HDRLEN);
    this.#buffer.writeUInt16LE(type, at + 4);
    this.#buffer.writeUInt16LE(flags, at + 6);
    this.#buffer.writeUInt32LE(seq, at + 8);
  }

  /** Closes the open message by writing its length. */
  end(): void {
    invariant(this.#message >= 0, 'a message is open');
    this.#buffer.writeUInt32LE(this.#at - this.#message, this.#message);
    this.#message = -1;
  }

  /** A family's fixed header (struct nfgenmsg, ifaddrmsg, …), padded to four bytes. */
  fixed(bytes: Uint8Array): void {
    this.#put(bytes, this.#reserve(align4(bytes.length)));
  }

  bytes(type: number, value: Uint8Array): void {
    this.#put(value, this.#attribute(type, value.length));
  }

  u8(type: number, value: number): void {
    const at = this.#attribute(type, 1);
    this.#buffer.writeUInt8(value, at);
  }

  u16be(type: number, value: number): void {
    const at = this.#attribute(type, 2);
    this.#buffer.writeUInt16BE(value, at);
  }

  u32be(type: number, value: number): void {
    const at = this.#attribute(type, 4);
    this.#buffer.writeUInt32BE(value >>> 0, at);
  }

  /** 32 bits in the machine's order, as rtnetlink wants them. */
  u32(type: number, value: number): void {
    const at = this.#attribute(type, 4);
    this.#buffer.writeUInt32LE(value >>> 0, at);
  }

  /** A C string with its terminating zero. */
  string(type: number, value: string): void {
    this.bytes(type, Buffer.from(`${value}\0`, 'utf8'));
  }

  /** A nested attribute whose content `fill` writes. */
  nest(type: number, fill: () => void): void {
    const at = this.#reserve(NLA_HDRLEN);
    fill();
    this.#buffer.writeUInt16LE(this.#at - at, at);
    this.#buffer.writeUInt16LE(type | NLA_F_NESTED, at + 2);
  }

  /** A copy of everything written; the writer is empty afterwards. */
  take(): Buffer {
    invariant(this.#message < 0, 'every message was ended');
    const out = Buffer.from(this.#buffer.subarray(0, this.#at));
    this.#at = 0;
    return out;
  }

  /** Most values are addresses: a loop is cheaper than a call into the runtime. */
  #put(bytes: Uint8Array, at: number): void {
    if (bytes.length > 32) this.#buffer.set(bytes, at);
    else for (let index = 0; index < bytes.length; index++) this.#buffer[at + index] = bytes[index] ?? 0;
  }

  #attribute(type: number, length: number): number {
    const at = this.#reserve(NLA_HDRLEN + align4(length));
    this.#buffer.writeUInt16LE(NLA_HDRLEN + length, at);
    this.#buffer.writeUInt16LE(type, at + 2);
    return at + NLA_HDRLEN;
  }

  /** Makes room for `length` zeroed bytes and returns where they begin. */
  #reserve(length: number): number {
    const at = this.#at;
    if (at + length > this.#buffer.length) {
      const larger = Buffer.alloc(Math.max(this.#buffer.length * 2, at + length));
      this.#buffer.copy(larger, 0, 0, at);
      this.#buffer = larger;
    }
    for (let byte = at; byte < at + length; byte++) this.#buffer[byte] = 0;
    this.#at = at + length;
    return at;
  }
}

/**
 * Walks attributes between two offsets. After `next()` returned true, `type`, `start` and `end` describe one
 * attribute's payload inside `buffer`. A length that does not fit ends the walk and sets `failed` for good.
 */
export class AttributeCursor {
  type = 0;
  start = 0;
  end = 0;
  failed = false;
  #at: number;

  constructor(
    readonly buffer: Buffer,
    from = 0,
    readonly to: number = buffer.length,
  ) {
    this.#at = from;
  }

  next(): boolean {
    const at = this.#at;
    if (this.failed || at >= this.to) return false;
    if (at + NLA_HDRLEN > this.to) return this.#fail();
    const length = this.buffer.readUInt16LE(at);
    if (length < NLA_HDRLEN || at + length > this.to) return this.#fail();
    this.type = this.buffer.readUInt16LE(at + 2) & NLA_TYPE_MASK;
    this.start = at + NLA_HDRLEN;
    this.end = at + length;
    this.#at = at + align4(length);
    return true;
  }

  /** A cursor over the payload of the attribute at hand. */
  nested(): AttributeCursor {
    return new AttributeCursor(this.buffer, this.start, this.end);
  }

  u8(): number {
    return this.#fits(1) ? this.buffer.readUInt8(this.start) : 0;
  }

  u16be(): number {
    return this.#fits(2) ? this.buffer.readUInt16BE(this.start) : 0;
  }

  u32be(): number {
    return this.#fits(4) ? this.buffer.readUInt32BE(this.start) : 0;
  }

  u32(): number {
    return this.#fits(4) ? this.buffer.readUInt32LE(this.start) : 0;
  }

  /** 64 bits as a number, exact up to 2^53. Without BigInt, of which a dump would make two for every flow. */
  u64be(): number {
    if (!this.#fits(8)) return 0;
    return this.buffer.readUInt32BE(this.start) * 2 ** 32 + this.buffer.readUInt32BE(this.start + 4);
  }

  /** The payload itself, not copied: valid as long as the datagram is. */
  bytes(): Buffer {
    return this.buffer.subarray(this.start, this.end);
  }

  /** A C string up to its zero or the attribute's end. */
  string(): string {
    const zero = this.buffer.indexOf(0, this.start);
    return this.buffer.toString('utf8', this.start, zero >= 0 && zero < this.end ? zero : this.end);
  }

  #fits(length: number): boolean {
    return this.end - this.start >= length || this.#fail();
  }

  #fail(): false {
    this.failed = true;
    return false;
  }
}
