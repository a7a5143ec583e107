/**
 * ARP over Ethernet (RFC 826, with RFC 5227's announcements and probes) as frames. Bytes in, bytes out.
 */
import { addressBytes } from './bytes.js';

export const ETH_P_ARP = 0x0806;

const ETHERNET_HEADER_BYTES = 14;
/** Hardware and protocol of Ethernet and IPv4 with their address lengths. */
const ARP_BYTES = 28;
const HARDWARE_ETHERNET = 1;
const PROTOCOL_IPV4 = 0x0800;
const OPERATION_REQUEST = 1;
const OPERATION_REPLY = 2;

const BROADCAST = Buffer.alloc(6, 0xff);
const NO_MAC = Buffer.alloc(6);
const NO_ADDRESS = Buffer.alloc(4);

interface Arp {
  readonly operation: number;
  readonly senderMac: Uint8Array;
  readonly senderAddress: Uint8Array;
  readonly targetMac: Uint8Array;
  readonly targetAddress: Uint8Array;
}

/**
 * Both forms of the announcement that an address is here now: the request form, which RFC 5227 §3 prescribes,
 * and the reply form, which some neighbours heed only.
 */
export function arpAnnouncements(mac: Uint8Array, address: string): readonly Buffer[] {
  const own = addressBytes(address);
  const both = { senderMac: mac, senderAddress: own, targetAddress: own };
  return [
    frame(mac, { ...both, operation: OPERATION_REQUEST, targetMac: NO_MAC }),
    frame(mac, { ...both, operation: OPERATION_REPLY, targetMac: BROADCAST }),
  ];
}

/** Asks who has the address without claiming it: RFC 5227 §2.1.1, sender address all zero. */
export function arpProbe(mac: Uint8Array, address: string): Buffer {
  return frame(mac, {
    operation: OPERATION_REQUEST,
    senderMac: mac,
    senderAddress: NO_ADDRESS,
    targetMac: NO_MAC,
    targetAddress: addressBytes(address),
  });
}

/** Who says in this frame that it has which address: its sender fields. Undefined for probes and what is not ARP. */
export function arpClaim(bytes: Buffer): { readonly mac: Buffer; readonly address: Buffer } | undefined {
  if (bytes.length < ETHERNET_HEADER_BYTES + ARP_BYTES) return undefined;
  const arp = bytes.subarray(ETHERNET_HEADER_BYTES);
  const known =
    bytes.readUInt16BE(12) === ETH_P_ARP &&
    arp.readUInt16BE(0) === HARDWARE_ETHERNET &&
    arp.readUInt16BE(2) === PROTOCOL_IPV4 &&
    arp.readUInt8(4) === 6 &&
    arp.readUInt8(5) === 4;
  const address = arp.subarray(14, 18);
  if (!known || address.equals(NO_ADDRESS)) return undefined;
  return { mac: arp.subarray(8, 14), address };
}

function frame(source: Uint8Array, arp: Arp): Buffer {
  const bytes = Buffer.alloc(ETHERNET_HEADER_BYTES + ARP_BYTES);
  bytes.set(BROADCAST, 0);
  bytes.set(source, 6);
  bytes.writeUInt16BE(ETH_P_ARP, 12);
  bytes.writeUInt16BE(HARDWARE_ETHERNET, 14);
  bytes.writeUInt16BE(PROTOCOL_IPV4, 16);
  bytes.writeUInt8(6, 18);
  bytes.writeUInt8(4, 19);
  bytes.writeUInt16BE(arp.operation, 20);
  bytes.set(arp.senderMac, 22);
  bytes.set(arp.senderAddress, 28);
  bytes.set(arp.targetMac, 32);
  bytes.set(arp.targetAddress, 38);
  return bytes;
}
