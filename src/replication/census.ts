/**
 * The control connections of the virtual services, one by one, followed from the changes of the table: who began and who ended.
 * Pure.
 */
import type { Flow } from '../conntrack/flow.js';
import { isData } from '../conntrack/mark.js';
import { sameBytes, type Tuple, tupleKey } from '../conntrack/tuple.js';
import type { Change } from '../journal/records.js';

/** Where clients of a service connect to. */
export interface Endpoint {
  readonly address: Uint8Array;
  readonly port: number;
}

/** One control connection that is not over. */
export interface Session {
  /** Index of its service. */
  readonly service: number;
  readonly client: Uint8Array;
  readonly server: Uint8Array;
  readonly serverPort: number;
  /** It began on this director; what did not was begun on the other one, or before this daemon. */
  readonly fresh: boolean;
}

/** linux/netfilter/nf_conntrack_tcp.h: below, it is not open yet; from LAST_ACK to CLOSE both ends have closed. */
const TCP_CONNTRACK_ESTABLISHED = 3;
const TCP_CONNTRACK_LAST_ACK = 6;
const TCP_CONNTRACK_CLOSE = 8;

export class Census {
  readonly #sessions = new Map<string, Session>();
  /** Rises with every change. */
  version = 0;

  constructor(readonly services: readonly Endpoint[]) {}

  /** Those that are not over, the oldest first. */
  sessions(): Iterable<Session> {
    return this.#sessions.values();
  }

  /** Nothing is known any more. */
  clear(): void {
    this.#sessions.clear();
    this.version += 1;
  }

  /** Takes changes of the table; `fresh` when this kernel has just told them. */
  follow(
    changes: readonly Change[],
    fresh: boolean,
    began: (session: Session) => void,
    ended: (session: Session) => void,
  ): void {
    if (this.services.length === 0) return;
    for (const change of changes) {
      if (change.type === 'flowGone') this.#end(change.orig, ended);
      else if (change.type === 'flow' && !isData(change.flow)) {
        if (isOver(change.flow)) this.#end(change.flow.orig, ended);
        else if (isOpen(change.flow)) this.#begin(change.flow, fresh, began);
      }
    }
  }

  #begin({ orig, reply }: Flow, fresh: boolean, began: (session: Session) => void): void {
    const service = this.services.findIndex(
      ({ address, port }) => port === orig.dport && sameBytes(address, orig.dst),
    );
    if (service < 0) return;
    const key = tupleKey(orig);
    if (this.#sessions.has(key)) return;
    const session = { service, client: orig.src, server: reply.src, serverPort: reply.sport, fresh };
    this.#sessions.set(key, session);
    this.version += 1;
    began(session);
  }

  #end(orig: Tuple, ended: (session: Session) => void): void {
    const key = tupleKey(orig);
    const session = this.#sessions.get(key);
    if (session === undefined) return;
    this.#sessions.delete(key);
    this.version += 1;
    ended(session);
  }
}

/** A first packet alone may be anybody's, in anybody's name: it makes no session. */
function isOpen({ tcp }: Flow): boolean {
  return tcp === undefined || tcp.state >= TCP_CONNTRACK_ESTABLISHED;
}

function isOver({ tcp }: Flow): boolean {
  return tcp !== undefined && tcp.state >= TCP_CONNTRACK_LAST_ACK && tcp.state <= TCP_CONNTRACK_CLOSE;
}
