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
  fillLinkByName,
  type Link,
  RTM_DELADDR,
  RTM_GETLINK,
  RTM_NEWADDR,
} from '../netlink/rtnetlink.js';
import { addressBytes } from './bytes.js';
import type { Fault, Placement } from './face.js';

export class Addresses {
  readonly #socket: NetlinkSocket;
  readonly #placements: readonly Placement[];

  /** Throws SystemError when there is no netlink. */
  constructor(placements: readonly Placement[]) {
    this.#socket = NetlinkSocket.open(NETLINK_ROUTE, 'rtnetlink for addresses');
    this.#placements = placements;
  }

  /** The link's index, hardware address and flags now. Throws SystemError, such as ENODEV. */
  link(name: string): Link {
    return findLink(this.#socket, name);
  }

  /** Up with all of them; one that is up already is fine. Not `ok`: some link got none of its addresses. */
  raise(): { readonly ok: boolean; readonly faults: readonly Fault[] } {
    const faults: Fault[] = [];
    const served = new Map<string, boolean>();
    for (const placement of this.#placements) {
      const fault = this.#change(RTM_NEWADDR, NLM_F_CREATE | NLM_F_EXCL, 'add address', placement, 'EEXIST');
      if (fault !== undefined) faults.push(fault);
      const before = served.get(placement.interface) ?? false;
      served.set(placement.interface, before || fault === undefined);
    }
    return { ok: [...served.values()].every(Boolean), faults };
  }

  /** Off with all of them; one that is not there is fine. Also removes what a crash has left. */
  release(): readonly Fault[] {
    return this.#placements.flatMap((placement) => {
      const fault = this.#change(RTM_DELADDR, 0, 'remove address', placement, 'EADDRNOTAVAIL');
      return fault === undefined ? [] : [fault];
    });
  }

  close(): void {
    this.#socket.close();
  }

  /** The link is asked for by its name every time: it may have been made anew under another index. */
  #change(
    type: number,
    flags: number,
    operation: string,
    placement: Placement,
    harmless: string,
  ): Fault | undefined {
    const object = `${placement.address}/${placement.prefixLength} on ${placement.interface}`;
    try {
      const { index } = this.link(placement.interface);
      const { prefixLength } = placement;
      const address = addressBytes(placement.address);
      this.#socket.request(type, flags, operation, object, fillAddress({ index, address, prefixLength }));
      return undefined;
    } catch (error) {
      if (!(error instanceof SystemError)) throw error;
      return error.code === harmless ? undefined : { operation, reason: error.message };
    }
  }
}

/** One link by its name. Throws SystemError. */
function findLink(socket: NetlinkSocket, name: string): Link {
  for (const message of socket.request(RTM_GETLINK, 0, 'find interface', name, fillLinkByName(name))) {
    const link = decodeLink(message);
    if (link !== undefined) return link;
  }
  throw new SystemError('find interface', 19 /* ENODEV */, name);
}
