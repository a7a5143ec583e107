/**
 * What the pulse side does to the world, as interfaces: sockets, addresses, clock. The daemon gives the real
 * ones, tests give simulated ones under virtual time. Every call is synchronous, short, and never throws for
 * something that the network or the kernel did: it says so in its result.
 */
import type { Millis } from '../time.js';
import type { Claim, Fault, RenewalKind } from '../vip/face.js';
import type { FromPulse } from './face.js';

/**
 * How far to look for what has arrived: `delivered` is what the event loop has brought, `waiting` also what still lies in
 * the sockets, at the price of a system call for each. Nothing may be judged before the latter.
 */
export type Reach = 'delivered' | 'waiting';

/** One pulse path. */
export interface PathHand {
  readonly name: string;
  /** Sends to the peer; a failure is counted by the path itself. */
  send(datagram: Uint8Array): void;
  /** What has arrived, without waiting, and how many datagrams were dropped unseen. */
  drain(reach: Reach): {
    readonly datagrams: readonly Uint8Array[];
    readonly strangers: number;
    readonly truncated: number;
  };
  /**
   * Lets the kernel ask for the peer's hardware address anew. While the peer does not answer, the kernel asks once a second:
   * so long would a path be dead after its cable is back.
   */
  forgetPeer(): void;
  /** Datagrams that the kernel did not take. */
  readonly sendFailures: number;
}

/** The floating addresses: VIPs and gateway addresses, all of them at once. */
export interface AddressHand {
  /** Puts them up. Not `ok`: on some link not one address could be put up. */
  raise(): { readonly ok: boolean; readonly faults: readonly Fault[] };
  release(): readonly Fault[];
  /** Renews lease, gate and door in our kernel (dataplane/lease-rules.ts): who announces in another way still must. */
  renewLease(kind: RenewalKind): void;
  /** One round of gratuitous ARP and unsolicited neighbour advertisements. */
  announce(): void;
  /** Asks for each of them, claiming nothing. */
  probe(): void;
  /** Claims by others that have arrived, without waiting. */
  claims(reach: Reach): readonly Claim[];
}

/** The service links. */
export interface LinkHand {
  /** How many carry now, and whether one came up again since the last call. */
  drain(reach: Reach): { readonly carrying: number; readonly restored: boolean };
}

export interface Hands {
  readonly paths: readonly PathHand[];
  readonly addresses: AddressHand;
  readonly links: LinkHand;
  now(): Millis;
  /** To the work side. */
  post(message: FromPulse): void;
}
