/**
 * Addresses and links in rtnetlink's words: requests as a writer's fill functions, answers decoded. Pure: who
 * sends them is elsewhere. Constants keep the names of linux/rtnetlink.h, if_addr.h, if_link.h and if.h.
 */
import { AttributeCursor, type NetlinkWriter } from './attribute.js';
import { type Message } from './message.js';

export const RTM_NEWLINK = 16;
export const RTM_DELLINK = 17;
export const RTM_GETLINK = 18;
export const RTM_NEWADDR = 20;
export const RTM_DELADDR = 21;
export const RTM_NEWROUTE = 24;
export const RTM_DELROUTE = 25;
export const RTM_DELNEIGH = 29;

/** Multicast group bit of link changes, for the bind of an event socket. */
export const RTMGRP_LINK = 0x1;

/** sizeof(struct ifaddrmsg): family u8, prefixlen u8, flags u8, scope u8, index u32. */
const IFADDRMSG_BYTES = 8;
/** sizeof(struct ifinfomsg): family u8, pad u8, type u16, index s32, flags u32, change u32. */
const IFINFOMSG_BYTES = 16;

/** sizeof(struct ndmsg): family u8, pad u8, pad u16, ifindex s32, state u16, flags u8, type u8. */
const NDMSG_BYTES = 12;

/** sizeof(struct rtmsg): family, dst_len, src_len, tos, table, protocol, scope, type, all u8; flags u32. */
const RTMSG_BYTES = 12;

const RTA_DST = 1;
const RTA_OIF = 4;
const RTA_PRIORITY = 6;

const RT_TABLE_LOCAL = 255;
const RTPROT_STATIC = 4;
const RTN_LOCAL = 2;

const NDA_DST = 1;

const IFA_ADDRESS = 1;
const IFA_LOCAL = 2;

/** No duplicate address detection: the address answers at once. */
export const IFA_F_NODAD = 0x02;

const IFLA_ADDRESS = 1;
const IFLA_IFNAME = 3;

export const IFF_UP = 0x1;
export const IFF_LOWER_UP = 0x10000;

const AF_INET = 2;
const AF_INET6 = 10;
const RT_SCOPE_UNIVERSE = 0;

/** An address on a link, as it is asked for. */
export interface AddressRequest {
  readonly index: number;
  /** 4 or 16 bytes. */
  readonly address: Uint8Array;
  readonly prefixLength: number;
}

/** Fills RTM_NEWADDR or RTM_DELADDR. IPv6 addresses are usable at once: IFA_F_NODAD. */
export function fillAddress(request: AddressRequest): (writer: NetlinkWriter) => void {
  const six = request.address.length === 16;
  const header = Buffer.alloc(IFADDRMSG_BYTES);
  header.writeUInt8(six ? AF_INET6 : AF_INET, 0);
  header.writeUInt8(request.prefixLength, 1);
  header.writeUInt8(six ? IFA_F_NODAD : 0, 2);
  header.writeUInt8(RT_SCOPE_UNIVERSE, 3);
  header.writeUInt32LE(request.index, 4);
  return (writer) => {
    writer.fixed(header);
    writer.bytes(IFA_LOCAL, request.address);
    writer.bytes(IFA_ADDRESS, request.address);
  };
}

/**
 * Fills RTM_NEWROUTE or RTM_DELROUTE for the route that makes an IPv6 address this machine's own, beside the one that the
 * kernel makes for it (which has metric 0).
 */
export function fillLocalRoute(index: number, address: Uint8Array): (writer: NetlinkWriter) => void {
  const header = Buffer.alloc(RTMSG_BYTES);
  header.set([
    AF_INET6,
    8 * address.length,
    0,
    0,
    RT_TABLE_LOCAL,
    RTPROT_STATIC,
    RT_SCOPE_UNIVERSE,
    RTN_LOCAL,
  ]);
  return (writer) => {
    writer.fixed(header);
    writer.bytes(RTA_DST, address);
    writer.u32(RTA_OIF, index);
    writer.u32(RTA_PRIORITY, 1);
  };
}

/** Fills RTM_DELNEIGH: what is known of the neighbour with this address (4 or 16 bytes) on a link. */
export function fillNeighbour(index: number, address: Uint8Array): (writer: NetlinkWriter) => void {
  const header = Buffer.alloc(NDMSG_BYTES);
  header.writeUInt8(address.length === 16 ? AF_INET6 : AF_INET, 0);
  header.writeInt32LE(index, 4);
  return (writer) => {
    writer.fixed(header);
    writer.bytes(NDA_DST, address);
  };
}

/** Fills RTM_GETLINK for one link by its name. */
export function fillLinkByName(name: string): (writer: NetlinkWriter) => void {
  return (writer) => {
    writer.fixed(new Uint8Array(IFINFOMSG_BYTES));
    writer.string(IFLA_IFNAME, name);
  };
}

export interface Link {
  readonly index: number;
  readonly name: string;
  /** Hardware address; empty where the link has none. */
  readonly mac: Buffer;
  /** IFF_* bits. */
  readonly flags: number;
}

/** A link in RTM_NEWLINK or RTM_DELLINK; undefined when the message is something else or malformed. */
export function decodeLink(message: Message): Link | undefined {
  if (message.type !== RTM_NEWLINK && message.type !== RTM_DELLINK) return undefined;
  if (message.body.length < IFINFOMSG_BYTES) return undefined;
  let name = '';
  let mac: Buffer = Buffer.alloc(0);
  const cursor = new AttributeCursor(message.body, IFINFOMSG_BYTES);
  while (cursor.next()) {
    if (cursor.type === IFLA_IFNAME) name = cursor.string();
    else if (cursor.type === IFLA_ADDRESS) mac = Buffer.from(cursor.bytes());
  }
  if (cursor.failed) return undefined;
  return { index: message.body.readInt32LE(4), name, mac, flags: message.body.readUInt32LE(8) };
}
