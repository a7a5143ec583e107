/**
 * The probe where echo is not answered: connects to the service again and again, and hangs up. Coarser than echo, because each
 * try is a session for a real server. The same lines as probe-main.
 *   tcp-probe-main.js ADDRESS PORT MILLISECONDS
 */
import { connect } from 'node:net';
import { monotonicNow } from '../time.js';
import { createProbeMeter } from './probe.js';
import { createLineSplitter } from './session-wire.js';

const [host = '', port = '21', every = '100'] = process.argv.slice(2);
const meter = createProbeMeter(monotonicNow());

setInterval(() => {
  meter.sent(monotonicNow());
  const socket = connect({ host, port: Number(port) });
  // Refused or unreachable: that is the silence being measured.
  socket.on('error', () => undefined);
  socket.setTimeout(10_000, () => socket.destroy());
  socket.on('connect', () => {
    meter.answered(monotonicNow());
    socket.destroy();
  });
}, Number(every));

const split = createLineSplitter(() =>
  process.stdout.write(`${JSON.stringify(meter.report(monotonicNow()))}\n`),
);
process.stdin.setEncoding('utf8').on('data', (chunk: string) => {
  split(chunk);
});
process.stdin.on('end', () => process.exit(0));
