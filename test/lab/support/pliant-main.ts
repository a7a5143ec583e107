/**
 * An FTP server that does as it is told: `SAY TEXT` makes it reply TEXT, word for word, and to everything else it says 200. No
 * server refuses less, so what does not happen behind it was refused by the directors.
 */
import { createServer } from 'node:net';
import { createLineSplitter } from '../../../src/drill/session-wire.js';

const port = Number(process.argv[2]);
const server = createServer((socket) => {
  const split = createLineSplitter((line) => {
    const said = /^SAY (.*)$/.exec(line.trimEnd())?.[1];
    socket.write(`${said ?? '200 as you like'}\r\n`);
  });
  socket.setEncoding('utf8').on('data', split);
  socket.on('error', () => undefined);
  // A director's probe would find that this is no FTP server.
  if (/(10\.200\.30\.|2001:db8:b::)[23]$/.test(socket.remoteAddress ?? '')) return;
  socket.write('220 pliant\r\n');
});
server.listen(port, '::');
process.stdin.resume().on('data', () => process.stdout.write('listening\n'));
process.stdin.on('end', () => process.exit(0));
