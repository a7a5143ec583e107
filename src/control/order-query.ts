/**
 * An operator's order as POST /order carries it in its query string: `server`, and one of `drain`, `force`, `weight`. Pure.
 * What cannot be read is a complaint, never a guess.
 */
import type { Parsed } from './schema.js';

/** `weight` undefined: that of the config. */
export type OrderRequest =
  | { readonly kind: 'drain'; readonly on: boolean }
  | { readonly kind: 'force'; readonly to: 'auto' | 'up' | 'down' }
  | { readonly kind: 'weight'; readonly weight: number | undefined };

export interface OrderQuery {
  /** SERVER or SERVICE/SERVER. */
  readonly server: string;
  readonly order: OrderRequest;
}

/** The largest weight (config/schema-services.ts has the same). */
export const LARGEST_WEIGHT = 100;

/** The path with the query string for an order. */
export function orderUrl({ server, order }: OrderQuery): string {
  return `/order?${new URLSearchParams({ server, [order.kind]: valueOf(order) }).toString()}`;
}

function valueOf(order: OrderRequest): string {
  switch (order.kind) {
    case 'drain':
      return String(order.on);
    case 'force':
      return order.to;
    case 'weight':
      return order.weight === undefined ? 'config' : String(order.weight);
  }
}

/** Reads a query string. */
export function parseOrderQuery(params: URLSearchParams): Parsed<OrderQuery> {
  const server = params.get('server');
  const keys = [...params.keys()].filter((key) => key !== 'server');
  const [kind] = keys;
  if (server === null || kind === undefined || keys.length > 1)
    return refused('an order has "server" and one of "drain", "force", "weight"');
  const order = readOrder(kind, params.get(kind) ?? '');
  return order.ok ? { ok: true, value: { server, order: order.value } } : order;
}

function readOrder(kind: string, value: string): Parsed<OrderRequest> {
  switch (kind) {
    case 'drain':
      if (value === 'true' || value === 'false') return { ok: true, value: { kind, on: value === 'true' } };
      return refused('"drain" must be true or false');
    case 'force':
      if (value === 'auto' || value === 'up' || value === 'down')
        return { ok: true, value: { kind, to: value } };
      return refused('"force" must be up, down or auto');
    case 'weight':
      return readWeight(value);
    default:
      return refused(`"${kind}" is none of server, drain, force, weight`);
  }
}

/** A weight as people write it: a number, or `config` for that of the config. */
export function readWeight(value: string): Parsed<Extract<OrderRequest, { kind: 'weight' }>> {
  if (value === 'config') return { ok: true, value: { kind: 'weight', weight: undefined } };
  const weight = /^[0-9]{1,3}$/.test(value) ? Number(value) : NaN;
  return weight <= LARGEST_WEIGHT
    ? { ok: true, value: { kind: 'weight', weight } }
    : refused(`"weight" must be a whole number from 0 to ${LARGEST_WEIGHT}, or config`);
}

function refused(complaint: string): Parsed<never> {
  return { ok: false, complaint };
}
