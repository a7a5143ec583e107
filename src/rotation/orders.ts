/**
 * What operators have ordered for servers: drain, force, weight. One register for each server and kind; of two orders for the
 * same register the one with the higher stamp holds, on both directors, in whatever order they hear of them. No wall clock:
 * the stamp is Lamport's counter, and the director's number where two counters are equal. Pure.
 */

/** `weight` undefined: that of the config. */
export type Order =
  | { readonly kind: 'drain'; readonly on: boolean }
  | { readonly kind: 'force'; readonly to: Force }
  | { readonly kind: 'weight'; readonly weight: number | undefined };

/** `auto`: the verdicts decide. */
export type Force = 'auto' | 'up' | 'down';

export const ORDER_KINDS: readonly Order['kind'][] = ['drain', 'force', 'weight'];

export interface Stamp {
  /** Higher than that of every order which its giver knew. */
  readonly counter: number;
  /** The director that was asked. */
  readonly node: 0 | 1;
}

/** One register: the newest order of its kind for a server. */
export interface StampedOrder {
  readonly service: string;
  readonly server: string;
  readonly order: Order;
  readonly stamp: Stamp;
}

/** What holds for one server. */
export interface Orders {
  readonly drain: boolean;
  readonly force: Force;
  /** Undefined: that of the config. */
  readonly weight: number | undefined;
}

export const NO_ORDERS: Orders = { drain: false, force: 'auto', weight: undefined };

export class OrderBook {
  readonly #registers = new Map<string, StampedOrder>();
  #highest = 0;

  /** An operator's word to this director. Takes effect whatever was ordered before. */
  give(service: string, server: string, order: Order, node: 0 | 1): void {
    this.merge([{ service, server, order, stamp: { counter: this.#highest + 1, node } }]);
  }

  /** Takes what is newer; answers whether anything was. */
  merge(orders: readonly StampedOrder[]): boolean {
    let news = false;
    for (const order of orders) {
      this.#highest = Math.max(this.#highest, order.stamp.counter);
      const key = `${order.service}/${order.server} ${order.order.kind}`;
      const known = this.#registers.get(key);
      if (known !== undefined && !isNewer(order.stamp, known.stamp)) continue;
      this.#registers.set(key, order);
      news = true;
    }
    return news;
  }

  /** What holds for a server now. */
  of(service: string, server: string): Orders {
    const order = (kind: Order['kind']): Order | undefined =>
      this.#registers.get(`${service}/${server} ${kind}`)?.order;
    const [drain, force, weight] = [order('drain'), order('force'), order('weight')];
    return {
      drain: drain?.kind === 'drain' && drain.on,
      force: force?.kind === 'force' ? force.to : 'auto',
      weight: weight?.kind === 'weight' ? weight.weight : undefined,
    };
  }

  /** Every register that was ever written, for the peer and for the state file; also those that say "as in the config". */
  list(): readonly StampedOrder[] {
    return [...this.#registers.values()];
  }
}

function isNewer(one: Stamp, other: Stamp): boolean {
  return one.counter > other.counter || (one.counter === other.counter && one.node > other.node);
}
