/**
 * The rights that the daemon must renew all the time, as nftables rules whose sets forget by themselves: the lease, to
 * answer for the virtual addresses, the gate, to let announcements of data channels pass, and the door, to let connections
 * begin. Pure text.
 */
import type { Config, DirectorConfig, Family } from '../config/model.js';
import { everyServer } from '../config/servers.js';
import { chain, FTP_DATA_PORT, keyword, mark, TABLE } from './nft-words.js';

/**
 * How long announcements of data channels pass without a renewal, in milliseconds: the shorter, the less can be lost with a
 * daemon that dies, and the more often it must be renewed while there are sessions. Kernels count in ticks of mostly 4 ms.
 */
export function gateMillis(pulseInterval: number): number {
  return Math.min(40, Math.max(12, 4 * pulseInterval));
}

/** How long a new active leaves unanswered what it does not know, in milliseconds: less than TCP waits before it sends again. */
const FRESH_MILLIS = 150;

/** UDP's own length of a renewal: its header, the token, and as many bytes as `vip/lease.ts` appends to tell their kinds. */
const BUSY_RENEWAL = 8 + 16;
const IDLE_RENEWAL = BUSY_RENEWAL + 1;
const FIRST_RENEWAL = BUSY_RENEWAL + 2;

/** Behind connection tracking (-200), which knows the sessions, and before the FTP helper reads them. */
const GATE_PRIORITY = -140;
/** Before connection tracking, which takes an announced channel for used with its first packet, whatever becomes of that. */
const DOOR_PRIORITY = -300;

export interface LeaseOptions {
  readonly config: Config;
  readonly self: DirectorConfig;
  /** 16 bytes that make a datagram on `lo` a renewal of all three. */
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
 *
 * The door is the same for connections that begin, control and data: one that came up behind a dead daemon's back would be
 * known to nobody. The second SYN, a second later, finds whoever serves by then. It is open as long as the gate, and for
 * longer while there are no sessions, as the renewals are rarer then.
 */
export function gate({ config, self, leaseToken }: LeaseOptions): string[] {
  const services = new Set(config.services.map(({ port }) => port));
  const servers = new Set(config.services.flatMap((service) => everyServer(service).map(({ port }) => port)));
  const control = `ct mark ${mark()} tcp`;
  const closed = 'meta mark & 0 != @gate drop';
  const timeout = `${gateMillis(config.pulse.interval)}ms`;
  return [
    `set gate { typeof meta mark; flags dynamic,timeout; timeout ${timeout}; size ${LEASE_ELEMENTS}; }`,
    `set door { typeof meta mark; flags dynamic,timeout; timeout ${timeout}; size ${LEASE_ELEMENTS}; }`,
    ...chain('gate', `type filter hook prerouting priority ${GATE_PRIORITY}`, [
      ...Array.from(
        services,
        (port) => `${control} dport ${port} ct direction original ${ANNOUNCEMENTS.original} ${closed}`,
      ),
      ...Array.from(
        servers,
        (port) => `${control} sport ${port} ct direction reply ${ANNOUNCEMENTS.reply} ${closed}`,
      ),
    ]),
    ...patience({ config, self, leaseToken }),
    ...door({ config, self, leaseToken }),
  ];
}

/**
 * The door, and what opens both. It holds connections to the virtual addresses, and those from the servers' data port; a
 * nanny's own data connection ends at this router.
 */
function door({ config, self, leaseToken }: LeaseOptions): string[] {
  const open = gateMillis(config.pulse.interval);
  const idle = idleMillis(config);
  const renewal = `iif "lo" udp dport ${leasePort(config)} @th,64,128 ${tokenOf(leaseToken)}`;
  return chain('door', `type filter hook prerouting priority ${DOOR_PRIORITY}`, [
    `${renewal} update @gate { meta mark & 0 timeout ${open}ms }`,
    `${renewal} udp length ${FIRST_RENEWAL} update @fresh { meta mark & 0 timeout ${FRESH_MILLIS}ms }`,
    `${renewal} udp length ${IDLE_RENEWAL} update @door { meta mark & 0 timeout ${idle}ms } drop`,
    `${renewal} update @door { meta mark & 0 timeout ${open}ms } drop`,
    ...([4, 6] as const).flatMap((family) => beginnings(config, self, family)),
  ]);
}

/** How long the door is open without a renewal while there are no sessions. */
function idleMillis({ pulse }: Config): number {
  return Math.max(gateMillis(pulse.interval), Math.floor(pulse.lease / 2));
}

/** Commands that open both until the next renewal: for an active that puts new rules in the place of its own. */
export function opened(config: Config): string {
  const open = { gate: gateMillis(config.pulse.interval), door: idleMillis(config) };
  return Object.entries(open)
    .map(([set, length]) => `add element inet ${TABLE} ${set} { 0 timeout ${length}ms }\n`)
    .join('');
}

function beginnings(config: Config, self: DirectorConfig, family: Family): string[] {
  const { toVips, fromServers } = partiesOf(config, self, family);
  const data = fromServers.map((servers) => `${servers} tcp sport ${FTP_DATA_PORT} fib daddr type != local`);
  return [...toVips, ...data].map(
    (who) => `${who} tcp flags & (syn | ack | rst | fin) == syn meta mark & 0 != @door drop`,
  );
}

/**
 * What the old active heard last, a new one may hear of after the clients do: in a handover it is on its way. Packets of which
 * this kernel knows nothing are dropped for that while, instead of refused or taken for somebody else's; TCP sends them again.
 * To its own input comes only what it does not know.
 */
function patience({ config, self }: LeaseOptions): string[] {
  const fresh = 'meta mark & 0 @fresh drop';
  const middle = `tcp flags & (syn | ack | rst | fin) != syn ct state new ${fresh}`;
  const families = ([4, 6] as const).map((family) => partiesOf(config, self, family));
  const ports = [...new Set(config.services.map(({ port }) => port))];
  return [
    `set fresh { typeof meta mark; flags dynamic,timeout; timeout ${FRESH_MILLIS}ms; size ${LEASE_ELEMENTS}; }`,
    ...chain('midstream', `type filter hook prerouting priority ${GATE_PRIORITY}`, [
      ...families
        .flatMap(({ toVips, fromServers }) => [...toVips, ...fromServers])
        .map((who) => `${who} ${middle}`),
    ]),
    ...chain('patience', 'type filter hook input priority filter', [
      // A new session for which there is no server, or no room, is known well enough.
      ...(ports.length === 0
        ? []
        : [`tcp dport { ${ports.join(', ')} } tcp flags & (syn | ack | rst | fin) == syn accept`]),
      ...families.flatMap(({ toVips }) => toVips).map((who) => `${who} meta l4proto tcp ${fresh}`),
    ]),
  ];
}

/** What matches packets to the virtual addresses, and packets of the real servers; nothing where there are none of this family. */
function partiesOf(
  { vips, services }: Config,
  self: DirectorConfig,
  family: Family,
): { readonly toVips: readonly string[]; readonly fromServers: readonly string[] } {
  const ip = keyword(family);
  const addresses = vips.filter((vip) => vip.family === family);
  const servers = services.filter((service) => service.family === family).flatMap(everyServer);
  return {
    toVips: addresses.length === 0 ? [] : [`iifname != "lo" ${ip} daddr { ${list(addresses)} }`],
    fromServers:
      servers.length === 0 ? [] : [`iifname "${self.private.interface}" ${ip} saddr { ${list(servers)} }`],
  };
}

function leasePort(config: Config): number {
  return config.pulse.port + 2;
}

function tokenOf(leaseToken: Uint8Array): string {
  return `0x${Buffer.from(leaseToken).toString('hex')}`;
}

function list(addresses: readonly { readonly address: string }[]): string {
  return [...new Set(addresses.map(({ address }) => address))].join(', ');
}

/** An IPv6 address as the 128-bit number that `@th,64,128` gives. */
function rawAddress(address: string): string {
  const [head = '', tail = ''] = address.split('::');
  const left = head === '' ? [] : head.split(':');
  const right = tail === '' ? [] : tail.split(':');
  const zeros = address.includes('::') ? new Array<string>(8 - left.length - right.length).fill('0') : [];
  return `0x${[...left, ...zeros, ...right].map((group) => group.padStart(4, '0')).join('')}`;
}
