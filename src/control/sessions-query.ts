/**
 * The question of GET /sessions, to and from its query string: `limit`, `after`, `client`, `server`, `lost`. Pure. What
 * cannot be read is a complaint, never a guess.
 */
import { formatAddress, parseAddress } from '../sockaddr.js';
import type { Parsed } from './schema.js';
import { DEFAULT_PAGE, LARGEST_PAGE, type SessionsQuery } from './sessions.js';

const KEYS = ['limit', 'after', 'client', 'server', 'lost'];

/** Reads a query string. */
export function parseSessionsQuery(params: URLSearchParams): Parsed<SessionsQuery> {
  const wrong = [...params.keys()].find((key) => !KEYS.includes(key));
  if (wrong !== undefined) return refused(`"${wrong}" is none of ${KEYS.join(', ')}`);
  const limit = whole(params, 'limit', DEFAULT_PAGE, 1, LARGEST_PAGE);
  if (!limit.ok) return limit;
  const after = whole(params, 'after', undefined, 0, Number.MAX_SAFE_INTEGER);
  if (!after.ok) return after;
  const client = address(params.get('client'));
  if (!client.ok) return client;
  const lost = params.get('lost') ?? 'false';
  if (lost !== 'true' && lost !== 'false') return refused('"lost" must be true or false');
  return {
    ok: true,
    value: {
      limit: limit.value,
      after: after.value,
      client: client.value,
      server: params.get('server') ?? undefined,
      lost: lost === 'true',
    },
  };
}

/** The path with the query string for it. */
export function sessionsUrl({ limit, after, client, server, lost }: SessionsQuery): string {
  const params = new URLSearchParams({ limit: String(limit) });
  if (after !== undefined) params.set('after', String(after));
  if (client !== undefined) params.set('client', client);
  if (server !== undefined) params.set('server', server);
  if (lost) params.set('lost', 'true');
  return `/sessions?${params.toString()}`;
}

function whole<Default extends number | undefined>(
  params: URLSearchParams,
  key: string,
  otherwise: Default,
  least: number,
  most: number,
): Parsed<number | Default> {
  const text = params.get(key);
  if (text === null) return { ok: true, value: otherwise };
  const value = /^[0-9]{1,16}$/.test(text) ? Number(text) : NaN;
  return value >= least && value <= most
    ? { ok: true, value }
    : refused(`"${key}" must be a whole number from ${least} to ${most}`);
}

/** In its one spelling (RFC 5952). */
function address(text: string | null): Parsed<string | undefined> {
  if (text === null) return { ok: true, value: undefined };
  const bytes = parseAddress(text);
  return bytes === undefined
    ? refused('"client" must be an IP address')
    : { ok: true, value: formatAddress(bytes) };
}

function refused(complaint: string): Parsed<never> {
  return { ok: false, complaint };
}
