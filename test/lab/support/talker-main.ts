/**
 * A client that says whatever it is told, byte for byte: control connections whose replies are handed back, and data connections that
 * are read to their end. Orders in JSON lines.
 */
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { createReplyReader, type Reply } from '../../../src/drill/replies.js';
import { createLineSplitter } from '../../../src/drill/session-wire.js';
import type { Heard, TalkerOrder } from './talker.js';

interface Conversation {
  readonly socket: Socket;
  readonly replies: Reply[];
}

const conversations = new Map<number, Conversation>();
let last = 0;

async function open(order: Extract<TalkerOrder, { do: 'open' }>): Promise<number> {
  const { host, port, from } = order;
  const socket = connect({ host, port, ...(from !== undefined && { localAddress: from }) });
  const reader = createReplyReader();
  const replies: Reply[] = [];
  socket.on('data', (chunk) => {
    replies.push(...reader.feed(chunk).replies);
    socket.emit('replies');
  });
  socket.on('error', () => undefined);
  await once(socket, 'connect');
  conversations.set((last += 1), { socket, replies });
  return last;
}

/** So many replies, preliminary ones included, or fewer when `within` milliseconds have passed. */
async function hear({ socket, replies }: Conversation, count: number, within: number): Promise<string[]> {
  const late = AbortSignal.timeout(within);
  while (replies.length < count && !late.aborted)
    await once(socket, 'replies', { signal: late }).catch(() => undefined);
  return replies.splice(0, count).map(({ code, text }) => `${code} ${text}`);
}

/** Opens a data connection and reads it to its end or for so long; `bytes` is undefined when it does not open. */
async function dial({ host, port, from, within }: Extract<TalkerOrder, { do: 'dial' }>): Promise<Heard> {
  const socket = connect({ host, port, ...(from !== undefined && { localAddress: from }) });
  socket.on('error', () => undefined);
  const hash = createHash('sha256');
  let bytes = 0;
  socket.on('data', (chunk) => {
    hash.update(chunk);
    bytes += chunk.length;
  });
  const connected = await once(socket, 'connect', { signal: AbortSignal.timeout(within) }).then(
    () => true,
    () => false,
  );
  if (connected) await once(socket, 'close', { signal: AbortSignal.timeout(within) }).catch(() => undefined);
  socket.destroy();
  return connected ? { bytes, sha256: hash.digest('hex') } : { bytes: undefined, sha256: '' };
}

async function obey(order: TalkerOrder): Promise<unknown> {
  if (order.do === 'open') return open(order);
  if (order.do === 'dial') return dial(order);
  const conversation = conversations.get(order.id);
  if (conversation === undefined) throw new Error(`there is no conversation ${order.id}`);
  if (order.do === 'close') {
    conversation.socket.destroy();
    return null;
  }
  if (order.do === 'ends')
    return { local: conversation.socket.localAddress, remote: conversation.socket.remoteAddress };
  if (order.text !== '') conversation.socket.write(order.text, 'latin1');
  return hear(conversation, order.replies, order.within);
}

const split = createLineSplitter((line) => {
  const { id, order } = JSON.parse(line) as { id: number; order: TalkerOrder };
  obey(order).then(
    (answer) => process.stdout.write(`${JSON.stringify({ id, answer: answer ?? null })}\n`),
    (error: unknown) => process.stdout.write(`${JSON.stringify({ id, problem: String(error) })}\n`),
  );
});
process.stdin.setEncoding('utf8').on('data', (chunk: string) => {
  split(chunk);
});
process.stdin.on('end', () => process.exit(0));
