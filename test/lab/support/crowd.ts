/** Crowds of connections in namespaces of the lab: who holds how many is what schedulers are measured by. */
import { converse } from './converse.js';

/** What a crowd is told. */
export type Order =
  | { readonly do: 'listen'; readonly ports: readonly number[] }
  | {
      readonly do: 'open';
      readonly host: string;
      readonly port: number;
      readonly count: number;
      /** All in one go, or each after the one before. */
      readonly atOnce: boolean;
      /** Own addresses, used in turns. */
      readonly from?: readonly string[];
    }
  /** Connections to a port by their places among the open ones, the oldest first. */
  | { readonly do: 'close'; readonly port: number; readonly which: readonly number[] }
  | { readonly do: 'count'; readonly port: number };

export interface Count {
  readonly held: number;
  readonly came: number;
}

export interface Crowd {
  listen(...ports: readonly number[]): Promise<void>;
  open(order: Omit<Extract<Order, { do: 'open' }>, 'do'>): Promise<void>;
  close(port: number, which: readonly number[]): Promise<void>;
  count(port: number): Promise<Count>;
}

/** Starts one in a namespace; it ends with this process or with its lab. */
export function startCrowd(namespace: string): Crowd {
  const say = converse(namespace, 'crowd-main.ts', []);
  const tell = async (order: Order): Promise<unknown> => JSON.parse(await say(JSON.stringify(order)));
  return {
    listen: async (...ports) => {
      await tell({ do: 'listen', ports });
    },
    open: async (order) => {
      await tell({ do: 'open', ...order });
    },
    close: async (port, which) => {
      await tell({ do: 'close', port, which });
    },
    count: async (port) => (await tell({ do: 'count', port })) as Count,
  };
}
