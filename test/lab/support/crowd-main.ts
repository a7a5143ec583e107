/**
 * A crowd of TCP connections, as clients or as servers, told what to do in JSON lines. As servers: listens on ports and holds
 * what comes. As clients: opens connections at once or one after the other, and closes some again.
 */
import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';
import { createLineSplitter } from '../../../src/drill/session-wire.js';
import type { Order } from './crowd.js';

const held = new Map<number, Set<Socket>>();
const came = new Map<number, number>();
const opened = new Map<number, Socket[]>();

function keep(port: number, socket: Socket): void {
  held.get(port)?.add(socket);
  came.set(port, (came.get(port) ?? 0) + 1);
  socket.on('error', () => undefined);
  socket.resume();
  socket.on('end', () => socket.end());
  socket.on('close', () => held.get(port)?.delete(socket));
}

async function listen(ports: readonly number[]): Promise<void> {
  for (const port of ports) {
    held.set(port, new Set());
    const server = createServer({ allowHalfOpen: true }, (socket) => {
      // A director's probe is no session.
      if (/:10\.200\.30\.[23]$/.test(socket.remoteAddress ?? ''))
        socket.resume().on('error', () => undefined);
      else keep(port, socket);
    });
    server.listen({ port, host: '::', backlog: 511 });
    await once(server, 'listening');
  }
}

async function open(order: Extract<Order, { do: 'open' }>): Promise<void> {
  const start = (index: number): Promise<unknown> => {
    const from = order.from?.[index % order.from.length];
    const socket = connect({ host: order.host, port: order.port, ...(from && { localAddress: from }) });
    socket.on('error', () => undefined);
    opened.set(order.port, [...(opened.get(order.port) ?? []), socket]);
    return once(socket, 'connect');
  };
  if (order.atOnce) await Promise.all(Array.from({ length: order.count }, (_, index) => start(index)));
  else for (let index = 0; index < order.count; index++) await start(index);
}

/** Closes and waits until both sides have. */
async function close({ port, which }: Extract<Order, { do: 'close' }>): Promise<void> {
  const all = opened.get(port) ?? [];
  const chosen = which.flatMap((index) => all[index] ?? []);
  await Promise.all(
    chosen.map(async (socket) => {
      const closed = once(socket, 'close');
      socket.end();
      await closed;
    }),
  );
  opened.set(
    port,
    all.filter((socket) => !chosen.includes(socket)),
  );
}

async function obey(order: Order): Promise<unknown> {
  switch (order.do) {
    case 'listen':
      return listen(order.ports);
    case 'open':
      return open(order);
    case 'close':
      return close(order);
    case 'count':
      return { held: held.get(order.port)?.size ?? 0, came: came.get(order.port) ?? 0 };
  }
}

let turn: Promise<unknown> = Promise.resolve();
const split = createLineSplitter((line) => {
  turn = turn.then(async () =>
    process.stdout.write(`${JSON.stringify((await obey(JSON.parse(line) as Order)) ?? {})}\n`),
  );
});
process.stdin.setEncoding('utf8').on('data', (chunk: string) => {
  split(chunk);
});
process.stdin.on('end', () => process.exit(0));
