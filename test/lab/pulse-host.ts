/**
 * Runs one pulse side as a process of its own, for the lab tests: the start message comes as the one argument
 * (JSON, bytes in hex), messages of the worker go to standard output as lines of JSON, lines of JSON on standard
 * input go to the worker. Not a director: it has no data plane and no work side.
 */
import { createInterface } from 'node:readline';
import { Worker } from 'node:worker_threads';
import type { Config } from '../../src/config/model.js';
import type { FromPulse, PulseStart } from '../../src/pulse/face.js';

const given = JSON.parse(process.argv[2] ?? '') as {
  config: Config;
  self: 0 | 1;
  key: string;
  leaseToken: string;
};
const start: PulseStart = {
  config: given.config,
  self: given.self,
  key: Uint8Array.from(Buffer.from(given.key, 'hex')),
  leaseToken: Uint8Array.from(Buffer.from(given.leaseToken, 'hex')),
};

// A worker thread does not inherit tsx: it registers it itself, so that the sources run as they are.
const entry = new URL('../../src/daemon/pulse-thread.ts', import.meta.url).href;
const bootstrap = `import('tsx/esm/api').then(({ register }) => { register(); return import('${entry}'); })`;
const worker = new Worker(bootstrap, { eval: true, workerData: start });
worker.on('message', (message: FromPulse) => {
  process.stdout.write(`${JSON.stringify(message)}\n`);
});
worker.on('error', (error) => {
  process.stderr.write(`${String(error)}\n`);
  process.exit(1);
});
createInterface({ input: process.stdin }).on('line', (line) => {
  worker.postMessage(JSON.parse(line));
});
