/**
 * A tuple: one direction of a TCP flow (struct nf_conntrack_tuple), its netlink form and a key for maps.
 * Other protocols do not occur in FTP: a tuple that is not TCP decodes to nothing.
 */
import { formatAddress } from '../sockaddr.js';
import type { AttributeCursor, NetlinkWriter } from '../netlink/attribute.js';
import { addressAt } from './address.js';
import * as ct from './ctnetlink.js';

export interface Tuple {
  /** 4 or 16 bytes, network order; its length is the family. */
  readonly src: Uint8Array;
  readonly dst: Uint8Array;
  readonly sport: number;
  readonly dport: number;
}

/** 4 for IPv4, 6 for IPv6. */
export function familyOf(tuple: Tuple): 4 | 6 {
  return tuple.src.length === 4 ? 4 : 6;
}

/** The same tuple seen from the other end, without any translation. */
export function inverse(tuple: Tuple): Tuple {
  return { src: tuple.dst, dst: tuple.src, sport: tuple.dport, dport: tuple.sport };
}

/**
 * A short string, equal exactly for equal tuples. For maps, not for people: two bytes to a character. Made several times
 * for every event of the kernel, so without a buffer of its own.
 */
export function tupleKey({ src, dst, sport, dport }: Tuple): string {
  if (src.length === 4)
    return String.fromCharCode(pairAt(src, 0), pairAt(src, 2), pairAt(dst, 0), pairAt(dst, 2), sport, dport);
  const units = [sport, dport];
  for (const address of [src, dst])
    for (let at = 0; at < address.length; at += 2) units.push(pairAt(address, at));
  return String.fromCharCode(...units);
}

function pairAt(bytes: Uint8Array, at: number): number {
  return ((bytes[at] ?? 0) << 8) | (bytes[at + 1] ?? 0);
}

/** Whether both name the same connection. */
export function sameTuple(a: Tuple, b: Tuple): boolean {
  return a.sport === b.sport && a.dport === b.dport && sameBytes(a.src, b.src) && sameBytes(a.dst, b.dst);
}

/** Whether both hold the same bytes; for addresses, of which a call into the runtime would cost more than the look. */
export function sameBytes(a: Uint8Array, b: Uint8Array): boolean {
  if (a.length !== b.length) return false;
  for (let at = 0; at < a.length; at++) if (a[at] !== b[at]) return false;
  return true;
}

/** For logs and lists: `192.0.2.7:40112 > 192.0.2.10:21`. */
export function formatTuple(tuple: Tuple): string {
  return `${formatEndpoint(tuple.src, tuple.sport)} > ${formatEndpoint(tuple.dst, tuple.dport)}`;
}

function formatEndpoint(address: Uint8Array, port: number): string {
  const text = formatAddress(address);
  return address.length === 4 ? `${text}:${port}` : `[${text}]:${port}`;
}

/** Writes a tuple under `type` (CTA_TUPLE_ORIG, CTA_EXPECT_MASK, …). */
export function writeTuple(writer: NetlinkWriter, type: number, tuple: Tuple): void {
  const v4 = tuple.src.length === 4;
  writer.nest(type, () => {
    writer.nest(ct.CTA_TUPLE_IP, () => {
      writer.bytes(v4 ? ct.CTA_IP_V4_SRC : ct.CTA_IP_V6_SRC, tuple.src);
      writer.bytes(v4 ? ct.CTA_IP_V4_DST : ct.CTA_IP_V6_DST, tuple.dst);
    });
    writer.nest(ct.CTA_TUPLE_PROTO, () => {
      writer.u8(ct.CTA_PROTO_NUM, ct.IPPROTO_TCP);
      writer.u16be(ct.CTA_PROTO_SRC_PORT, tuple.sport);
      writer.u16be(ct.CTA_PROTO_DST_PORT, tuple.dport);
    });
  });
}

/** Reads a tuple's nested attributes; undefined when it is not TCP or not whole. */
export function readTuple(cursor: AttributeCursor): Tuple | undefined {
  const parts: Parts = { src: undefined, dst: undefined, protocol: 0, sport: 0, dport: 0 };
  while (cursor.next()) {
    if (cursor.type === ct.CTA_TUPLE_IP) readIp(cursor.nested(), parts);
    else if (cursor.type === ct.CTA_TUPLE_PROTO) readProto(cursor.nested(), parts);
  }
  const { src, dst, protocol, sport, dport } = parts;
  if (cursor.failed || protocol !== ct.IPPROTO_TCP || src === undefined || dst === undefined)
    return undefined;
  if (src.length !== dst.length || (src.length !== 4 && src.length !== 16)) return undefined;
  return { src, dst, sport, dport };
}

interface Parts {
  src: Uint8Array | undefined;
  dst: Uint8Array | undefined;
  protocol: number;
  sport: number;
  dport: number;
}

function readIp(cursor: AttributeCursor, parts: Parts): void {
  while (cursor.next()) {
    if (cursor.type === ct.CTA_IP_V4_SRC || cursor.type === ct.CTA_IP_V6_SRC) parts.src = addressOf(cursor);
    else if (cursor.type === ct.CTA_IP_V4_DST || cursor.type === ct.CTA_IP_V6_DST)
      parts.dst = addressOf(cursor);
  }
}

function addressOf({ buffer, start, end }: AttributeCursor): Uint8Array {
  return addressAt(buffer, start, end - start);
}

function readProto(cursor: AttributeCursor, parts: Parts): void {
  while (cursor.next()) {
    if (cursor.type === ct.CTA_PROTO_NUM) parts.protocol = cursor.u8();
    else if (cursor.type === ct.CTA_PROTO_SRC_PORT) parts.sport = cursor.u16be();
    else if (cursor.type === ct.CTA_PROTO_DST_PORT) parts.dport = cursor.u16be();
  }
}
