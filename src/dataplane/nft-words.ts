/** Words of nft that all our rules are made of. Pure text. */
import type { Family } from '../config/model.js';

/** Name of our tables; there is one in family inet (services) and one in family netdev (the lease). */
export const TABLE = 'ftpair';
/** The ct mark of the services' control flows. The kernel hands it on to their data flows. */
export const CT_MARK = 0x46545001;

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
