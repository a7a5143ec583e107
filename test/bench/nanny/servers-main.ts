/**
 * A process with many healthy FTP servers, each on a loopback address of its own. Its argument is how many; it prints their
 * addresses and ports as JSON, then obeys lines: `close N` ends the Nth, `silence N` lets it accept and say nothing more. It
 * ends with its input.
 */
import { createInterface } from 'node:readline';
import { startFaultServer, type FaultServer } from '../../lab/support/fault-server.js';

const count = Number(process.argv[2]);
const silent = new Set<number>();
const servers: FaultServer[] = [];
for (let index = 0; index < count; index++) {
  const greeting = (session: { say: (line: string) => void }): void => {
    if (!silent.has(index)) session.say('220 ready');
  };
  const address = `127.1.${index >> 8}.${(index & 255) + 1}`;
  servers.push(await startFaultServer({ greeting }, address));
}
console.log(JSON.stringify(servers.map(({ address, port }) => ({ address, port }))));

const input = createInterface({ input: process.stdin });
input.on('line', (line) => {
  const [verb, number] = line.split(' ');
  const index = Number(number);
  if (verb === 'close') void servers[index]?.close();
  else silent.add(index);
});
input.on('close', () => process.exit());
