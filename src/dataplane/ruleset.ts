/**
 * The data plane as nftables sees it: from the configuration and the rotation to one script for `nft -f -`.
 * Pure text; it is loaded on both directors, whatever their role, and the virtual addresses decide who gets the
 * packets. Order matters: the helper must be assigned behind connection tracking (-200) and before destination
 * NAT (-100), or older kernels have no room for sequence offsets.
 */
import type {
  Config,
  DirectorConfig,
  Family,
  RealServer,
  VirtualAddress,
  VirtualService,
} from '../config/model.js';
import { schedulers, SLOTS } from './scheduler.js';

/** Name of our tables; there is one in family inet (services) and one in family netdev (the lease). */
export const TABLE = 'ftpair';
/** The ct mark of the services' control flows. The kernel hands it on to their data flows. */
export const CT_MARK = 0x46545001;
/**
 * How long announcements of data channels pass without a renewal, in milliseconds: the shorter, the less can be lost with a
 * daemon that dies, and the more often it must be renewed while there are sessions. Kernels count in ticks of mostly 4 ms.
 */
export function gateMillis(pulseInterval: number): number {
  return Math.min(40, Math.max(12, 4 * pulseInterval));
}
/** FTP's data port on the server's side (RFC 959 §5.2). */
const FTP_DATA_PORT = 20;

/** Which servers get new sessions, by service name and server name. */
export type Rotation = (service: string, server: string) => boolean;

export interface RulesetOptions {
  readonly config: Config;
  readonly self: DirectorConfig;
  /** 16 bytes that make a datagram on `lo` a renewal of the lease. */
  readonly leaseToken: Uint8Array;
  readonly rotation: Rotation;
}

/** Replaces whatever an earlier run left, in one transaction. */
export function ruleset(options: RulesetOptions): string {
  return [
    ...replaceTable('inet', [
      ...helperObjects(),
      ...options.config.services.flatMap((service, index) => serviceChains(service, index, options.rotation)),
      ...helperChain(options.config, options.self),
      ...selectChain(options.config.services),
      ...sourceChain(options.config, options.self),
      ...gate(options),
    ]),
    ...replaceTable('netdev', leaseTable(options)),
    '',
  ].join('\n');
}

/** Removes both tables; no error when they are not there. */
export function removal(): string {
  return ['inet', 'netdev']
    .map((family) => `table ${family} ${TABLE}\ndelete table ${family} ${TABLE}\n`)
    .join('');
}

/** Gives a service's slots to the servers of the rotation, in one transaction; running sessions stay. */
export function rotationUpdate(service: VirtualService, index: number, rotation: Rotation): string {
  const elements = slotElements(service, index, rotation);
  const flush = `flush map inet ${TABLE} ${slotMap(index)}\n`;
  return elements === '' ? flush : `${flush}add element inet ${TABLE} ${slotMap(index)} { ${elements} }\n`;
}

function replaceTable(family: string, body: readonly string[]): string[] {
  return [
    `table ${family} ${TABLE}`,
    `delete table ${family} ${TABLE}`,
    `table ${family} ${TABLE} {`,
    ...body.map((line) => `  ${line}`),
    '}',
  ];
}

function helperObjects(): string[] {
  return ([4, 6] as const).flatMap((family) => [
    `ct helper ${helperName(family)} {`,
    `  type "ftp" protocol tcp`,
    `  l3proto ${keyword(family)}`,
    `}`,
  ]);
}

/** The control flows' mark and helper. Data that servers open from port 20 is marked too, expected or not. */
function helperChain(config: Config, self: DirectorConfig): string[] {
  const control = config.services.map(
    (service) =>
      `${matchService(service)} ct state new ct mark set ${mark()} ct helper set "${helperName(service.family)}"`,
  );
  const data = activeData(config).map(
    ({ family, address }) =>
      `iifname "${self.private.interface}" ${keyword(family)} saddr ${address} tcp sport ${FTP_DATA_PORT} ct state new ct mark set ${mark()}`,
  );
  return chain('helper', 'type filter hook prerouting priority -150', [...control, ...data]);
}

function selectChain(services: readonly VirtualService[]): string[] {
  const rules = services.map(
    (service, index) => `${matchService(service)} numgen inc mod ${SLOTS} vmap @${slotMap(index)}`,
  );
  return chain('select', 'type nat hook prerouting priority dstnat', rules);
}

/**
 * Active data leaves from VIP:20. The helper does this for what a PORT announced in clear; the rule does it for
 * the rest, such as a control connection whose announcement nobody could read.
 */
function sourceChain(config: Config, self: DirectorConfig): string[] {
  const rules = activeData(config).map(
    ({ family, address, vip }) =>
      `oifname "${self.public.interface}" ${keyword(family)} saddr ${address} tcp sport ${FTP_DATA_PORT} snat ${keyword(family)} to ${endpoint(family, vip, FTP_DATA_PORT)}`,
  );
  return chain('source', 'type nat hook postrouting priority srcnat', rules);
}

/** Every real server once, with the VIP of the first service that has it. */
function activeData(config: Config): { family: Family; address: string; vip: string }[] {
  const seen = new Map<string, { family: Family; address: string; vip: string }>();
  for (const { family, address: vip, servers } of config.services)
    for (const { address } of servers) if (!seen.has(address)) seen.set(address, { family, address, vip });
  return [...seen.values()];
}

/** One chain per server, so that what is done for a session of its own is in one place; and the slots. */
function serviceChains(service: VirtualService, index: number, rotation: Rotation): string[] {
  const chains = service.servers.flatMap((server, number) =>
    chain(serverChain(index, number), undefined, [
      `meta l4proto tcp dnat ${keyword(service.family)} to ${endpoint(service.family, server.address, server.port)}`,
    ]),
  );
  const elements = slotElements(service, index, rotation);
  return [
    ...chains,
    `map ${slotMap(index)} {`,
    `  typeof numgen inc mod ${SLOTS} : verdict`,
    ...(elements === '' ? [] : [`  elements = { ${elements} }`]),
    `}`,
  ];
}

function slotElements(service: VirtualService, index: number, rotation: Rotation): string {
  const weighted = service.servers.map((server: RealServer, number) => ({
    name: serverChain(index, number),
    weight: rotation(service.name, server.name) ? server.weight : 0,
  }));
  return schedulers[service.scheduler](weighted)
    .map((name, slot) => `${slot} : goto ${name}`)
    .join(', ');
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
function leaseTable({ config, self, leaseToken }: RulesetOptions): string[] {
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
function gate({ config, leaseToken }: RulesetOptions): string[] {
  const services = new Set(config.services.map(({ port }) => port));
  const servers = new Set(config.services.flatMap((service) => service.servers.map(({ port }) => port)));
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

function chain(name: string, hook: string | undefined, rules: readonly string[]): string[] {
  return [
    `chain ${name} {`,
    ...(hook === undefined ? [] : [`  ${hook};`]),
    ...rules.map((rule) => `  ${rule}`),
    '}',
  ];
}

function matchService(service: VirtualService): string {
  return `${keyword(service.family)} daddr ${service.address} tcp dport ${service.port}`;
}

function list(addresses: readonly VirtualAddress[]): string {
  return addresses.map(({ address }) => address).join(', ');
}

function keyword(family: Family): 'ip' | 'ip6' {
  return family === 4 ? 'ip' : 'ip6';
}

function endpoint(family: Family, address: string, port: number): string {
  return family === 4 ? `${address}:${port}` : `[${address}]:${port}`;
}

function helperName(family: Family): string {
  return family === 4 ? 'ftp4' : 'ftp6';
}

function slotMap(service: number): string {
  return `service${service}`;
}

function serverChain(service: number, server: number): string {
  return `service${service}_server${server}`;
}

function mark(): string {
  return `0x${CT_MARK.toString(16)}`;
}

/** An IPv6 address as the 128-bit number that `@th,64,128` gives. */
function rawAddress(address: string): string {
  const [head = '', tail = ''] = address.split('::');
  const left = head === '' ? [] : head.split(':');
  const right = tail === '' ? [] : tail.split(':');
  const zeros = address.includes('::') ? new Array<string>(8 - left.length - right.length).fill('0') : [];
  return `0x${[...left, ...zeros, ...right].map((group) => group.padStart(4, '0')).join('')}`;
}
