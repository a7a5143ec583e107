/** A worker for worker.test.ts: opens a mailbox and meets the end that it is told. Not a test by itself. */
import { parentPort, workerData } from 'node:worker_threads';
import { Mailbox } from '../../../src/native.js';
import { AF_INET, inet, SOCK_DGRAM } from '../../../src/sockaddr.js';

const ending = workerData as 'unref' | 'throw' | 'exit' | 'wait';
const mailbox = Mailbox.open(AF_INET, SOCK_DGRAM, 0, 'victim');
mailbox.bind(inet('127.0.0.1', 0));
mailbox.start(
  () => {
    if (ending === 'throw') throw new Error('thrown in a callback');
    if (ending === 'exit') process.exit(7);
  },
  () => undefined,
);
if (ending === 'unref') mailbox.unref();
parentPort?.postMessage(new Uint8Array(mailbox.localAddress()));
