/**
 * `ftpair sessions`: gathers the daemon's pages until there are enough, and prints them. It must not judge: what
 * survives, the daemon has said.
 */
import { request } from '../control/client.js';
import { parseSessions } from '../control/schema.js';
import { sessionsUrl } from '../control/sessions-query.js';
import {
  DEFAULT_PAGE,
  type SessionsPage,
  type SessionsQuery,
  type SessionView,
} from '../control/sessions.js';
import { ExitStatus, Fatal } from '../fatal.js';
import { millis } from '../time.js';
import type { Screen } from './screen.js';
import { renderSessions, type SessionsList } from './sessions-screen.js';
import { controlSocket, errorOf, understood } from './talk.js';

const PAGE_LIMIT = millis(10_000);

export interface SessionsOptions {
  readonly runtimeDir: string;
  readonly json: boolean;
  /** The most that are shown; 0 for all. */
  readonly limit: number;
  readonly client: string | undefined;
  readonly server: string | undefined;
  readonly lost: boolean;
}

/**
 * `ok` whatever survives. Throws `Fatal`: `usage` when the daemon knows no such client or server, `unreachable` when there is
 * no answer that can be understood.
 */
export async function sessionsCommand(options: SessionsOptions, screen: Screen): Promise<ExitStatus> {
  const list = await gatherSessions(options);
  if (options.json) screen.out(`${JSON.stringify(list, missingAsNull, 2)}\n`);
  else screen.out(renderSessions(list, screen.colour));
  return ExitStatus.ok;
}

/** All pages, up to the limit. Throws `Fatal` as the command does. */
export async function gatherSessions(options: SessionsOptions): Promise<SessionsList> {
  const { client, server, lost } = options;
  const most = options.limit === 0 ? Infinity : options.limit;
  const sessions: SessionView[] = [];
  let after: number | undefined;
  for (;;) {
    // One more than wanted says whether there are more.
    const limit = lost ? DEFAULT_PAGE : Math.min(DEFAULT_PAGE, most + 1 - sessions.length);
    const page = await ask(controlSocket(options.runtimeDir), { limit, after, client, server, lost });
    sessions.push(...page.sessions);
    after = page.next;
    if (after !== undefined && sessions.length <= most) continue;
    const filtered = client !== undefined || server !== undefined || lost;
    const { node, role, known } = page;
    return { node, role, known, sessions: sessions.slice(0, most), more: sessions.length > most, filtered };
  }
}

async function ask(socket: string, query: SessionsQuery): Promise<SessionsPage> {
  const answer = await request(socket, 'GET', sessionsUrl(query), PAGE_LIMIT);
  if (answer.status === 400)
    throw new Fatal(
      ExitStatus.usage,
      errorOf(answer.body) ?? 'the daemon refused the question',
      'see "ftpair sessions --help"; the servers are in "ftpair status"',
    );
  return understood(answer, parseSessions(answer.body));
}

/** Every key is there for scripts. */
function missingAsNull(_key: string, value: unknown): unknown {
  return value === undefined ? null : value;
}
