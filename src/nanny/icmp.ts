/**
 * ICMP and ICMPv6 echo messages (RFC 792 p. 14, RFC 4443 §4.1 and §4.2). Pure codec: bytes only, no socket.
 */
import type { Family } from '../config/model.js';

/** Type numbers: RFC 792 and RFC 4443. */
export const ECHO_REPLY = 0;
export const ECHO_REQUEST = 8;
export const ICMP6_ECHO_REQUEST = 128;
export const ICMP6_ECHO_REPLY = 129;

export type EchoReply =
  | { readonly ok: true; readonly identifier: number; readonly sequence: number }
  | { readonly ok: false; readonly reason: 'short' | 'notEchoReply' | 'checksum' };

const HEADER_BYTES = 8;
const PAYLOAD = Buffer.from('ftpair echo');

/** An echo request. The ICMPv6 checksum stays 0: the kernel fills it in (RFC 3542 §3.1). */
export function encodeEchoRequest(family: Family, identifier: number, sequence: number): Buffer {
  const message = Buffer.alloc(HEADER_BYTES + PAYLOAD.length);
  message.writeUInt8(family === 4 ? ECHO_REQUEST : ICMP6_ECHO_REQUEST, 0);
  message.writeUInt16BE(identifier, 4);
  message.writeUInt16BE(sequence, 6);
  PAYLOAD.copy(message, HEADER_BYTES);
  if (family === 4) message.writeUInt16BE(checksum(message), 2);
  return message;
}

/**
 * Reads what a raw socket delivers: with the IP header for IPv4, without it for ICMPv6 (raw(7), RFC 3542 §3).
 * Raw sockets see ICMP before the kernel has checked it; for ICMPv6 the kernel does check.
 */
export function decodeEchoReply(family: Family, packet: Buffer): EchoReply {
  const offset = family === 4 ? ((packet[0] ?? 0) & 0x0f) * 4 : 0;
  const message = packet.subarray(offset);
  if ((family === 4 && offset < 20) || message.length < HEADER_BYTES) return { ok: false, reason: 'short' };
  const type = message.readUInt8(0);
  const code = message.readUInt8(1);
  if (type !== (family === 4 ? ECHO_REPLY : ICMP6_ECHO_REPLY) || code !== 0) {
    return { ok: false, reason: 'notEchoReply' };
  }
  // Summed over a message that includes its checksum, the result is 0.
  if (family === 4 && checksum(message) !== 0) return { ok: false, reason: 'checksum' };
  return { ok: true, identifier: message.readUInt16BE(4), sequence: message.readUInt16BE(6) };
}

/** The Internet checksum, RFC 1071 §1. */
export function checksum(bytes: Uint8Array): number {
  let sum = 0;
  for (const [index, byte] of bytes.entries()) sum += index % 2 === 0 ? byte << 8 : byte;
  while (sum > 0xffff) sum = (sum & 0xffff) + (sum >>> 16);
  return ~sum & 0xffff;
}
