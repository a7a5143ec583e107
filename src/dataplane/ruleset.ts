/**
 * The data plane as nftables sees it: from the configuration and the rotation to one script for `nft -f -`.
 * Pure text; it is loaded on both directors, whatever their role, and the virtual addresses decide who gets the
 * packets. Order matters: the helper must be assigned behind connection tracking (-200) and before destination
 * NAT (-100), or older kernels have no room for sequence offsets.
 */
import type { Config, DirectorConfig, Family, VirtualService } from '../config/model.js';
import { everyServer } from '../config/servers.js';
import { forwardChain } from './forward-rules.js';
import { gate, type LeaseOptions, leaseTable, opened } from './lease-rules.js';
import { limitChains, limitObjects, noRoom } from './limit-rules.js';
import {
  chain,
  dataMark,
  endpoint,
  FTP_DATA_PORT,
  keyword,
  mark,
  matchService,
  serverChain,
  TABLE,
} from './nft-words.js';
import { passiveChains, passiveChoice, passiveMarks } from './passive-rules.js';
import { fill, slotCount } from './scheduler.js';
import { ableUpdate, keep, stickyChains, stickyChoice } from './sticky-rules.js';

/** Any number, the same on both directors and in every run. */
const HASH_SEED = '0x46545001';

/** The weight with which a server gets new sessions, by service name and server name; 0 for none, fractions allowed. */
export type WeightOf = (service: string, server: string) => number;

export interface RulesetOptions extends LeaseOptions {
  readonly weightOf: WeightOf;
}

/** Replaces whatever an earlier run left, in one transaction. */
export function ruleset(options: RulesetOptions): string {
  return [...servicesTable(options), ...replaceTable('netdev', leaseTable(options)), ''].join('\n');
}

/**
 * Puts another config in the place of the one that is loaded: packets see the one or the other, and nothing between. The lease and
 * every connection are left alone; `active` keeps gate and door open.
 */
export function replacement(options: RulesetOptions, active: boolean): string {
  return [...servicesTable(options), active ? opened(options.config) : ''].join('\n');
}

function servicesTable(options: RulesetOptions): string[] {
  return replaceTable('inet', [
    ...helperObjects(),
    ...options.config.services.flatMap((service, index) => serviceChains(service, index, options.weightOf)),
    ...options.config.services.flatMap((service, index) => [
      ...stickyChains(service, index, options.weightOf),
      ...passiveChains(service, index),
      ...limitObjects(service, index),
    ]),
    ...limitChains(options.config.services),
    ...helperChain(options.config, options.self),
    ...selectChain(options.config.services),
    ...sourceChain(options.config, options.self),
    ...forwardChain(options.config, options.self),
    ...gate(options),
  ]);
}

/** Removes both tables; no error when they are not there. */
export function removal(): string {
  return ['inet', 'netdev']
    .map((family) => `table ${family} ${TABLE}\ndelete table ${family} ${TABLE}\n`)
    .join('');
}

/** Gives a service's slots to the servers of the rotation, in one transaction; running sessions stay. */
export function rotationUpdate(service: VirtualService, index: number, weightOf: WeightOf): string {
  const elements = slotElements(service, index, weightOf);
  const flush = `${ableUpdate(service, index, weightOf)}flush map inet ${TABLE} ${slotMap(index)}\n`;
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
    `${matchService(service)} ${chooseSlot(service, index)} vmap @${slotMap(index)}`,
    ...noRoom(service, index),
  ]);
  return chain('select', 'type nat hook prerouting priority dstnat', rules);
}

/**
 * How the kernel comes to a slot. The counter says how many it has taken, and so where `numgen` stands, which no kernel tells:
 * both begin with the ruleset. The hash has a seed of its own, or each kernel would choose one of its own.
 */
function chooseSlot(service: VirtualService, index: number): string {
  return service.scheduler === 'sh'
    ? keyOf(service)
    : `counter name "${slotCounter(index)}" ${keyOf(service)}`;
}

/** The slot map's key. */
function keyOf({ scheduler, family }: VirtualService): string {
  const slots = slotCount(scheduler);
  if (scheduler !== 'sh') return `numgen inc mod ${slots}`;
  return `jhash ${keyword(family)} saddr mod ${slots} seed ${HASH_SEED}`;
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
  for (const service of config.services)
    for (const { address } of everyServer(service))
      if (!seen.has(address)) seen.set(address, { family: service.family, address, vip: service.address });
  return [...seen.values()];
}

/** One chain per server, so that what is done for a session of its own is in one place; and the slots. */
function serviceChains(service: VirtualService, index: number, weightOf: WeightOf): string[] {
  const chains = everyServer(service).flatMap((server, number) =>
    chain(serverChain(index, number), undefined, [
      ...keep(service, index, number),
      `meta l4proto tcp dnat ${keyword(service.family)} to ${endpoint(service.family, server.address, server.port)}`,
    ]),
  );
  const elements = slotElements(service, index, weightOf);
  return [
    ...chains,
    `counter ${slotCounter(index)} { }`,
    `map ${slotMap(index)} {`,
    // Also of sh: a number is a number, and nft 1.0.6 ends with SIGSEGV when it lists a map that is "typeof jhash".
    `  typeof numgen inc mod ${slotCount(service.scheduler)} : verdict`,
    ...(elements === '' ? [] : [`  elements = { ${elements} }`]),
    `}`,
  ];
}

function slotElements(service: VirtualService, index: number, weightOf: WeightOf): string {
  const candidates = service.servers.map(({ name }) => ({
    name,
    weight: weightOf(service.name, name),
    // Those of lc and wlc are filled again as soon as sessions are counted.
    sessions: 0,
  }));
  return serving(service, fill(service.scheduler, candidates))
    .map((name, slot) => `${slot} : goto ${chainOf(service, index, name)}`)
    .join(', ');
}

/** Who serves each slot; where nobody does, the sorry server serves them all, if there is one. */
export function serving(service: VirtualService, slots: readonly string[]): readonly string[] {
  const { sorry } = service.rotation;
  if (slots.length > 0 || sorry === undefined) return slots;
  return Array.from({ length: slotCount(service.scheduler) }, () => sorry.name);
}

/** The chain of a server of this service, the sorry server among them, by its name. */
export function chainOf(service: VirtualService, index: number, server: string): string {
  return serverChain(
    index,
    everyServer(service).findIndex(({ name }) => name === server),
  );
}

function helperName(family: Family): string {
  return family === 4 ? 'ftp4' : 'ftp6';
}

/** The map from slot to verdict of a service, by its place in the config. */
export function slotMap(service: number): string {
  return `service${service}`;
}

/** The named counter of the slots that a service's kernel has taken. */
export function slotCounter(service: number): string {
  return `slots${service}`;
}
