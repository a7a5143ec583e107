/**
 * struct sockaddr in all the forms ftpair uses, and IP addresses between text and bytes. Pure: no socket, no
 * name resolution. Encoders get checked values and throw RangeError on a mistake of ours; decoders get what
 * the kernel or the network says and answer undefined to what they do not know.
 */
import { isIP } from 'node:net';
import { endianness } from 'node:os';

/** include/linux/socket.h: address families. */
export const AF_UNIX = 1;
export const AF_INET = 2;
export const AF_INET6 = 10;
export const AF_NETLINK = 16;
export const AF_PACKET = 17;

/** include/linux/net.h: socket types. */
export const SOCK_DGRAM = 2;
export const SOCK_RAW = 3;

/** An Internet address and port; `scopeId` is an interface index for link-local IPv6, otherwise 0. */
export interface InetAddress {
  readonly address: string;
  readonly port: number;
  readonly scopeId: number;
}

/** A netlink port id (0: the kernel) and a mask of multicast groups. */
export interface NetlinkAddress {
  readonly pid: number;
  readonly groups: number;
}

/** Where a frame goes to or is taken from. */
export interface LinkLayerTarget {
  readonly ifindex: number;
  /** EtherType in host order, such as 0x0806; sent in network order. */
  readonly protocol: number;
  /** At most eight bytes; none is needed for binding. */
  readonly mac?: Uint8Array;
}

/** Where a frame came from. */
export interface LinkLayerAddress {
  readonly ifindex: number;
  readonly protocol: number;
  /** ARPHRD_ type of the interface (include/uapi/linux/if_arp.h). */
  readonly hatype: number;
  /** PACKET_HOST, PACKET_BROADCAST, … (include/uapi/linux/if_packet.h). */
  readonly pkttype: number;
  readonly mac: Buffer;
}

const littleEndian = endianness() === 'LE';

/** Fields that the kernel keeps in host order: every family, and all of sockaddr_nl. */
function writeHost16(to: Buffer, value: number, at: number): void {
  if (littleEndian) to.writeUInt16LE(value, at);
  else to.writeUInt16BE(value, at);
}

function writeHost32(to: Buffer, value: number, at: number): void {
  if (littleEndian) to.writeUInt32LE(value, at);
  else to.writeUInt32BE(value, at);
}

function readHost16(from: Buffer, at: number): number {
  return littleEndian ? from.readUInt16LE(at) : from.readUInt16BE(at);
}

function readHost32(from: Buffer, at: number): number {
  return littleEndian ? from.readUInt32LE(at) : from.readUInt32BE(at);
}

/** The bytes as a Buffer without copying, when they are at least `length` long and of this family. */
function ofFamily(bytes: Uint8Array, family: number, length: number): Buffer | undefined {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return buffer.length >= length && readHost16(buffer, 0) === family ? buffer : undefined;
}

/** The family of any struct sockaddr, or undefined when it is empty. */
export function familyOf(address: Uint8Array): number | undefined {
  if (address.length < 2) return undefined;
  return readHost16(Buffer.from(address.buffer, address.byteOffset, 2), 0);
}

/**
 * struct sockaddr_in (include/uapi/linux/in.h) or sockaddr_in6 (include/uapi/linux/in6.h), by the address.
 * Throws RangeError when the address is none, or the port or scope does not fit.
 */
export function inet(address: string, port: number, scopeId = 0): Buffer {
  const bytes = parseAddress(address);
  if (bytes === undefined) throw new RangeError(`not an IP address: ${address}`);
  if (bytes.length === 4) {
    const to = Buffer.alloc(16);
    writeHost16(to, AF_INET, 0);
    to.writeUInt16BE(port, 2);
    to.set(bytes, 4);
    return to;
  }
  const to = Buffer.alloc(28);
  writeHost16(to, AF_INET6, 0);
  to.writeUInt16BE(port, 2);
  // Four bytes of flow label stay zero.
  to.set(bytes, 8);
  writeHost32(to, scopeId, 24);
  return to;
}

/** The inverse of `inet`; undefined for other families and for what is too short. */
export function decodeInet(address: Uint8Array): InetAddress | undefined {
  const v4 = ofFamily(address, AF_INET, 16);
  if (v4 !== undefined) {
    return { address: formatAddress(v4.subarray(4, 8)), port: v4.readUInt16BE(2), scopeId: 0 };
  }
  const v6 = ofFamily(address, AF_INET6, 28);
  if (v6 === undefined) return undefined;
  return {
    address: formatAddress(v6.subarray(8, 24)),
    port: v6.readUInt16BE(2),
    scopeId: readHost32(v6, 24),
  };
}

/** struct sockaddr_nl (include/uapi/linux/netlink.h): port id 0 is the kernel, or "choose one" for bind. */
export function netlinkAddress(pid = 0, groups = 0): Buffer {
  const to = Buffer.alloc(12);
  writeHost16(to, AF_NETLINK, 0);
  writeHost32(to, pid, 4);
  writeHost32(to, groups, 8);
  return to;
}

/** The inverse of `netlinkAddress`. Only messages with pid 0 come from the kernel. */
export function decodeNetlink(address: Uint8Array): NetlinkAddress | undefined {
  const from = ofFamily(address, AF_NETLINK, 12);
  return from && { pid: readHost32(from, 4), groups: readHost32(from, 8) };
}

/** struct sockaddr_ll (include/uapi/linux/if_packet.h). Throws RangeError when a value does not fit. */
export function linkLayer({ ifindex, protocol, mac }: LinkLayerTarget): Buffer {
  const length = mac?.length ?? 0;
  if (length > 8) throw new RangeError(`a link-layer address has at most 8 bytes, not ${length}`);
  const to = Buffer.alloc(20);
  writeHost16(to, AF_PACKET, 0);
  to.writeUInt16BE(protocol, 2);
  writeHost32(to, ifindex, 4);
  // Hardware type and packet type are the kernel's to fill.
  to.writeUInt8(length, 11);
  if (mac !== undefined) to.set(mac, 12);
  return to;
}

/** What AF_PACKET says about a received frame. */
export function decodeLinkLayer(address: Uint8Array): LinkLayerAddress | undefined {
  // The kernel reports 12 bytes and the address, which some versions pad to eight bytes and some do not.
  const from = ofFamily(address, AF_PACKET, 12);
  if (from === undefined) return undefined;
  const length = from.readUInt8(11);
  if (from.length < 12 + length) return undefined;
  return {
    ifindex: readHost32(from, 4),
    protocol: from.readUInt16BE(2),
    hatype: readHost16(from, 8),
    pkttype: from.readUInt8(10),
    mac: Buffer.from(from.subarray(12, 12 + length)),
  };
}

/** sizeof sun_path in include/uapi/linux/un.h. */
const unixPathMax = 108;

/**
 * struct sockaddr_un. A name that begins with NUL is in the abstract namespace (written `@…` by systemd and
 * ss). Throws RangeError when it is empty, too long, or has a NUL further on in a path.
 */
export function unix(path: string): Buffer {
  const abstract = path.startsWith('\0');
  const name = Buffer.from(abstract ? path : `${path}\0`);
  if (path === '' || name.length > unixPathMax) {
    throw new RangeError(`a socket's path has 1 to ${unixPathMax - 1} bytes: ${JSON.stringify(path)}`);
  }
  if (!abstract && path.includes('\0')) throw new RangeError(`NUL in a path: ${JSON.stringify(path)}`);
  const to = Buffer.alloc(2 + name.length);
  writeHost16(to, AF_UNIX, 0);
  to.set(name, 2);
  return to;
}

/** The path or abstract name of a struct sockaddr_un, empty for an unnamed socket. */
export function decodeUnix(address: Uint8Array): string | undefined {
  const from = ofFamily(address, AF_UNIX, 2);
  if (from === undefined) return undefined;
  const name = from.subarray(2);
  if (name[0] === 0) return name.toString('utf8');
  const end = name.indexOf(0);
  return name.subarray(0, end < 0 ? name.length : end).toString('utf8');
}

/**
 * An IP address as 4 or 16 bytes in network order; undefined for anything else. A zone (`%eth0`) is no part
 * of an address and is refused.
 */
export function parseAddress(text: string): Buffer | undefined {
  const family = text.includes('%') ? 0 : isIP(text);
  if (family === 4) return Buffer.from(text.split('.').map(Number));
  if (family === 6) return parseIpv6(text);
  return undefined;
}

/** RFC 4291 §2.2; the text has passed isIP. */
function parseIpv6(text: string): Buffer {
  const [head = '', tail] = text.split('::');
  const front = groupBytes(head);
  const back = groupBytes(tail ?? '');
  const bytes = Buffer.alloc(16);
  bytes.set(front, 0);
  bytes.set(back, 16 - back.length);
  return bytes;
}

/** Groups of 16 bits between colons, the last one possibly a dotted IPv4 address. */
function groupBytes(text: string): readonly number[] {
  if (text === '') return [];
  return text.split(':').flatMap((group) => {
    if (group.includes('.')) return group.split('.').map(Number);
    const value = Number.parseInt(group, 16);
    return [value >> 8, value & 0xff];
  });
}

/**
 * 4 or 16 bytes as text; equal addresses have equal texts. IPv6 as in RFC 5952: lower case, no leading zeros,
 * the longest run of two or more zero groups (the first of equals) as `::` (§4), IPv4-mapped addresses with a
 * dotted end (§5). Throws RangeError for any other length.
 */
export function formatAddress(bytes: Uint8Array): string {
  if (bytes.length === 4) return bytes.join('.');
  if (bytes.length !== 16) throw new RangeError(`an IP address has 4 or 16 bytes, not ${bytes.length}`);
  if (isMapped(bytes)) return `::ffff:${bytes.subarray(12).join('.')}`;
  const groups = Array.from({ length: 8 }, (_, index) => group16(bytes, index));
  const run = longestZeroRun(groups);
  const words = groups.map((group) => group.toString(16));
  if (run.length < 2) return words.join(':');
  return `${words.slice(0, run.start).join(':')}::${words.slice(run.start + run.length).join(':')}`;
}

/** ::ffff:0:0/96, RFC 4291 §2.5.5.2. */
function isMapped(bytes: Uint8Array): boolean {
  return bytes.subarray(0, 10).every((byte) => byte === 0) && bytes[10] === 0xff && bytes[11] === 0xff;
}

function group16(bytes: Uint8Array, index: number): number {
  return ((bytes[2 * index] ?? 0) << 8) | (bytes[2 * index + 1] ?? 0);
}

function longestZeroRun(groups: readonly number[]): { readonly start: number; readonly length: number } {
  let best = { start: 0, length: 0 };
  let length = 0;
  groups.forEach((group, index) => {
    length = group === 0 ? length + 1 : 0;
    if (length > best.length) best = { start: index - length + 1, length };
  });
  return best;
}
