/**
 * A child process for native.test.ts: does one privileged thing with the addon and prints what it saw as one
 * line of JSON. Run inside the namespace of the test, which has the veth pair v0 and v1. Judges nothing.
 */
import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { isMainThread, parentPort, Worker } from 'node:worker_threads';
import { lockMemory, Mailbox, SCHED_FIFO, setThreadScheduler, type Datagram } from '../../src/native.js';
import {
  AF_NETLINK,
  AF_PACKET,
  decodeLinkLayer,
  linkLayer,
  netlinkAddress,
  SOCK_DGRAM,
  SOCK_RAW,
} from '../../src/sockaddr.js';

/** IEEE Std 802 local experimental EtherType: nobody else in the namespace speaks it. */
const protocol = 0x88b5;
/** protocol number of socket(2) for AF_PACKET is in network order (packet(7)). */
const networkOrder = 0xb588;

function indexOf(name: string): number {
  return Number(readFileSync(`/sys/class/net/${name}/ifindex`, 'latin1'));
}

function packetSocket(name: string, type: number): Mailbox {
  const mailbox = Mailbox.open(AF_PACKET, type, networkOrder, `packet ${name}`, { datagramBytes: 256 });
  mailbox.bind(linkLayer({ ifindex: indexOf(name), protocol }));
  return mailbox;
}

/** Turns of the event loop until the condition holds, ten seconds at most. */
async function until(condition: () => boolean): Promise<void> {
  for (const end = Date.now() + 10_000; !condition() && Date.now() < end;) await nextTurn();
}

async function drain(mailbox: Mailbox, count: number): Promise<readonly Datagram[]> {
  const out: Datagram[] = [];
  await until(() => mailbox.receive(out) < 0 || out.length >= count);
  return out;
}

/** A cooked frame (SOCK_DGRAM, the kernel writes the header) and a raw one, both from v0 to v1. */
async function packet(): Promise<unknown> {
  const [cooked, raw, reader] = [
    packetSocket('v0', SOCK_DGRAM),
    packetSocket('v0', SOCK_RAW),
    packetSocket('v1', SOCK_DGRAM),
  ];
  const everybody = Buffer.alloc(6, 0xff);
  const to = linkLayer({ ifindex: indexOf('v0'), protocol, mac: everybody });
  const own = Buffer.from(
    readFileSync('/sys/class/net/v0/address', 'latin1').replace(/[^0-9a-f]/g, ''),
    'hex',
  );
  const frame = Buffer.concat([everybody, own, Buffer.from('88b5', 'hex'), Buffer.from('raw')]);
  const sent = [cooked.send(Buffer.from('cooked'), to), raw.send(frame)];
  const got = (await drain(reader, 2)).map(({ data, from, truncated }) => {
    const sender = decodeLinkLayer(from);
    const fromV0 = sender !== undefined && sender.mac.equals(own);
    const atV1 = sender?.ifindex === indexOf('v1');
    return {
      text: data.toString(),
      truncated,
      fromV0,
      atV1,
      type: sender?.protocol,
      packet: sender?.pkttype,
    };
  });
  execFileSync('ip', ['link', 'set', 'v1', 'down']);
  const down = [reader.receive([]), reader.receive([])];
  execFileSync('ip', ['link', 'set', 'v1', 'up']);
  cooked.send(Buffer.from('back'), to);
  const back = (await drain(reader, 1)).map(({ data }) => data.toString());
  for (const mailbox of [cooked, raw, reader]) mailbox.close();
  return { sent, got, down, back };
}

/** More link events than the receive buffer holds. */
async function overrun(): Promise<unknown> {
  const mailbox = Mailbox.open(AF_NETLINK, SOCK_RAW, 0, 'link events');
  mailbox.setOption(1, 8, 2048);
  // Group 1 is RTMGRP_LINK.
  mailbox.bind(netlinkAddress(0, 1));
  const said: string[] = [];
  let datagrams = 0;
  const change = (from: number, count: number): void => {
    const lines = Array.from({ length: count }, (_, index) => `link set dev v0 mtu ${from + index}\n`);
    execFileSync('ip', ['-batch', '-'], { input: lines.join('') });
  };
  change(1000, 100);
  mailbox.start(
    (batch) => {
      datagrams += batch.length;
    },
    (errno) => said.push(`errno ${errno}`),
  );
  for (const end = Date.now() + 10_000; datagrams === 0 && Date.now() < end;) await nextTurn();
  const before = datagrams;
  change(2000, 1);
  for (const end = Date.now() + 10_000; datagrams === before && Date.now() < end;) await nextTurn();
  mailbox.close();
  return { said, heardBefore: before > 0 && before < 100, heardAfter: datagrams > before };
}

/** Scheduling policies of all threads of this process: field 41 of /proc/PID/task/TID/stat (proc(5)). */
function policies(): readonly number[] {
  return readdirSync('/proc/self/task').map((thread) => {
    const stat = readFileSync(`/proc/self/task/${thread}/stat`, 'latin1');
    return Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[38]);
  });
}

async function scheduler(): Promise<unknown> {
  const worker = new Worker(new URL(import.meta.url));
  const result = await new Promise((resolve) => worker.once('message', resolve));
  const realtime = policies().filter((policy) => policy === SCHED_FIFO).length;
  await worker.terminate();
  return { result, realtime, afterwards: policies().filter((policy) => policy !== 0).length };
}

/** Kilobytes of locked memory (proc(5)). */
function locked(): number {
  return Number(/VmLck:\s*(\d+) kB/.exec(readFileSync('/proc/self/status', 'latin1'))?.[1]);
}

/** The end of a worker, and then of the process, makes V8 give memory back to the kernel. */
async function memory(): Promise<unknown> {
  const before = locked();
  const result = lockMemory();
  const after = locked();
  const worker = new Worker(new URL(import.meta.url));
  await new Promise((resolve) => worker.once('message', resolve));
  await worker.terminate();
  return { before, result, lockedAfter: after > 1024 };
}

const probes: Readonly<Record<string, () => unknown>> = { packet, overrun, scheduler, memory };

if (isMainThread) {
  const seen = await probes[process.argv[2] ?? '']?.();
  writeFileSync(1, `${JSON.stringify(seen)}\n`);
} else {
  parentPort?.postMessage(setThreadScheduler(SCHED_FIFO, 10));
  // Lives until it is terminated.
  parentPort?.on('message', () => undefined);
}
