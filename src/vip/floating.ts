/**
 * The floating addresses as one thing: up and down, leased, announced, asked for. Joins the adapters of this
 * room; everything is synchronous and takes microseconds, nothing waits and no program is run.
 */
import { Addresses } from './addresses.js';
import type { Claim, Fault, Placement, RenewalKind } from './face.js';
import { Lan } from './lan.js';
import { LeaseRenewer } from './lease.js';
import { LinkWatch } from './links.js';

export class Floating {
  readonly #addresses: Addresses;
  readonly #lease: LeaseRenewer;
  readonly #lans: readonly Lan[];
  readonly links: LinkWatch;

  /**
   * Opens everything and removes what an earlier run has left on the links. `serviceLinks` are watched for
   * their carrier; `wake` is called when something may have arrived. Throws SystemError.
   */
  constructor(
    placements: readonly Placement[],
    serviceLinks: readonly string[],
    lease: { readonly port: number; readonly token: Uint8Array },
    wake: () => void,
  ) {
    const addresses = new Addresses(placements);
    addresses.release();
    this.#addresses = addresses;
    this.#lease = new LeaseRenewer(placements, lease.port, lease.token);
    this.#lans = [...new Set(placements.map((placement) => placement.interface))].map((name) => {
      const { index, mac } = addresses.link(name);
      return new Lan({ name, index, mac, placements: placements.filter((p) => p.interface === name) }, wake);
    });
    this.links = new LinkWatch([...new Set(serviceLinks)], (name) => addresses.link(name), wake);
  }

  raise(): { readonly ok: boolean; readonly faults: readonly Fault[] } {
    return this.#addresses.raise();
  }

  release(): readonly Fault[] {
    return this.#addresses.release();
  }

  /** See Addresses. */
  forgetNeighbour(name: string, address: string): void {
    this.#addresses.forgetNeighbour(name, address);
  }

  renewLease(kind: RenewalKind): void {
    this.#lease.renew(kind);
  }

  announce(): void {
    for (const lan of this.#lans) lan.announce();
  }

  probe(): void {
    for (const lan of this.#lans) lan.probe();
  }

  claims(reach: 'delivered' | 'waiting'): readonly Claim[] {
    return this.#lans.flatMap((lan) => lan.claims(reach === 'waiting'));
  }

  close(): void {
    this.#addresses.close();
    this.#lease.close();
    for (const lan of this.#lans) lan.close();
    this.links.close();
  }
}
