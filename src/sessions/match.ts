/** Which control flows a query means. Pure; bytes are compared, because a router may have a hundred thousand of them. */
import type { VirtualService } from '../config/model.js';
import type { Flow } from '../conntrack/flow.js';
import { isData } from '../conntrack/mark.js';
import { sameBytes } from '../conntrack/tuple.js';
import type { SessionsQuery } from '../control/sessions.js';
import { parseAddress } from '../sockaddr.js';

interface Endpoint {
  readonly address: Uint8Array;
  readonly port: number;
}

/** A test for control flows of the virtual services that the query's client and server fit. */
export function matcher(
  { client, server }: Pick<SessionsQuery, 'client' | 'server'>,
  services: readonly VirtualService[],
): (flow: Flow) => boolean {
  const vips = services.flatMap(endpoint);
  const address = client === undefined ? undefined : parseAddress(client);
  const behind =
    server === undefined
      ? undefined
      : services.flatMap(({ servers }) => servers.filter(({ name }) => name === server).flatMap(endpoint));
  return ({ orig, reply, master, mark }) =>
    !isData({ master, mark }) &&
    vips.some((vip) => same(vip, orig.dst, orig.dport)) &&
    (address === undefined || sameBytes(address, orig.src)) &&
    (behind === undefined || behind.some((real) => same(real, reply.src, reply.sport)));
}

function endpoint({ address, port }: { readonly address: string; readonly port: number }): Endpoint[] {
  const bytes = parseAddress(address);
  return bytes === undefined ? [] : [{ address: bytes, port }];
}

function same(endpoint: Endpoint, address: Uint8Array, port: number): boolean {
  return endpoint.port === port && sameBytes(endpoint.address, address);
}

/** Not Buffer.compare, which leaves JavaScript for each call: much for four bytes of each of a hundred thousand flows. */
