/**
 * IPv6 neighbour discovery (RFC 4861) as Ethernet frames: the unsolicited advertisement that an address is here
 * now, and the solicitation that asks whether somebody has it. Bytes in, bytes out.
 */
import { addressBytes } from './bytes.js';

export const ETH_P_IPV6 = 0x86dd;

const ETHERNET_HEADER_BYTES = 14;
const IPV6_HEADER_BYTES = 40;
const NEXT_HEADER_ICMPV6 = 58;
/** RFC 4861 §7.1: anything that passed a router has less. */
const HOP_LIMIT = 255;

const ND_NEIGHBOR_SOLICIT = 135;
const ND_NEIGHBOR_ADVERT = 136;
/** From a router; replaces what the neighbours know. Not solicited. */
const FLAGS_ROUTER_OVERRIDE = 0xa000_0000;
const OPTION_TARGET_LINK_LAYER = 2;

const UNSPECIFIED = Buffer.alloc(16);
const ALL_NODES = addressBytes('ff02::1');

/** RFC 4861 §7.2.6: to all nodes, override set, with our hardware address. */
export function neighbourAdvertisement(mac: Uint8Array, address: string): Buffer {
  const own = addressBytes(address);
  const icmp = Buffer.alloc(32);
  icmp.writeUInt8(ND_NEIGHBOR_ADVERT, 0);
  icmp.writeUInt32BE(FLAGS_ROUTER_OVERRIDE, 4);
  icmp.set(own, 8);
  icmp.writeUInt8(OPTION_TARGET_LINK_LAYER, 24);
  icmp.writeUInt8(1, 25);
  icmp.set(mac, 26);
  return frame(mac, own, ALL_NODES, icmp);
}

/**
 * Asks who has the address without claiming one: RFC 4862 §5.4.2, from the unspecified address to the
 * solicited-node group. Whoever has it answers to all nodes.
 */
export function neighbourProbe(mac: Uint8Array, address: string): Buffer {
  const target = addressBytes(address);
  const icmp = Buffer.alloc(24);
  icmp.writeUInt8(ND_NEIGHBOR_SOLICIT, 0);
  icmp.set(target, 8);
  return frame(mac, UNSPECIFIED, solicitedNode(target), icmp);
}

/** Who advertises which address in this frame; undefined when it is not an advertisement. */
export function neighbourClaim(
  bytes: Buffer,
): { readonly mac: Buffer; readonly address: Buffer } | undefined {
  if (bytes.length < ETHERNET_HEADER_BYTES + IPV6_HEADER_BYTES + 24) return undefined;
  const ip = bytes.subarray(ETHERNET_HEADER_BYTES);
  const icmp = ip.subarray(IPV6_HEADER_BYTES);
  const known =
    bytes.readUInt16BE(12) === ETH_P_IPV6 &&
    ip.readUInt8(0) >> 4 === 6 &&
    ip.readUInt8(6) === NEXT_HEADER_ICMPV6 &&
    ip.readUInt8(7) === HOP_LIMIT &&
    icmp.readUInt8(0) === ND_NEIGHBOR_ADVERT;
  // The frame's own source: the option may be missing, and a bridge learns from the frame too.
  return known ? { mac: bytes.subarray(6, 12), address: icmp.subarray(8, 24) } : undefined;
}

/** RFC 4291 §2.7.1: ff02::1:ffXX:XXXX with the address's last 24 bits. */
function solicitedNode(address: Uint8Array): Buffer {
  const group = addressBytes('ff02::1:ff00:0');
  group.set(address.subarray(13), 13);
  return group;
}

function frame(source: Uint8Array, from: Uint8Array, to: Uint8Array, icmp: Buffer): Buffer {
  const bytes = Buffer.alloc(ETHERNET_HEADER_BYTES + IPV6_HEADER_BYTES + icmp.length);
  // RFC 2464 §7: 33:33 and the last four bytes of the group.
  bytes.set([0x33, 0x33], 0);
  bytes.set(to.subarray(12), 2);
  bytes.set(source, 6);
  bytes.writeUInt16BE(ETH_P_IPV6, 12);
  const ip = bytes.subarray(ETHERNET_HEADER_BYTES);
  ip.writeUInt8(0x60, 0);
  ip.writeUInt16BE(icmp.length, 4);
  ip.writeUInt8(NEXT_HEADER_ICMPV6, 6);
  ip.writeUInt8(HOP_LIMIT, 7);
  ip.set(from, 8);
  ip.set(to, 24);
  icmp.writeUInt16BE(checksum(from, to, icmp), 2);
  ip.set(icmp, IPV6_HEADER_BYTES);
  return bytes;
}

/** RFC 8200 §8.1: over the pseudo-header (addresses, length, next header) and the message with a zero checksum. */
function checksum(from: Uint8Array, to: Uint8Array, icmp: Buffer): number {
  const lengths = Buffer.alloc(8);
  lengths.writeUInt32BE(icmp.length, 0);
  lengths.writeUInt8(NEXT_HEADER_ICMPV6, 7);
  const all = Buffer.concat([from, to, lengths, icmp]);
  let sum = 0;
  for (let at = 0; at < all.length; at += 2) sum += all.readUInt16BE(at);
  while (sum > 0xffff) sum = (sum & 0xffff) + (sum >>> 16);
  return ~sum & 0xffff;
}
