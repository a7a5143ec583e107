/** How operators may call the servers of a status: by name, or SERVICE/SERVER where that alone is clear. Pure. */
import type { ServerView, ServiceView, StatusView } from '../control/status.js';

export interface NamedServer {
  readonly service: ServiceView;
  readonly server: ServerView;
}

/** The shortest name of each server that means no other one. */
export function shortNames({ services }: StatusView): readonly string[] {
  const all = services.flatMap(({ name, servers }) => servers.map((server) => [name, server.name] as const));
  return all.map(([service, server]) =>
    all.filter(([, other]) => other === server).length > 1 ? `${service}/${server}` : server,
  );
}

/** Every server that `word` means: one, several of the same name, or none. */
export function serversNamed({ services }: StatusView, word: string): readonly NamedServer[] {
  return services.flatMap((service) =>
    service.servers
      .filter(({ name }) => word === name || word === `${service.name}/${name}`)
      .map((server) => ({ service, server })),
  );
}
