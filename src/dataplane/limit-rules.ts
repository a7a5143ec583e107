/**
 * Limits as nftables rules: what is over one is refused with a TCP reset and counted. The kernel counts the sessions that it
 * saw beginning; of those that it got from the other director the daemon tells it who is full. Pure text.
 */
import type { VirtualService } from '../config/model.js';
import { chain, keyword, mark, matchService, named, TABLE } from './nft-words.js';

/** The limits, as status and counters call them. */
export const LIMITS = ['sessionsPerServer', 'sessionsPerClient', 'newPerSecondPerClient'] as const;
export type Limit = (typeof LIMITS)[number];

/** Clients that are counted at a time. */
const CLIENTS = 65_536;
/** A client that opened nothing for so long has all of its allowance back. */
const RATE_MEMORY_SECONDS = 10;

/** Counters, sets and the chains that refuse. */
export function limitObjects(service: VirtualService, index: number): string[] {
  const family = keyword(service.family);
  const set = (limit: Limit, type: string, flags: string): string =>
    `set ${named(index, limit)} { typeof ${type}; flags ${flags}; size ${CLIENTS}; }`;
  return limitsOf(service).flatMap(([limit]) => [
    `counter ${counterName(index, limit)} { }`,
    ...chain(named(index, `over_${limit}`), undefined, [
      `counter name ${counterName(index, limit)} reject with tcp reset`,
    ]),
    ...(limit === 'newPerSecondPerClient'
      ? [set(limit, `${family} saddr`, `dynamic,timeout; timeout ${RATE_MEMORY_SECONDS}s`)]
      : [
          set(
            limit,
            limit === 'sessionsPerClient' ? `${family} saddr` : `${family} daddr . tcp dport`,
            'dynamic',
          ),
        ]),
    ...(limit === 'sessionsPerClient'
      ? [`set ${named(index, 'full')} { typeof ${family} saddr; size ${CLIENTS}; }`]
      : []),
  ]);
}

/**
 * Behind connection tracking and before translation: what a client has. Connections of a refused packet are never
 * confirmed, so they are neither counted nor replicated.
 */
export function limitChains(services: readonly VirtualService[]): string[] {
  const clients = services.flatMap((service, index) => limitsOf(service).flatMap(clientRule(service, index)));
  const servers = services.flatMap((service, index) => limitsOf(service).flatMap(serverRule(service, index)));
  return [
    ...(clients.length === 0 ? [] : chain('limits', 'type filter hook prerouting priority -145', clients)),
    // Behind translation (-100): only there is it known which server it will be.
    ...(servers.length === 0 ? [] : chain('capacity', 'type filter hook prerouting priority -90', servers)),
  ];
}

type Rule = (limit: readonly [Limit, number]) => string[];

function clientRule(service: VirtualService, index: number): Rule {
  const saddr = `${keyword(service.family)} saddr`;
  return ([limit, most]) => {
    const begins = `${matchService(service)} ct state new`;
    const over = `goto ${named(index, `over_${limit}`)}`;
    const add = `add @${named(index, limit)}`;
    if (limit === 'newPerSecondPerClient')
      return [`${begins} ${add} { ${saddr} limit rate over ${most}/second burst ${most} packets } ${over}`];
    if (limit === 'sessionsPerClient')
      return [
        `${begins} ${saddr} @${named(index, 'full')} ${over}`,
        `${begins} ${add} { ${saddr} ct count over ${most} } ${over}`,
      ];
    return [];
  };
}

function serverRule(service: VirtualService, index: number): Rule {
  const family = keyword(service.family);
  return ([limit, most]) =>
    limit !== 'sessionsPerServer'
      ? []
      : service.servers.map(
          ({ address, port }) =>
            `ct mark ${mark()} ct state new ct original ${family} daddr ${service.address} ${family} daddr ${address} tcp dport ${port} ` +
            `add @${named(index, limit)} { ${family} daddr . tcp dport ct count over ${most} } goto ${named(index, `over_${limit}`)}`,
        );
}

/** Behind the scheduler's rule: no server has room. Nothing listens at the VIP itself, so the kernel refuses. */
export function noRoom(service: VirtualService, index: number): string[] {
  return limitsOf(service).some(([limit]) => limit === 'sessionsPerServer')
    ? [`${matchService(service)} counter name ${counterName(index, 'sessionsPerServer')}`]
    : [];
}

/** Tells the kernel which clients have all their sessions already, in one transaction. */
export function fullClients(index: number, clients: readonly string[]): string {
  const name = `inet ${TABLE} ${named(index, 'full')}`;
  return `flush set ${name}\n${clients.length === 0 ? '' : `add element ${name} { ${clients.join(', ')} }\n`}`;
}

/** What the service limits, in the order of LIMITS. */
export function limitsOf({ limits }: VirtualService): (readonly [Limit, number])[] {
  return LIMITS.flatMap((limit) => {
    const most = limits?.[limit];
    return most === undefined ? [] : [[limit, most] as const];
  });
}

function counterName(index: number, limit: Limit): string {
  return named(index, `refused_${limit}`);
}

/** Connections refused by limit, from `nft -j list counters`; nothing of what cannot be read. */
export function readRefusals(json: string, index: number): Partial<Record<Limit, number>> {
  const found: Partial<Record<Limit, number>> = {};
  for (const limit of LIMITS) {
    const object =
      new RegExp(`\\{[^{}]*"name": "${counterName(index, limit)}"[^{}]*\\}`).exec(json)?.[0] ?? '';
    const packets = /"packets": (\d+)/.exec(object)?.[1];
    if (packets !== undefined) found[limit] = Number(packets);
  }
  return found;
}
