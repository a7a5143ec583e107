/**
 * Services of implicit TLS (port 990): nobody can read their control connections, so their data channels need ranges of ports,
 * which no file of another program holds. Pure.
 */
import type { Ledger } from './ledger.js';
import type { ServicePart } from './parts.js';
import { toChange } from './tree.js';

/** IANA: ftps. */
const FTPS = 990;
const FIRST = 50_000;
const EACH = 100;

/** The service with a range for each server, where it is FTP over TLS. */
export function withPassivePorts(service: ServicePart, path: string, ledger: Ledger): ServicePart {
  if (service.port.value !== FTPS) return service;
  const what = "the data ports of this server, the same as in the server's own configuration";
  ledger.fillIn(`${path}.servers[].passive_ports`, 'FTP over TLS needs the ports of the data channels, and placeholders stand there', `write ${what} (README, "FTP over TLS")`); // prettier-ignore
  const servers = service.servers.map((server, index) => {
    const first = FIRST + ((index * EACH) % 15_000);
    return { ...server, passivePorts: toChange(`${first}-${first + EACH - 1}`, what) };
  });
  return { ...service, servers, mode: { value: 'passive_range', note: 'port 990 is FTP over TLS' } };
}
