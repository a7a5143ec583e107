/**
 * The probe of the VIP for those without privileges, as a process: asks for a connection to a port on which nobody listens, every
 * few milliseconds. Whoever has the address refuses at once, and no FTP server hears of it. The same lines as probe-main.
 *   refusal-probe-main.js ADDRESS PORT MILLISECONDS
 */
import { connect } from 'node:net';
import { monotonicNow } from '../time.js';
import { createProbeMeter } from './probe.js';
import { createLineSplitter } from './session-wire.js';

/** TCP asks a second time after a second, when many others have been sent. */
const GIVEN_UP = 1000;

const [host = '', port = '', every = ''] = process.argv.slice(2);
const meter = createProbeMeter(monotonicNow());

setInterval(() => {
  meter.sent(monotonicNow());
  const socket = connect({ host, port: Number(port) });
  // "No route to host" and the like come from this machine's kernel, when nobody has the address.
  socket.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'ECONNREFUSED') meter.answered(monotonicNow());
  });
  socket.on('connect', () => {
    meter.answered(monotonicNow());
    socket.destroy();
  });
  const late = setTimeout(() => socket.destroy(), GIVEN_UP);
  socket.on('close', () => {
    clearTimeout(late);
  });
}, Number(every));

const split = createLineSplitter(() =>
  process.stdout.write(`${JSON.stringify(meter.report(monotonicNow()))}\n`),
);
process.stdin.setEncoding('utf8').on('data', (chunk: string) => {
  split(chunk);
});
process.stdin.on('end', () => process.exit(0));
