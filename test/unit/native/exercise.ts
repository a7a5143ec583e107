/**
 * Everything a mailbox can do and everything that can happen to it, many times over, in the main thread and
 * in workers that end in every way a worker can end. Run by native/sanitize.sh (any report of a sanitizer
 * fails) and by the lab's leak test (prints what it measured). It judges no behaviour beyond "it worked":
 * the unit tests do that.
 *
 *   node --expose-gc exercise.js [rounds of the churn] [workers]
 */
import { readFileSync, readdirSync } from 'node:fs';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads';
import { lockMemory, Mailbox, monotonicMillis, setThreadScheduler, type Datagram } from '../../../src/native.js';
import {
  AF_INET,
  AF_NETLINK,
  AF_UNIX,
  inet,
  netlinkAddress,
  SOCK_DGRAM,
  SOCK_RAW,
  unix,
} from '../../../src/sockaddr.js';

function must(condition: boolean, what: string): asserts condition {
  if (!condition) throw new Error(`exercise: ${what}`);
}

function open(what: string, datagramBytes = 2048): Mailbox {
  const mailbox = Mailbox.open(AF_INET, SOCK_DGRAM, 0, what, { datagramBytes });
  mailbox.bind(inet('127.0.0.1', 0));
  return mailbox;
}

/** Sends to itself and takes it back without the event loop. */
function echo(mailbox: Mailbox, count: number): void {
  const self = mailbox.localAddress();
  const datas = Array.from({ length: count }, (_, index) => new Uint8Array(index * 7));
  must(mailbox.sendBatch(datas, self) === count, 'the batch is taken');
  must(mailbox.send(Buffer.from('one more'), self) === 0, 'the single datagram is taken');
  const out: Datagram[] = [];
  while (out.length < count + 1) must(mailbox.receive(out) >= 0, 'receives');
}

/** Every callback stops, restarts and finally closes the mailbox that called it. */
async function restless(mailbox: Mailbox): Promise<void> {
  const self = mailbox.localAddress();
  let calls = 0;
  await new Promise<void>((resolve, reject) => {
    const again = (): void => {
      calls++;
      mailbox.stop();
      mailbox.unref();
      mailbox.ref();
      if (calls < 4) {
        mailbox.start(again, reject);
        mailbox.send(Buffer.from([calls]), self);
      } else {
        mailbox.close();
        resolve();
      }
    };
    mailbox.start(again, reject);
    mailbox.send(Buffer.from([0]), self);
  });
  must(mailbox.send(Buffer.from('late'), self) === -9, 'EBADF after close');
}

/** A connected socket without a receiver: the refusal comes back as an error of the socket. */
async function refused(): Promise<void> {
  const gone = open('gone');
  // Opened before the other one is closed: it could be given the same port, and would then write to itself for ever.
  const mailbox = open('refused');
  const address = gone.localAddress();
  gone.close();
  mailbox.connect(address);
  await new Promise<void>((resolve) => {
    mailbox.start(
      () => undefined,
      () => {
        resolve();
      },
    );
    must(mailbox.send(Buffer.from('anybody?')) === 0, 'the first datagram leaves');
  });
  mailbox.close();
}

function dumpLinks(): void {
  const mailbox = Mailbox.open(AF_NETLINK, SOCK_RAW, 0, 'route');
  mailbox.bind(netlinkAddress());
  // struct nlmsghdr: RTM_GETLINK, NLM_F_REQUEST|NLM_F_DUMP; then an empty struct ifinfomsg.
  const request = Buffer.alloc(32);
  request.writeUInt32LE(32, 0);
  request.writeUInt16LE(18, 4);
  request.writeUInt16LE(0x301, 6);
  must(mailbox.send(request, netlinkAddress()) === 0, 'the dump is asked for');
  const out: Datagram[] = [];
  while (mailbox.receive(out) > 0);
  must(out.length > 0, 'links are dumped');
  mailbox.close();
}

function truncate(turn: number): void {
  const name = unix(`\0ftpair-exercise-${process.pid}-${turn}`);
  const reader = Mailbox.open(AF_UNIX, SOCK_DGRAM, 0, 'reader', { datagramBytes: 10 });
  reader.bind(name);
  const writer = Mailbox.open(AF_UNIX, SOCK_DGRAM, 0, 'writer');
  must(writer.send(Buffer.alloc(1000), name) === 0, 'sends to an abstract name');
  const out: Datagram[] = [];
  must(reader.receive(out) === 1 && out[0]?.truncated === true, 'is truncated');
  reader.close();
  writer.close();
  reader.close();
}

function refuse(turn: () => void): void {
  try {
    turn();
  } catch {
    return;
  }
  throw new Error('exercise: nothing was refused');
}

function mistakes(): void {
  const mailbox = open('mistakes', 64);
  refuse(() => {
    mailbox.bind(mailbox.localAddress());
  });
  refuse(() => {
    mailbox.attachFilter(new Uint8Array(9));
  });
  refuse(() => {
    mailbox.setOption(9999, 1, 1);
  });
  refuse(() => Mailbox.open(AF_INET, 1, 0, 'a stream'));
  must(mailbox.getOption(1, 8, 4).length === 4, 'SO_RCVBUF is an int');
  must(mailbox.send(Buffer.from('x'), new Uint8Array(1)) < 0, 'half an address is refused');
  must(setThreadScheduler(-1, 0) === -22, 'EINVAL');
  // Never closed: the garbage collector does it.
  open('forgotten').unref();
}

async function churn(rounds: number): Promise<void> {
  for (let round = 0; round < rounds; round++) {
    const mailbox = open('churn');
    echo(mailbox, 70);
    await restless(mailbox);
    truncate(round);
    if (round % 10 === 0) {
      await refused();
      dumpLinks();
      mistakes();
    }
  }
}

const endings = ['closed', 'left open', 'exit in callback', 'thrown', 'terminated'] as const;
type Ending = (typeof endings)[number];

/** The worker's side: traffic without a pause, then the end it was told. */
async function work(ending: Ending): Promise<void> {
  await churn(2);
  const mailboxes = [open('a'), open('b'), open('c')];
  let left = 50;
  for (const mailbox of mailboxes) {
    const self = mailbox.localAddress();
    const onDatagrams = (): void => {
      left--;
      if (left === 0) parentPort?.postMessage('busy');
      if (left <= 0) end(ending, mailboxes);
      mailbox.sendBatch([Buffer.from('x'), Buffer.from('y')].slice(0, left < -100 ? 1 : 2), self);
    };
    mailbox.start(onDatagrams, () => undefined);
    mailbox.send(Buffer.from('go'), self);
  }
}

function end(ending: Ending, mailboxes: readonly Mailbox[]): void {
  if (ending === 'closed') for (const mailbox of mailboxes) mailbox.close();
  if (ending === 'left open') for (const mailbox of mailboxes) mailbox.unref();
  if (ending === 'exit in callback') process.exit(0);
  if (ending === 'thrown') throw new Error('on purpose');
}

async function runWorker(ending: Ending, delayTurns: number): Promise<void> {
  const worker = new Worker(new URL(import.meta.url), { workerData: ending });
  const failures: unknown[] = [];
  worker.on('error', (error) => failures.push(error));
  const ended = new Promise((resolve) => worker.once('exit', resolve));
  if (ending === 'terminated') {
    await new Promise((resolve) => worker.once('message', resolve));
    for (let turn = 0; turn < delayTurns; turn++) await nextTurn();
    await worker.terminate();
  }
  await ended;
  must(failures.length === (ending === 'thrown' ? 1 : 0), `${ending}: ${failures.join()}`);
}

interface Measure {
  readonly descriptors: number;
  readonly residentKib: number;
}

async function measure(): Promise<Measure> {
  for (let turn = 0; turn < 5; turn++) {
    (globalThis as { gc?: () => void }).gc?.();
    await nextTurn();
  }
  const resident = /VmRSS:\s*(\d+)/.exec(readFileSync('/proc/self/status', 'utf8'));
  return { descriptors: readdirSync('/proc/self/fd').length, residentKib: Number(resident?.[1]) };
}

async function main(rounds: number, workers: number): Promise<void> {
  must(Math.abs(monotonicMillis() - Number(process.hrtime.bigint()) / 1e6) < 1000, 'one clock');
  must([0, -12].includes(lockMemory()), 'locks, or ENOMEM without the privilege');
  const measures: Measure[] = [];
  for (let part = 0; part < 4; part++) {
    await churn(rounds / 4);
    for (let index = 0; index < workers / 4; index++) {
      await runWorker(endings[index % endings.length] ?? 'closed', index);
    }
    measures.push(await measure());
  }
  console.log(JSON.stringify(measures));
  // The end of the process finds mailboxes polling here and in a worker.
  const last = open('left to the end');
  last.start(
    () => process.exit(0),
    () => undefined,
  );
  const worker = new Worker(new URL(import.meta.url), { workerData: 'terminated' satisfies Ending });
  worker.once('message', () => last.send(Buffer.from('end'), last.localAddress()));
}

if (isMainThread) await main(Number(process.argv[2] ?? 40), Number(process.argv[3] ?? 20));
else await work(workerData as Ending);
