/**
 * Puts the floating addresses on their links and takes them off, over rtnetlink: some twenty microseconds each,
 * synchronous, no program is run. What the kernel refuses is a fault in the result, never a throw.
 */
import { SystemError } from '../native.js';
import type { NetlinkWriter } from '../netlink/attribute.js';
import { NLM_F_CREATE, NLM_F_EXCL } from '../netlink/message.js';
import { NETLINK_ROUTE, NetlinkSocket } from '../netlink/request.js';
import {
  decodeLink,
  fillAddress,
  fillNeighbour,
  fillLinkByName,
  fillLocalRoute,
  type Link,
  RTM_DELADDR,
  RTM_DELNEIGH,
  RTM_DELROUTE,
  RTM_GETLINK,
  RTM_NEWADDR,
  RTM_NEWROUTE,
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

/** What is done for an address: to itself, and for IPv6 to a route to it. */
interface Move {
  readonly address: Change;
  readonly route: Change;
}

const NEW = NLM_F_CREATE | NLM_F_EXCL;

const ADD: Move = {
  address: { type: RTM_NEWADDR, flags: NEW, operation: 'add address', harmless: 'EEXIST' },
  route: { type: RTM_NEWROUTE, flags: NEW, operation: 'add local route', harmless: 'EEXIST' },
};
const REMOVE: Move = {
  address: { type: RTM_DELADDR, flags: 0, operation: 'remove address', harmless: 'EADDRNOTAVAIL' },
  route: { type: RTM_DELROUTE, flags: 0, operation: 'remove local route', harmless: 'ESRCH' },
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
    const results = Array.from(this.#links, ([name, placements]) => this.#moveAll(name, placements, ADD));
    return { ok: results.every(({ moved }) => moved > 0), faults: results.flatMap(({ faults }) => faults) };
  }

  /** Off with all of them; one that is not there is fine. Also removes what a crash has left. */
  release(): readonly Fault[] {
    return Array.from(this.#links, ([name, placements]) => this.#moveAll(name, placements, REMOVE)).flatMap(
      ({ faults }) => faults,
    );
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
  #moveAll(
    name: string,
    placements: readonly Placement[],
    move: Move,
  ): { readonly moved: number; readonly faults: readonly Fault[] } {
    let index: number;
    try {
      ({ index } = this.link(name));
    } catch (error) {
      return { moved: 0, faults: placements.map(() => faultOf(error, move.address)) };
    }
    const faults = placements.map((placement) => this.#move(index, placement, move));
    return {
      moved: faults.filter(({ address }) => address === undefined).length,
      faults: faults.flatMap(listed),
    };
  }

  /**
   * The kernel leaves the route to a new IPv6 address to a worker of its own, which a busy machine lets wait. Until then it
   * answers for the address and forwards what comes to it: the answer to its own question for a client's hardware address
   * too, which it repeats a second later. So the route is there first, and ours.
   */
  #move(index: number, placement: Placement, { address: change, route }: Move): MoveFaults {
    const { prefixLength, interface: name } = placement;
    const address = addressBytes(placement.address);
    const ask = (what: Change, object: string, fill: (writer: NetlinkWriter) => void): Fault | undefined =>
      this.#ask(what, `${object} on ${name}`, fill);
    return {
      route:
        address.length === 16 ? ask(route, placement.address, fillLocalRoute(index, address)) : undefined,
      address: ask(
        change,
        `${placement.address}/${prefixLength}`,
        fillAddress({ index, address, prefixLength }),
      ),
    };
  }

  #ask(change: Change, object: string, fill: (writer: NetlinkWriter) => void): Fault | undefined {
    try {
      this.#socket.request(change.type, change.flags, change.operation, object, fill);
      return undefined;
    } catch (error) {
      return error instanceof SystemError && error.code === change.harmless
        ? undefined
        : faultOf(error, change);
    }
  }
}

interface MoveFaults {
  readonly address: Fault | undefined;
  readonly route: Fault | undefined;
}

function listed({ address, route }: MoveFaults): Fault[] {
  return [route, address].filter((fault) => fault !== undefined);
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
