/** What this room takes and says. Types, and the one rule where an address belongs. */
import type { Config, DirectorConfig, Family } from '../config/model.js';

/** A floating address and the link of this director that carries it while it is active. */
export interface Placement {
  readonly interface: string;
  readonly address: string;
  readonly prefixLength: number;
  readonly family: Family;
}

/**
 * What a renewal of the lease tells our kernel beside: the `first` of a new active, `busy` while there are sessions and the
 * next one comes soon, else `idle`.
 */
export type RenewalKind = 'first' | 'busy' | 'idle';

/** The kernel refused something. */
export interface Fault {
  readonly operation: string;
  readonly reason: string;
}

/** A frame in which somebody else claims one of the floating addresses. */
export interface Claim {
  readonly address: string;
  readonly mac: string;
}

/** VIPs on the public link, gateway addresses on the private one. */
export function placements(config: Config, director: DirectorConfig): readonly Placement[] {
  return [
    ...config.vips.map((vip) => ({ ...vip, interface: director.public.interface })),
    ...config.gateways.map((gateway) => ({ ...gateway, interface: director.private.interface })),
  ];
}
