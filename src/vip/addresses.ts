/**
 * Puts the floating addresses on their links and takes them off, over rtnetlink: some twenty microseconds each,
 * synchronous, no program is run. What the kernel refuses is a fault in the result, never a throw.
 */
import { SystemError } from '../native.js';
import { NLM_F_CREATE, NLM_F_EXCL } from '../netlink/message.js';
import { NETLINK_ROUTE, NetlinkSocket } from '../netlink/request.js';
import {
  decodeLink,
  fillAddress,
  fillNeighbour,
  fillLinkByName,
  type Link,
  RTM_DELADDR,
  RTM_DELNEIGH,
  RTM_GETLINK,
  RTM_NEWADDR,
} from '../netlink/rtnetlink.js';
import { addressBytes } from './bytes.js';
import type { Fault, Placement } from './face.js';

interface Change {
  readonly type: number;
  readonly flags: number;
  readonly operation: string;
  /** The refusal that says that it is as wanted already. */
  readonly harmless: string;
}

const ADD: Change = {
  type: RTM_NEWADDR,
  flags: NLM_F_CREATE | NLM_F_EXCL,
  operation: 'add address',
  harmless: 'EEXIST',
};
const REMOVE: Change = {
  type: RTM_DELADDR,
  flags: 0,
  operation: 'remove address',
  harmless: 'EADDRNOTAVAIL',
};

export class Addresses {
  readonly #socket: NetlinkSocket;
  readonly #links: ReadonlyMap<string, readonly Placement[]>;

  /** Throws SystemError when there is no netlink. */
  constructor(placements: readonly Placement[]) {
    this.#socket = NetlinkSocket.open(NETLINK_ROUTE, 'rtnetlink for addresses');
    const names = new Set(placements.map((placement) => placement.interface));
    this.#links = new Map(
      Array.from(names, (name) => [name, placements.filter((placement) => placement.interface === name)]),
    );
  }

  /** The link's index, hardware address and flags now. Throws SystemError, such as ENODEV. */
  link(name: string): Link {
    return findLink(this.#socket, name);
  }

  /** Up with all of them; one that is up already is fine. Not `ok`: some link got none of its addresses. */
  raise(): { readonly ok: boolean; readonly faults: readonly Fault[] } {
    const faults: Fault[] = [];
    let ok = true;
    for (const [name, placements] of this.#links) {
      const refused = this.#changeAll(name, placements, ADD);
      faults.push(...refused);
      if (refused.length === placements.length) ok = false;
    }
    return { ok, faults };
  }

  /** Off with all of them; one that is not there is fine. Also removes what a crash has left. */
  release(): readonly Fault[] {
    return Array.from(this.#links, ([name, placements]) => this.#changeAll(name, placements, REMOVE)).flat();
  }

  /** Forgets what the kernel knows, or fails to find out, of a neighbour's hardware address: the next packet asks anew. */
  forgetNeighbour(name: string, address: string): void {
    const object = `${address} on ${name}`;
    try {
      const { index } = this.link(name);
      this.#socket.request(
        RTM_DELNEIGH,
        0,
        'forget neighbour',
        object,
        fillNeighbour(index, addressBytes(address)),
      );
    } catch (error) {
      // ENOENT: there is nothing to forget; a link that is gone has no neighbours.
      if (!(error instanceof SystemError)) throw error;
    }
  }

  close(): void {
    this.#socket.close();
  }

  /** The link is asked for by its name every time: it may have been made anew under another index. */
  #changeAll(name: string, placements: readonly Placement[], change: Change): readonly Fault[] {
    let index: number;
    try {
      ({ index } = this.link(name));
    } catch (error) {
      return placements.map(() => faultOf(error, change));
    }
    return placements.flatMap((placement) => this.#change(index, placement, change));
  }

  #change(
    index: number,
    { address: text, prefixLength, interface: name }: Placement,
    change: Change,
  ): Fault[] {
    const { type, flags, operation, harmless } = change;
    const address = addressBytes(text);
    const object = `${text}/${prefixLength} on ${name}`;
    try {
      this.#socket.request(type, flags, operation, object, fillAddress({ index, address, prefixLength }));
      return [];
    } catch (error) {
      return error instanceof SystemError && error.code === harmless ? [] : [faultOf(error, change)];
    }
  }
}

/** Throws what is no refusal of the kernel. */
function faultOf(error: unknown, { operation }: Change): Fault {
  if (!(error instanceof SystemError)) throw error;
  return { operation, reason: error.message };
}

/** One link by its name. Throws SystemError. */
function findLink(socket: NetlinkSocket, name: string): Link {
  for (const message of socket.request(RTM_GETLINK, 0, 'find interface', name, fillLinkByName(name))) {
    const link = decodeLink(message);
    if (link !== undefined) return link;
  }
  throw new SystemError('find interface', 19 /* ENODEV */, name);
}
