/**
 * IPv4 and IPv6 addresses and prefixes as the configuration writes them, brought into one spelling each
 * (RFC 5952: lower case, longest run of zeros compressed), so that equal addresses are equal texts.
 */
import { BlockList, isIP } from 'node:net';
import { formatAddress, parseAddress as bytesOf } from '../sockaddr.js';
import type { Family, VirtualAddress } from './model.js';
import { quote, refused, type Parsed } from './parsed.js';

/** The family of an address that `parseAddress` has accepted. */
export function familyOf(address: string): Family {
  return address.includes(':') ? 6 : 4;
}

/** The family as people say it. */
export function familyName(address: string): string {
  return `IPv${familyOf(address)}`;
}

/** Reads one unicast address without prefix length, zone or port; answers with its normal spelling. */
export function parseAddress(text: string): Parsed<string> {
  if (isIP(text) !== 0 && text.includes('%')) {
    const bare = text.slice(0, text.indexOf('%'));
    const problem = `${quote(text)} carries a zone; the interface is named separately`;
    return refused(problem, `leave the zone off: \`${bare}\``);
  }
  const bytes = bytesOf(text);
  if (bytes === undefined) return misread(text);
  const address = formatAddress(bytes);
  return unusable(address) ?? { ok: true, value: address };
}

function misread(text: string): Parsed<never> {
  const [address = ''] = text.split('/', 1);
  if (isIP(address) !== 0) {
    return refused(
      `${quote(text)} carries a prefix length, which does not belong here`,
      `write \`${address}\``,
    );
  }
  if (/[a-z]/i.test(text) && !text.includes(':')) {
    return refused(
      `${quote(text)} is not an IP address`,
      'write the address itself, such as `192.0.2.2`: a name would need DNS in the middle of a failover',
    );
  }
  return refused(`${quote(text)} is not an IP address`, 'write one like `192.0.2.2` or `2001:db8::2`');
}

const MULTICAST = new BlockList();
MULTICAST.addSubnet('224.0.0.0', 4, 'ipv4');
MULTICAST.addSubnet('ff00::', 8, 'ipv6');

/** Addresses that parse and can be nobody's own: unspecified, multicast, broadcast, IPv4 in IPv6 clothes. */
function unusable(address: string): Parsed<never> | undefined {
  const example = familyOf(address) === 6 ? '`2001:db8::2`' : '`192.0.2.2`';
  if (address === '0.0.0.0' || address === '::') {
    return refused(`${address} means "no address"`, `write a real address, such as ${example}`);
  }
  if (address === '255.255.255.255' || MULTICAST.check(address, typeOf(address))) {
    return refused(
      `${address} is a multicast or broadcast address`,
      `write the address of one host, such as ${example}`,
    );
  }
  if (address.includes(':') && address.includes('.')) {
    // RFC 4291 §2.5.5.2: IPv4-mapped addresses are never seen on a wire.
    const v4 = address.slice(address.lastIndexOf(':') + 1);
    return refused(`${address} is an IPv4 address in an IPv6 spelling`, `write \`${v4}\``);
  }
  return undefined;
}

function typeOf(address: string): 'ipv4' | 'ipv6' {
  return familyOf(address) === 6 ? 'ipv6' : 'ipv4';
}

/** Reads an address with prefix length, `192.0.2.10/24`: the address of a host inside that prefix. */
export function parseVirtualAddress(text: string): Parsed<VirtualAddress> {
  const [head = '', length, ...more] = text.split('/');
  const parsed = parseAddress(more.length > 0 ? text : head);
  if (!parsed.ok) return parsed;
  const address = parsed.value;
  const family = familyOf(address);
  const usual = `\`${address}/${family === 6 ? 64 : 24}\``;
  if (length === undefined)
    return refused(`${address} lacks its prefix length`, `write for instance ${usual}`);
  const longest = family === 6 ? 128 : 32;
  if (!/^[0-9]{1,3}$/.test(length) || Number(length) < 1 || Number(length) > longest) {
    return refused(
      `${quote(length)} is not a prefix length of IPv${family}`,
      `write a number from 1 to ${longest}, for instance ${usual}`,
    );
  }
  const value = { address, prefixLength: Number(length), family };
  return notAHost(value) ?? { ok: true, value };
}

/** The first and (IPv4) last address of a prefix belong to the network, not to a host. */
function notAHost(virtual: VirtualAddress): Parsed<never> | undefined {
  const { address, prefixLength, family } = virtual;
  const hostBits = (family === 6 ? 128 : 32) - prefixLength;
  // RFC 3021 and RFC 6164: point-to-point prefixes have no such addresses.
  if (hostBits < 2) return undefined;
  const mask = (1n << BigInt(hostBits)) - 1n;
  const host = BigInt(`0x${bytesOf(address)?.toString('hex') ?? '0'}`) & mask;
  const broadcast = family === 4 && host === mask;
  if (host !== 0n && !broadcast) return undefined;
  return refused(
    `${address} is the ${broadcast ? 'broadcast' : 'network'} address of its own /${prefixLength}`,
    `write a host's address with the prefix length of its network, such as ${family === 6 ? '`2001:db8::10/64`' : '`192.0.2.10/24`'}`,
  );
}

/** Whether an address lies inside the prefix of a virtual address. */
export function insidePrefix(address: string, virtual: VirtualAddress): boolean {
  const list = new BlockList();
  list.addSubnet(virtual.address, virtual.prefixLength, typeOf(virtual.address));
  return list.check(address, typeOf(address));
}

/** `192.0.2.10/24`. */
export function formatVirtualAddress(virtual: VirtualAddress): string {
  return `${virtual.address}/${virtual.prefixLength}`;
}
