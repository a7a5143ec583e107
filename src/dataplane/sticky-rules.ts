/**
 * Persistence as nftables rules: a map from clients to their servers' numbers, filled by the rule that gives a new client its
 * server and asked before the scheduler. Pure text.
 *
 * The ct mark is where the number is held for the moment between the two lookups: it is ours on these flows, and no rule of
 * anybody else looks at it there.
 */
import type { VirtualService } from '../config/model.js';
import { chain, keyword, mark, matchService, named, serverChain, TABLE } from './nft-words.js';
import type { WeightOf } from './ruleset.js';

/** Clients that one service remembers. */
const STICKY_ELEMENTS = 262_144;

/** What a daemon knows of one client and the kernel shall know. */
export interface StickyElement {
  /** Its address, without the bits that do not count. */
  readonly client: string;
  /** Index of the server that the kernel may have for it now, and of the one that it shall have. */
  readonly before: number;
  readonly server: number;
  readonly seconds: number;
}

/** The map, the servers that may be chosen by it, and the chain that chooses. Nothing without persistence. */
export function stickyChains(service: VirtualService, index: number, weightOf: WeightOf): string[] {
  const { persistence, family } = service;
  if (persistence === undefined) return [];
  const elements = ableElements(service, index, weightOf);
  return [
    `map ${named(index, 'sticky')} { typeof ${keyword(family)} saddr : ct mark; flags dynamic,timeout; timeout ${seconds(persistence.timeout)}s; size ${STICKY_ELEMENTS}; }`,
    `map ${named(index, 'able')} {`,
    `  typeof ct mark : verdict`,
    ...(elements === '' ? [] : [`  elements = { ${elements} }`]),
    `}`,
    ...chain(named(index, 'kept'), undefined, [
      `ct mark set ${client(service)} map @${named(index, 'sticky')} ct mark vmap @${named(index, 'able')}`,
      // Its server left the rotation. An update would leave the old number in its place.
      `delete @${named(index, 'sticky')} { ${client(service)} : 0 }`,
      `ct mark set ${mark()}`,
    ]),
  ];
}

/** Before the scheduler's rule. */
export function stickyChoice(service: VirtualService, index: number): string[] {
  return service.persistence === undefined ? [] : [`${matchService(service)} jump ${named(index, 'kept')}`];
}

/** What the chain of a server does for persistence, before it translates. Nobody is kept to the sorry server, the last one. */
export function keep(service: VirtualService, index: number, server: number): string[] {
  if (service.persistence === undefined || server >= service.servers.length) return [];
  const element = `${client(service)} timeout ${seconds(service.persistence.timeout)}s : ${server + 1}`;
  return [`ct mark set ${mark()} update @${named(index, 'sticky')} { ${element} }`];
}

/** Part of the transaction that changes the rotation: who left it is not chosen by persistence either. */
export function ableUpdate(service: VirtualService, index: number, weightOf: WeightOf): string {
  if (service.persistence === undefined) return '';
  const name = `inet ${TABLE} ${named(index, 'able')}`;
  const elements = ableElements(service, index, weightOf);
  return `flush map ${name}\n${elements === '' ? '' : `add element ${name} { ${elements} }\n`}`;
}

function ableElements(service: VirtualService, index: number, weightOf: WeightOf): string {
  return service.servers
    .flatMap(({ name }, number) =>
      weightOf(service.name, name) > 0 ? [`${number + 1} : goto ${serverChain(index, number)}`] : [],
    )
    .join(', ');
}

/**
 * Writes clients into the kernel's map, in one transaction. An element's data and time cannot be changed in place, and one
 * that has expired cannot be deleted: so it is added as it may be, deleted, and added as it shall be. Fails as a whole
 * (EEXIST) where the kernel has another server for a client than `before`.
 */
export function stickyUpdate(index: number, elements: readonly StickyElement[]): string {
  const name = `inet ${TABLE} ${named(index, 'sticky')}`;
  const line = (verb: string, list: readonly string[]): string =>
    `${verb} element ${name} { ${list.join(', ')} }\n`;
  return elements.length === 0
    ? ''
    : line(
        'add',
        elements.map(({ client, before }) => `${client} : ${before + 1}`),
      ) +
        line(
          'delete',
          elements.map(({ client, before }) => `${client} : ${before + 1}`),
        ) +
        line('add', elements.map(stickyElement));
}

/** Empties the map and writes these; `update` as above is for what comes after. */
export function stickyReplace(index: number, elements: readonly StickyElement[]): string {
  return `flush map inet ${TABLE} ${named(index, 'sticky')}\n${stickyFill(index, elements)}`;
}

/** Writes these into a map that has none of them. */
export function stickyFill(index: number, elements: readonly StickyElement[]): string {
  return elements.length === 0
    ? ''
    : `add element inet ${TABLE} ${named(index, 'sticky')} { ${elements.map(stickyElement).join(', ')} }\n`;
}

function stickyElement({ client, server, seconds }: StickyElement): string {
  return `${client} timeout ${seconds}s : ${server + 1}`;
}

/** The client of a packet, without the bits that do not count. */
export function client({ family, persistence }: VirtualService): string {
  const saddr = `${keyword(family)} saddr`;
  const bits = family === 4 ? persistence?.mask : persistence?.mask6;
  return bits === undefined || bits === (family === 4 ? 32 : 128)
    ? saddr
    : `${saddr} & ${netmask(family, bits)}`;
}

/** So many ones, as an address. */
export function netmask(family: 4 | 6, bits: number): string {
  const unit = family === 4 ? 8 : 16;
  const groups = Array.from({ length: family === 4 ? 4 : 8 }, (_, at) => {
    const ones = Math.max(0, Math.min(unit, bits - at * unit));
    return (2 ** unit - 2 ** (unit - ones)).toString(family === 4 ? 10 : 16);
  });
  return groups.join(family === 4 ? '.' : ':');
}

function seconds(time: number): number {
  return Math.max(1, Math.round(time / 1000));
}
