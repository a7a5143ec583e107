/** Words of nft that all our rules are made of. Pure text. */
import type { Family, VirtualService } from '../config/model.js';
import { DATA_BIT } from '../conntrack/mark.js';

/** Name of our tables; there is one in family inet (services) and one in family netdev (the lease). */
export const TABLE = 'ftpair';
/** The ct mark of the services' control flows. The kernel hands it on to their data flows. */
export const CT_MARK = 0x46545001;

/** FTP's data port on the server's side (RFC 959 §5.2). */
export const FTP_DATA_PORT = 20;

/** A chain; `hook` as in `type filter hook input priority 0`, undefined for one that is only jumped to. */
export function chain(name: string, hook: string | undefined, rules: readonly string[]): string[] {
  return [
    `chain ${name} {`,
    ...(hook === undefined ? [] : [`  ${hook};`]),
    ...rules.map((rule) => `  ${rule}`),
    '}',
  ];
}

export function keyword(family: Family): 'ip' | 'ip6' {
  return family === 4 ? 'ip' : 'ip6';
}

export function endpoint(family: Family, address: string, port: number): string {
  return family === 4 ? `${address}:${port}` : `[${address}]:${port}`;
}

export function mark(): string {
  return `0x${CT_MARK.toString(16)}`;
}

/** The ct mark of data flows without a master. */
export function dataMark(): string {
  return `0x${(CT_MARK | DATA_BIT).toString(16)}`;
}

/** What both directions of a rule need to find a virtual service's control flows. */
export function matchService({ family, address, port }: VirtualService): string {
  return `${keyword(family)} daddr ${address} tcp dport ${port}`;
}

/** The chain that does what is done for each new session of a server. */
export function serverChain(service: number, server: number): string {
  return `service${service}_server${server}`;
}

/** A map, set, chain or counter of one service. */
export function named(service: number, what: string): string {
  return `service${service}_${what}`;
}
