/**
 * The two rights that the daemon must renew all the time, as nftables rules whose sets forget by themselves: the lease, to
 * answer for the virtual addresses, and the gate, to let announcements of data channels pass. Pure text.
 */
import type { Config, DirectorConfig, VirtualAddress } from '../config/model.js';
import { everyServer } from '../config/servers.js';
import { chain, mark } from './nft-words.js';

/**
 * How long announcements of data channels pass without a renewal, in milliseconds: the shorter, the less can be lost with a
 * daemon that dies, and the more often it must be renewed while there are sessions. Kernels count in ticks of mostly 4 ms.
 */
export function gateMillis(pulseInterval: number): number {
  return Math.min(40, Math.max(12, 4 * pulseInterval));
}
export interface LeaseOptions {
  readonly config: Config;
  readonly self: DirectorConfig;
  /** 16 bytes that make a datagram on `lo` a renewal of both. */
  readonly leaseToken: Uint8Array;
}

/**
 * Room in a set whose elements expire. What has expired keeps its place until the kernel collects it, once a second, and
 * a full set takes no renewal: with room for one alone, whatever ran out would stay out for that second.
 */
const LEASE_ELEMENTS = 1024;

/**
 * The lease. A datagram to a virtual address on `lo` with the right token renews it; while it runs, ARP and ND
 * questions for the virtual addresses are let through to the kernel, which answers, and what clients send to the
 * VIPs is let through to be forwarded. Without renewal the set's element expires and this director falls silent by
 * itself, whatever has become of the daemon. After a release it runs on for its rest: what still reaches the old
 * active by then is forwarded.
 *
 * A renewal goes on to the gate's chain.
 */
export function leaseTable({ config, self, leaseToken }: LeaseOptions): string[] {
  const floating = [...config.vips, ...config.gateways];
  const v4 = floating.filter(({ family }) => family === 4);
  const v6 = floating.filter(({ family }) => family === 6);
  const timeout = `${config.pulse.lease}ms`;
  const token = tokenOf(leaseToken);
  const port = leasePort(config);
  const devices = [self.public.interface, self.private.interface].map((name) => `"${name}"`).join(', ');
  return [
    `set lease4 { type ipv4_addr; flags dynamic,timeout; timeout ${timeout}; size ${LEASE_ELEMENTS}; }`,
    // nft cannot look a raw payload field up in a set of addresses, and ND's target is one: so IPv6 has one
    // lease for all its addresses, under a key that is the same (0) in every packet.
    `set lease6 { typeof ip6 hoplimit; flags dynamic,timeout; timeout ${timeout}; size ${LEASE_ELEMENTS}; }`,
    ...chain('renew', 'type filter hook ingress device "lo" priority 0', [
      `ip protocol udp udp dport ${port} @th,64,128 ${token} update @lease4 { ip daddr timeout ${timeout} } accept`,
      `ip6 nexthdr udp udp dport ${port} @th,64,128 ${token} update @lease6 { ip6 hoplimit & 0 timeout ${timeout} } accept`,
    ]),
    ...chain('guard', `type filter hook ingress devices = { ${devices} } priority 0`, [
      ...(v4.length === 0
        ? []
        : [
            `arp operation request arp daddr ip { ${list(v4)} } arp daddr ip != @lease4 drop`,
            `ip daddr { ${list(v4)} } ip daddr != @lease4 drop`,
          ]),
      ...(v6.length === 0
        ? []
        : [
            `icmpv6 type nd-neighbor-solicit @th,64,128 { ${v6.map(({ address }) => rawAddress(address)).join(', ')} } ip6 hoplimit & 0 != @lease6 drop`,
            `ip6 daddr { ${list(v6)} } ip6 hoplimit & 0 != @lease6 drop`,
          ]),
    ]),
  ];
}

/** PORT and EPRT, as a client sends them, in either case; 227 and 229, as a server does. */
const ANNOUNCEMENTS = {
  original: '@ih,0,32 & 0xdfdfdfdf { 0x504f5254, 0x45505254 }',
  reply: '@ih,0,24 { 0x323237, 0x323239 }',
};

/**
 * The gate is a second, much shorter lease, on announcements of data channels only. The kernel rewrites these for as long
 * as it forwards, and what it rewrites behind a dead daemon's back no backup hears of: its successor would refuse the data
 * connection, and shift the control connection by the wrong number of bytes. What the gate drops, TCP sends again, to
 * whoever serves by then. Inner header is nft's word for TCP's payload; the FTP helper ignores case, and so does this.
 */
export function gate({ config, leaseToken }: LeaseOptions): string[] {
  const services = new Set(config.services.map(({ port }) => port));
  const servers = new Set(config.services.flatMap((service) => everyServer(service).map(({ port }) => port)));
  const control = `ct mark ${mark()} tcp`;
  const closed = 'meta mark & 0 != @gate drop';
  const timeout = `${gateMillis(config.pulse.interval)}ms`;
  return [
    `set gate { typeof meta mark; flags dynamic,timeout; timeout ${timeout}; size ${LEASE_ELEMENTS}; }`,
    ...chain('open_gate', 'type filter hook prerouting priority raw', [
      `iif "lo" udp dport ${leasePort(config)} @th,64,128 ${tokenOf(leaseToken)} update @gate { meta mark & 0 timeout ${timeout} } drop`,
    ]),
    ...chain('gate', 'type filter hook prerouting priority -140', [
      ...Array.from(
        services,
        (port) => `${control} dport ${port} ct direction original ${ANNOUNCEMENTS.original} ${closed}`,
      ),
      ...Array.from(
        servers,
        (port) => `${control} sport ${port} ct direction reply ${ANNOUNCEMENTS.reply} ${closed}`,
      ),
    ]),
  ];
}

function leasePort(config: Config): number {
  return config.pulse.port + 2;
}

function tokenOf(leaseToken: Uint8Array): string {
  return `0x${Buffer.from(leaseToken).toString('hex')}`;
}

function list(addresses: readonly VirtualAddress[]): string {
  return addresses.map(({ address }) => address).join(', ');
}

/** An IPv6 address as the 128-bit number that `@th,64,128` gives. */
function rawAddress(address: string): string {
  const [head = '', tail = ''] = address.split('::');
  const left = head === '' ? [] : head.split(':');
  const right = tail === '' ? [] : tail.split(':');
  const zeros = address.includes('::') ? new Array<string>(8 - left.length - right.length).fill('0') : [];
  return `0x${[...left, ...zeros, ...right].map((group) => group.padStart(4, '0')).join('')}`;
}
