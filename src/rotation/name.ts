/** Which server an operator means: `SERVER` where one service has it, `SERVICE/SERVER` always. Pure. */
import type { VirtualService } from '../config/model.js';
import { didYouMean } from '../config/nearest.js';

export type Named =
  | { readonly ok: true; readonly service: string; readonly server: string }
  /** In a clause, with the names to choose from. */
  | { readonly ok: false; readonly complaint: string };

/** Finds the server; a name that several services have is refused with the choices. */
export function findServer(services: readonly VirtualService[], name: string): Named {
  const all = services.flatMap((service) =>
    service.servers.map((server) => ({ service: service.name, server: server.name })),
  );
  const full = ({ service, server }: { service: string; server: string }): string => `${service}/${server}`;
  const words = all.flatMap((each) => [each.server, full(each)]);
  const found = all.filter((each) => each.server === name || full(each) === name);
  const [first] = found;
  if (first !== undefined && found.length === 1) return { ok: true, ...first };
  const complaint =
    first === undefined
      ? `no server is named "${name}"${didYouMean(name, words)}; there are ${all.map(full).join(', ')}`
      : `"${name}" may be ${found.map(full).join(' or ')}: write one of these`;
  return { ok: false, complaint };
}
