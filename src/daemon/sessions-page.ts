/**
 * GET /sessions: joins the ledger, this kernel, both clocks and the config for one page. Its reads have a socket of their
 * own, so that they never come between the audit's and its answers.
 */
import type { VirtualService } from '../config/model.js';
import { didYouMean } from '../config/nearest.js';
import { everyServer } from '../config/servers.js';
import { KernelTable } from '../conntrack/table.js';
import type { Parsed } from '../control/schema.js';
import type { SessionsPage, SessionsQuery } from '../control/sessions.js';
import type { Ledger } from '../replication/ledger.js';
import { listSessions } from '../sessions/lister.js';
import { everyoneLost, type Standing } from '../sessions/survival.js';
import { monotonicNow } from '../time.js';

export interface SessionsParts {
  readonly heading: Pick<SessionsPage, 'version' | 'node' | 'role'>;
  readonly services: readonly VirtualService[];
  readonly serverStanding: (service: string, server: string) => string;
  /** Undefined before replication has been started. */
  readonly ledger: Ledger | undefined;
  readonly standing: () => Standing;
}

/** One page, or a complaint about the query. Throws SystemError when the kernel refuses to be read. */
export async function sessionsPage(
  query: SessionsQuery,
  { heading, services, serverStanding, ledger, standing }: SessionsParts,
): Promise<Parsed<SessionsPage>> {
  const servers = new Set(services.flatMap((service) => everyServer(service).map(({ name }) => name)));
  if (query.server !== undefined && !servers.has(query.server))
    return {
      ok: false,
      complaint: `no server is named "${query.server}"${didYouMean(query.server, [...servers])}; there are ${[...servers].join(', ')}`,
    };
  if (ledger === undefined)
    return { ok: true, value: { ...heading, known: 0, sessions: [], next: undefined } };
  const kernel = KernelTable.open();
  try {
    const facts = () => {
      const now = standing();
      const side = now.active ? ('active' as const) : ('backup' as const);
      return {
        side,
        everyone: everyoneLost(now),
        services,
        standing: serverStanding,
        now: monotonicNow(),
        wallNow: Date.now(),
      };
    };
    return { ok: true, value: { ...heading, ...(await listSessions(query, { ledger, kernel, facts })) } };
  } finally {
    kernel.close();
  }
}
