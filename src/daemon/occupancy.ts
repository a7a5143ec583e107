/**
 * Who is full: servers and clients that have all the sessions that their service's limits allow, counted over all sessions, also
 * those that began on the other director. Pure: a census in, names out.
 */
import type { VirtualService } from '../config/model.js';
import type { Session } from '../replication/census.js';
import { formatAddress } from '../sockaddr.js';

export interface Occupancy {
  /** Full servers, as `SERVICE/SERVER`. */
  readonly servers: ReadonlySet<string>;
  /** By index of the service: full clients with sessions that this kernel does not count, because it did not see them begin. */
  readonly clients: readonly (readonly string[])[];
}

/** Of every service; one without limits has nobody. */
export function occupancyOf(services: readonly VirtualService[], sessions: Iterable<Session>): Occupancy {
  const perServer = new Map<string, number>();
  const perClient = services.map(() => new Map<string, { all: number; taken: number }>());
  for (const { service, client, server, serverPort, fresh } of sessions) {
    const seat = `${service} ${formatAddress(server)} ${serverPort}`;
    perServer.set(seat, (perServer.get(seat) ?? 0) + 1);
    const address = formatAddress(client);
    const known = perClient[service]?.get(address) ?? { all: 0, taken: 0 };
    perClient[service]?.set(address, { all: known.all + 1, taken: known.taken + (fresh ? 0 : 1) });
  }
  const full = services.flatMap(({ name, servers, limits }, index) =>
    servers
      .filter(
        ({ address, port }) =>
          (perServer.get(`${index} ${address} ${port}`) ?? 0) >= (limits?.sessionsPerServer ?? Infinity),
      )
      .map((server) => `${name}/${server.name}`),
  );
  const clients = services.map(({ limits }, index) =>
    Array.from(perClient[index] ?? [])
      .filter(([, { all, taken }]) => taken > 0 && all >= (limits?.sessionsPerClient ?? Infinity))
      .map(([address]) => address),
  );
  return { servers: new Set(full), clients };
}
