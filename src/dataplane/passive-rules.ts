/**
 * Services whose control connections nobody can read (FTP over TLS): each server's range of data ports is forwarded to it, by
 * the port alone where no two servers share one, else to the server that the client's session is on. Pure text.
 */
import type { PortRange, RealServer, VirtualService } from '../config/model.js';
import { chain, dataMark, keyword, named, serverChain } from './nft-words.js';
import { client } from './sticky-rules.js';

type Ported = RealServer & { readonly passivePorts: PortRange; readonly number: number };

/** One chain per server, and the choice by session where ports alone do not tell. */
export function passiveChains(service: VirtualService, index: number): string[] {
  const servers = ported(service);
  const chains = servers.flatMap(({ address, number }) =>
    chain(`${serverChain(index, number)}_data`, undefined, [
      // The port stays what it is.
      `ct mark set ${dataMark()} meta l4proto tcp dnat ${keyword(service.family)} to ${address}`,
    ]),
  );
  if (!shared(servers)) return chains;
  const elements = servers.map(({ number }) => `${number + 1} : goto ${serverChain(index, number)}_data`);
  return [
    ...chains,
    ...chain(named(index, 'data'), undefined, [
      `ct mark set ${client(service)} map @${named(index, 'sticky')} ct mark vmap { ${elements.join(', ')} }`,
    ]),
  ];
}

/** In the chain that chooses servers. */
export function passiveChoice(service: VirtualService, index: number): string[] {
  const servers = ported(service);
  if (servers.length === 0) return [];
  const vip = `${keyword(service.family)} daddr ${service.address} tcp dport`;
  if (shared(servers)) return [`${vip} { ${portSet(servers)} } jump ${named(index, 'data')}`];
  const elements = servers.map(
    ({ passivePorts: { first, last }, number }) =>
      `${first}-${last} : goto ${serverChain(index, number)}_data`,
  );
  return [`${vip} vmap { ${elements.join(', ')} }`];
}

/** Data flows of these services have no master: they get a mark of their own. */
export function passiveMarks(service: VirtualService): string[] {
  const servers = ported(service);
  if (servers.length === 0) return [];
  return [
    `${keyword(service.family)} daddr ${service.address} tcp dport { ${portSet(servers)} } ct state new ct mark set ${dataMark()}`,
  ];
}

function ported({ servers }: VirtualService): Ported[] {
  return servers.flatMap((server, number) => {
    const { passivePorts } = server;
    return passivePorts === undefined ? [] : [{ ...server, passivePorts, number }];
  });
}

function byFirst(servers: readonly Ported[]): PortRange[] {
  return servers.map(({ passivePorts }) => passivePorts).sort((a, b) => a.first - b.first);
}

function shared(servers: readonly Ported[]): boolean {
  const ranges = byFirst(servers);
  return ranges.some(({ first }, at) => at > 0 && first <= (ranges[at - 1]?.last ?? 0));
}

/** All ranges as the elements of a set, which must not overlap. */
function portSet(servers: readonly Ported[]): string {
  const merged: PortRange[] = [];
  for (const range of byFirst(servers)) {
    const before = merged.at(-1);
    if (before === undefined || range.first > before.last) merged.push(range);
    else merged[merged.length - 1] = { first: before.first, last: Math.max(before.last, range.last) };
  }
  return merged.map(({ first, last }) => `${first}-${last}`).join(', ');
}
