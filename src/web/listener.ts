/**
 * One HTTP server on one address, with a bound on everything that a caller could make large or slow. What goes wrong here ends a
 * connection at most, never the daemon.
 */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { type GateOptions, refusal } from './gate.js';
import type { Live } from './live.js';
import { headersOf, plain, type Reply } from './reply.js';
import type { Routes } from './routes.js';

/** All bounds; tests make some of them shorter. */
export interface Bounds {
  readonly connections: number;
  readonly headerBytes: number;
  readonly urlBytes: number;
  /** Until a request has arrived. */
  readonly requestMillis: number;
  /** Until an answer has been taken. */
  readonly answerMillis: number;
  /** Between two requests of one connection. */
  readonly idleMillis: number;
}

export const BOUNDS: Bounds = {
  connections: 64,
  headerBytes: 8192,
  urlBytes: 1024,
  requestMillis: 5000,
  answerMillis: 15_000,
  idleMillis: 5000,
};

export interface ListenerOptions {
  readonly address: string;
  readonly port: number;
  readonly gate: GateOptions;
  readonly routes: Routes;
  readonly live: Live;
  readonly now: () => number;
  readonly bounds?: Bounds;
  /** Told when the server fails after it has begun to listen. */
  readonly onFailure: (error: Error) => void;
}

/** Listens; rejects where the system refuses. */
export function listen(options: ListenerOptions): Promise<Server> {
  const bounds = options.bounds ?? BOUNDS;
  const server = createServer(
    {
      maxHeaderSize: bounds.headerBytes,
      headersTimeout: bounds.requestMillis,
      requestTimeout: bounds.requestMillis,
      keepAliveTimeout: bounds.idleMillis,
      connectionsCheckingInterval: Math.min(1000, bounds.requestMillis),
    },
    (request, response) => {
      // A body means nothing to us.
      request.resume();
      request.on('error', () => response.destroy());
      response.on('error', () => response.destroy());
      void serve(options, bounds, request, response).catch(() => response.destroy());
    },
  );
  server.maxConnections = bounds.connections;
  server.maxRequestsPerSocket = 1000;
  // Whatever a connection does: silence for so long ends it, but for live data.
  server.timeout = bounds.answerMillis;
  server.on('connection', (socket) => socket.on('error', () => socket.destroy()));
  // What is no HTTP at all.
  server.on('clientError', (_error, socket) => {
    const answer = 'HTTP/1.1 400 Bad Request\r\nconnection: close\r\ncontent-length: 0\r\n\r\n';
    if (socket.writable) socket.end(answer, () => socket.destroy());
    else socket.destroy();
  });
  for (const event of ['upgrade', 'connect'] as const)
    server.on(event, (_request: IncomingMessage, socket: { destroy: () => void }) => {
      socket.destroy();
    });
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen({ host: options.address, port: options.port, backlog: bounds.connections }, () => {
      server.off('error', reject).on('error', options.onFailure);
      resolve(server);
    });
  });
}

async function serve(
  options: ListenerOptions,
  bounds: Bounds,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const { headers, method, url = '', socket } = request;
  const { host, authorization, accept } = headers;
  const caller = { method, host, authorization, localAddress: socket.localAddress };
  const late = setTimeout(() => {
    socket.destroy();
  }, bounds.answerMillis).unref();
  response.on('close', () => {
    clearTimeout(late);
  });
  const refused = refusal(caller, options.gate, options.now());
  if (refused !== undefined)
    send(request, response, { ...refused, headers: { ...refused.headers, connection: 'close' } }); // prettier-ignore
  else if (url.length > bounds.urlBytes) send(request, response, plain(414, 'The address is too long.'));
  else if (url === '/events') {
    clearTimeout(late);
    stream(options.live, request, response);
  } else send(request, response, await answerOf(options.routes, url, accept));
}

/** A mistake in making a page must not end the director that carries the sessions. */
async function answerOf(routes: Routes, url: string, accept: string | undefined): Promise<Reply> {
  try {
    return await routes.answer(url, accept);
  } catch {
    return plain(500, 'This page could not be made. "ftpair status" may say more.');
  }
}

function send(request: IncomingMessage, response: ServerResponse, reply: Reply): void {
  const body = typeof reply.body === 'string' ? Buffer.from(reply.body) : reply.body;
  response.writeHead(reply.status, { ...headersOf(reply), 'content-length': body.length });
  response.end(request.method === 'HEAD' ? undefined : body);
}

function stream(live: Live, request: IncomingMessage, response: ServerResponse): void {
  if (!live.hasRoom) {
    send(request, response, plain(503, 'Too many are listening already.', { 'retry-after': '10' }));
    return;
  }
  response.writeHead(200, headersOf({ type: 'text/event-stream' }));
  if (request.method === 'HEAD') {
    response.end();
    return;
  }
  request.socket.setTimeout(0);
  live.add(response);
}
