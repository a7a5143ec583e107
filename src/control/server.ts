/**
 * The control socket of the daemon: HTTP on a Unix socket for root only. It translates requests into calls of
 * the handlers and their answers into JSON; it must not decide anything about roles.
 */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { MOST_BYTES } from '../config/load.js';
import { PID_HEADER } from './client.js';
import type { ConfigChange, ConfigDiff } from './config-change.js';
import { type EventsPage, parseEventsQuery } from './events.js';
import { bindingPath, clearPlace, putInPlace, refusal, removeOwn } from './place.js';
import { type OrderRequest, parseOrderQuery } from './order-query.js';
import { type CompareResult, toJson, type HandoverResult, type OrderResult, type Parsed } from './schema.js';
import { parseSessionsQuery } from './sessions-query.js';
import type { SessionsPage, SessionsQuery } from './sessions.js';
import type { StatusView } from './status.js';

/** What the daemon does for its callers. */
export interface ControlHandlers {
  /** GET /status */
  status(): StatusView;
  /** GET /sessions: one page, or a complaint where the config knows no server of that name. */
  sessions(query: SessionsQuery): Promise<Parsed<SessionsPage>>;
  /** GET /events: what came behind that number. */
  events(after: number): EventsPage;
  /** POST /reload: reads the config file again; `dry` only says what would change. */
  reload(dry: boolean): Promise<ConfigChange>;
  /** GET /config/diff: rejects when the peer does not answer. */
  configDiff(): Promise<ConfigDiff>;
  /** POST /config: both directors take the text up and write it into their files, or neither does. `name` is for complaints. */
  pushConfig(text: string, name: string): Promise<ConfigChange>;
  /** POST /handover: resolves when it is decided whether the role moves. */
  handover(): Promise<HandoverResult>;
  /** POST /order: an operator's word about one server. */
  order(server: string, order: OrderRequest): OrderResult;
  /** GET /compare: both kernels' tables. Rejects when the peer does not answer. */
  compare(): Promise<CompareResult>;
}

export interface ControlOptions {
  /** Path of the socket, at most 107 bytes. */
  readonly path: string;
  readonly handlers: ControlHandlers;
}

/** A listening control socket. */
export interface Control {
  /** Stops listening, removes the socket, and lets answers that are under way out for a quarter of a second. */
  close(): Promise<void>;
}

const CLOSE_LIMIT_MILLIS = 250;
const REQUEST_LIMIT_MILLIS = 5000;
const CONNECTION_LIMIT = 32;
/** The longest config file. */
const BODY_LIMIT_BYTES = MOST_BYTES;

/**
 * Listens at `path` (mode 0600, directory made with 0755) and replaces a stale socket. Throws `Fatal`: `running`
 * when a daemon holds the socket, `system` when the system refuses.
 */
export async function startControl({ path, handlers }: ControlOptions): Promise<Control> {
  await clearPlace(path);
  const server = createServer((request, response) => {
    void answer(handlers, request, response);
  });
  server.requestTimeout = REQUEST_LIMIT_MILLIS;
  server.headersTimeout = REQUEST_LIMIT_MILLIS;
  server.maxConnections = CONNECTION_LIMIT;
  const bound = bindingPath(path);
  await listening(server, bound);
  const inode = placed(server, bound, path);
  return { close: () => close(server, path, inode) };
}

function listening(server: Server, bound: string): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', (error) => {
      reject(refusal('listen on', bound, error));
    });
    server.listen(bound, resolve);
  });
}

function placed(server: Server, bound: string, path: string): number {
  try {
    return putInPlace(bound, path);
  } catch (error) {
    server.close();
    throw error;
  }
}

function close(server: Server, path: string, inode: number): Promise<void> {
  removeOwn(path, inode);
  return new Promise((resolve) => {
    const late = setTimeout(() => {
      server.closeAllConnections();
    }, CLOSE_LIMIT_MILLIS);
    server.close(() => {
      clearTimeout(late);
      resolve();
    });
    server.closeIdleConnections();
  });
}

interface Reply {
  readonly status: number;
  readonly body: object;
}

type Route = (handlers: ControlHandlers, params: URLSearchParams, body: string) => Reply | Promise<Reply>;

/** Every request there is. */
const ROUTES: Readonly<Record<string, Route>> = {
  'GET /status': (handlers) => ({ status: 200, body: handlers.status() }),
  'GET /sessions': async (handlers, params) => {
    const query = parseSessionsQuery(params);
    const page = query.ok ? await handlers.sessions(query.value) : query;
    return page.ok ? { status: 200, body: page.value } : { status: 400, body: { error: page.complaint } };
  },
  'GET /events': (handlers, params) => {
    const after = parseEventsQuery(params);
    if (after === undefined) return { status: 400, body: { error: '"after" must be a whole number' } };
    return { status: 200, body: handlers.events(after) };
  },
  'POST /reload': async (handlers, params) => {
    const dry = params.get('dry') ?? 'false';
    if (dry !== 'true' && dry !== 'false')
      return { status: 400, body: { error: '"dry" must be true or false' } };
    return { status: 200, body: await handlers.reload(dry === 'true') };
  },
  'GET /config/diff': async (handlers) => ({ status: 200, body: await handlers.configDiff() }),
  'POST /config': async (handlers, params, body) => {
    return { status: 200, body: await handlers.pushConfig(body, params.get('name') ?? 'config') };
  },
  'POST /handover': async (handlers) => {
    const result = await handlers.handover();
    return { status: result.accepted ? 200 : 409, body: result };
  },
  'POST /order': (handlers, params) => {
    const query = parseOrderQuery(params);
    if (!query.ok) return { status: 400, body: { error: query.complaint } };
    const result = handlers.order(query.value.server, query.value.order);
    return { status: result.accepted ? 200 : 409, body: result };
  },
  'GET /compare': async (handlers) => ({ status: 200, body: await handlers.compare() }),
};

async function answer(
  handlers: ControlHandlers,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const { status, json } = await answerTo(handlers, request);
  response.writeHead(status, { 'content-type': 'application/json', [PID_HEADER]: process.pid });
  response.end(json);
}

interface Written {
  readonly status: number;
  readonly json: string;
}

async function answerTo(handlers: ControlHandlers, request: IncomingMessage): Promise<Written> {
  const [path = '', query = ''] = (request.url ?? '').split('?', 2);
  const wanted = `${request.method ?? ''} ${path}`;
  const route = Object.hasOwn(ROUTES, wanted) ? ROUTES[wanted] : undefined;
  try {
    const body = await bodyOf(request);
    if (body === undefined)
      return written({ status: 413, body: { error: `longer than ${BODY_LIMIT_BYTES} bytes` } });
    return written(
      route === undefined ? unknown(wanted, path) : await route(handlers, new URLSearchParams(query), body),
    );
  } catch (error) {
    // A mistake in showing a status must not end the director that carries the sessions.
    return written({ status: 500, body: { error: `${wanted} failed: ${String(error)}` } });
  }
}

/** What was sent with a request; undefined when it is too long for anything that we take. */
async function bodyOf(request: IncomingMessage): Promise<string | undefined> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size <= BODY_LIMIT_BYTES) chunks.push(chunk);
  }
  return size > BODY_LIMIT_BYTES ? undefined : Buffer.concat(chunks).toString('utf8');
}

function written({ status, body }: Reply): Written {
  return { status, json: toJson(body) };
}

/** A wrong word gets the right ones: 405 when only the method is wrong, else 404. */
function unknown(wanted: string, path: string): Reply {
  const requests = Object.keys(ROUTES);
  const status = requests.some((known) => known.endsWith(` ${path}`)) ? 405 : 404;
  return { status, body: { error: `unknown request: ${wanted}`, requests } };
}
