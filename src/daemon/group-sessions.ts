/**
 * The sessions of a real server for `lc` and `wlc`: those of all addresses of its service, for they are the same server's load.
 * Pure.
 */
import type { RealServer, VirtualService } from '../config/model.js';
import { type Sessions, type Tally } from '../conntrack/tally.js';

/** What of one server; `came` is of this address alone, whose slots it is compared with. */
export function groupSessions(
  services: readonly VirtualService[],
  tally: Pick<Tally, 'of'>,
  service: VirtualService,
  server: RealServer,
): Sessions {
  const group = groupOf(service);
  const present = services
    .filter((each) => groupOf(each) === group)
    .flatMap((each) =>
      each.servers.filter(({ name }) => name === server.name).map((same) => tally.of(each, same).present),
    )
    .reduce((sum, count) => sum + count, 0);
  return { present, came: tally.of(service, server).came };
}

/** A service's name in the file; no name there has an @ (config/build.ts). */
function groupOf({ name }: VirtualService): string {
  return name.split('@')[0] ?? name;
}
