/**
 * The end of a server's sessions: which entries of the connection table must go, and their removal. Without its entry a client's
 * next packet is a stranger's: the kernel gives it to another server, or to the director itself where none is left, and
 * either answers with a reset.
 */
import type { RealServer, VirtualService } from '../config/model.js';
import type { Flow } from '../conntrack/flow.js';
import { isData } from '../conntrack/mark.js';
import type { ConntrackTable, TableOperation } from '../conntrack/table.js';
import { tupleKey } from '../conntrack/tuple.js';
import { formatAddress } from '../sockaddr.js';

/** Deletes of all flows of a service's sessions on one server, data flows first: they name their control flow. */
export function endingsOf(
  service: VirtualService,
  server: RealServer,
  flows: readonly Flow[],
): readonly TableOperation[] {
  const control = flows.filter((flow) => {
    const { orig, reply } = flow;
    const came = !isData(flow) && orig.dport === service.port && formatAddress(orig.dst) === service.address;
    return came && reply.sport === server.port && formatAddress(reply.src) === server.address;
  });
  const masters = new Set(control.map(({ orig }) => tupleKey(orig)));
  // Whose announcement was encrypted names no master: client and server must do.
  const clients = new Set(control.map(({ orig }) => formatAddress(orig.src)));
  const data = flows.filter((flow) =>
    flow.master === undefined
      ? isData(flow) && clients.has(clientOn(server, flow))
      : masters.has(tupleKey(flow.master)),
  );
  return [...data, ...control].map(({ orig }) => ({ type: 'deleteFlow', orig }));
}

/** The client of a data flow of this server; empty for one of another's. The client opened it (passive), or the server (active). */
function clientOn(server: RealServer, { orig, reply }: Flow): string {
  if (formatAddress(reply.src) === server.address) return formatAddress(orig.src);
  return formatAddress(orig.src) === server.address ? formatAddress(orig.dst) : '';
}

/** Removes them from this kernel; the backup's follows by the journal. Answers how many there were. Throws SystemError. */
export async function endSessions(
  table: ConntrackTable,
  mark: number,
  service: VirtualService,
  server: RealServer,
): Promise<number> {
  const endings = endingsOf(service, server, await table.dumpFlows(mark));
  return table.apply(endings).filter((errno) => errno === 0).length;
}
