/**
 * The data plane as nftables sees it: from the configuration and the rotation to one script for `nft -f -`.
 * Pure text; it is loaded on both directors, whatever their role, and the virtual addresses decide who gets the
 * packets. Order matters: the helper must be assigned behind connection tracking (-200) and before destination
 * NAT (-100), or older kernels have no room for sequence offsets.
 */
import type { Config, DirectorConfig, Family, RealServer, VirtualService } from '../config/model.js';
import { gate, type LeaseOptions, leaseTable } from './lease-rules.js';
import { limitChains, limitObjects, noRoom } from './limit-rules.js';
import { chain, dataMark, endpoint, keyword, mark, matchService, serverChain, TABLE } from './nft-words.js';
import { passiveChains, passiveChoice, passiveMarks } from './passive-rules.js';
import { schedulers, SLOTS } from './scheduler.js';
import { ableUpdate, keep, stickyChains, stickyChoice } from './sticky-rules.js';

/** FTP's data port on the server's side (RFC 959 §5.2). */
const FTP_DATA_PORT = 20;

/** Which servers get new sessions, by service name and server name. */
export type InRotation = (service: string, server: string) => boolean;

export interface RulesetOptions extends LeaseOptions {
  readonly inRotation: InRotation;
}

/** Replaces whatever an earlier run left, in one transaction. */
export function ruleset(options: RulesetOptions): string {
  return [
    ...replaceTable('inet', [
      ...helperObjects(),
      ...options.config.services.flatMap((service, index) =>
        serviceChains(service, index, options.inRotation),
      ),
      ...options.config.services.flatMap((service, index) => [
        ...stickyChains(service, index, options.inRotation),
        ...passiveChains(service, index),
        ...limitObjects(service, index),
      ]),
      ...limitChains(options.config.services),
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
export function rotationUpdate(service: VirtualService, index: number, inRotation: InRotation): string {
  const elements = slotElements(service, index, inRotation);
  const flush = `${ableUpdate(service, index, inRotation)}flush map inet ${TABLE} ${slotMap(index)}\n`;
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

/** The control flows' mark and helper. Data that nobody announced in clear has a mark of its own: it has no master. */
function helperChain(config: Config, self: DirectorConfig): string[] {
  const control = config.services.map(
    (service) => `${matchService(service)} ct state new ct mark set ${mark()}${setHelper(service)}`,
  );
  const data = activeData(config).map(
    ({ family, address }) =>
      `iifname "${self.private.interface}" ${keyword(family)} saddr ${address} tcp sport ${FTP_DATA_PORT} ct state new ct mark set ${dataMark()}`,
  );
  return chain('helper', 'type filter hook prerouting priority -150', [
    ...control,
    ...config.services.flatMap(passiveMarks),
    ...data,
  ]);
}

/** A helper that can read nothing would only cost. */
function setHelper({ mode, family }: VirtualService): string {
  return mode === 'passive_range' ? '' : ` ct helper set "${helperName(family)}"`;
}

function selectChain(services: readonly VirtualService[]): string[] {
  const rules = services.flatMap((service, index) => [
    ...passiveChoice(service, index),
    ...stickyChoice(service, index),
    `${matchService(service)} numgen inc mod ${SLOTS} vmap @${slotMap(index)}`,
    ...noRoom(service, index),
  ]);
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
function serviceChains(service: VirtualService, index: number, inRotation: InRotation): string[] {
  const chains = service.servers.flatMap((server, number) =>
    chain(serverChain(index, number), undefined, [
      ...keep(service, index, number),
      `meta l4proto tcp dnat ${keyword(service.family)} to ${endpoint(service.family, server.address, server.port)}`,
    ]),
  );
  const elements = slotElements(service, index, inRotation);
  return [
    ...chains,
    `map ${slotMap(index)} {`,
    `  typeof numgen inc mod ${SLOTS} : verdict`,
    ...(elements === '' ? [] : [`  elements = { ${elements} }`]),
    `}`,
  ];
}

function slotElements(service: VirtualService, index: number, inRotation: InRotation): string {
  const weighted = service.servers.map((server: RealServer, number) => ({
    name: serverChain(index, number),
    weight: inRotation(service.name, server.name) ? server.weight : 0,
  }));
  return schedulers[service.scheduler](weighted)
    .map((name, slot) => `${slot} : goto ${name}`)
    .join(', ');
}

function helperName(family: Family): string {
  return family === 4 ? 'ftp4' : 'ftp6';
}

function slotMap(service: number): string {
  return `service${service}`;
}
