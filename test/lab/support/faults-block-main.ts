/**
 * Runs in a director's namespace: finds the inspector of the one Node.js process that has opened it there, has that
 * process's main thread spin for so many milliseconds, and prints from when to when it did, as JSON.
 *   node --import tsx faults-block-main.ts MILLISECONDS
 */
import { randomBytes } from 'node:crypto';
import { get } from 'node:http';
import type { Socket } from 'node:net';
import { until } from '../../../src/until.js';
import { millis } from '../../../src/time.js';

/** Where a Node.js process that got SIGUSR1 opens its inspector. */
const INSPECTOR = { host: '127.0.0.1', port: 9229 };

const spin = `(() => {
  const now = () => Number(process.hrtime.bigint()) / 1e6;
  const from = now();
  let to = from;
  while (to < from + ${Number(process.argv[2])}) to = now();
  return { from, to };
})()`;

function askFor(path: string): Promise<string> {
  return new Promise((resolve, reject) => {
    get({ ...INSPECTOR, path }, (response) => {
      let text = '';
      response.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
      response.on('end', () => {
        resolve(text);
      });
    }).on('error', reject);
  });
}

/** RFC 6455 §4.1: the opening handshake. */
function upgrade(path: string): Promise<Socket> {
  const headers = {
    Connection: 'Upgrade',
    Upgrade: 'websocket',
    'Sec-WebSocket-Version': '13',
    'Sec-WebSocket-Key': randomBytes(16).toString('base64'),
  };
  return new Promise((resolve, reject) => {
    get({ ...INSPECTOR, path, headers })
      .on('upgrade', (_response, socket) => {
        resolve(socket);
      })
      .on('error', reject);
  });
}

/** RFC 6455 §5.2: one whole text frame with a 16-bit length, masked as a client must, here with zeros. */
function textFrame(text: string): Buffer {
  const payload = Buffer.from(text);
  const header = Buffer.alloc(8);
  header.writeUInt8(0x81, 0);
  header.writeUInt8(0x80 | 126, 1);
  header.writeUInt16BE(payload.length, 2);
  return Buffer.concat([header, payload]);
}

/** The first answer's text; it is short enough for one frame. */
async function firstFrame(socket: Socket): Promise<string> {
  let bytes = Buffer.alloc(0);
  for await (const chunk of socket) {
    bytes = Buffer.concat([bytes, chunk as Buffer]);
    const short = (bytes[1] ?? 0) < 126;
    const start = short ? 2 : 4;
    if (bytes.length < start) continue;
    const length = short ? (bytes[1] ?? 0) : bytes.readUInt16BE(2);
    if (bytes.length >= start + length) return bytes.toString('utf8', start, start + length);
  }
  throw new Error('the inspector has closed the connection');
}

const list = await until(() => askFor('/json/list'), {
  what: 'the inspector listens',
  within: millis(5000),
});
const [{ webSocketDebuggerUrl }] = JSON.parse(list) as [{ webSocketDebuggerUrl: string }];
const socket = await upgrade(new URL(webSocketDebuggerUrl).pathname);
const params = { expression: spin, returnByValue: true };
socket.write(textFrame(JSON.stringify({ id: 1, method: 'Runtime.evaluate', params })));
const answer = JSON.parse(await firstFrame(socket)) as { result: { result: { value: object } } };
process.stdout.write(JSON.stringify(answer.result.result.value));
socket.destroy();
process.exit(0);
