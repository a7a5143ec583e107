/**
 * The drill's machine: a network namespace with a hardware address and addresses of its own on the public LAN. The namespace
 * belongs to a process that does nothing else; with it everything inside goes. What is made here is told to a guardian before.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readlinkSync } from 'node:fs';
import { Mailbox } from '../native.js';
import { AF_PACKET, SOCK_RAW } from '../sockaddr.js';
import { millis } from '../time.js';
import { until } from '../until.js';
import type { Guardian } from './guardian.js';
import type { Spawner } from './remote.js';
import { cableLines, INNER, lanFilters, type LanLink, machineLines, OUTER, switchLines } from './switch.js';
import { drillEnvironment, processMark, run, spawnBeside } from './system.js';

/** What the machine is to be. */
export interface MachineOptions {
  /** The router's interface on the public LAN. */
  readonly lan: LanLink & { readonly index: number };
  readonly mac: string;
  /** In CIDR form. */
  readonly addresses: readonly string[];
}

export interface DrillMachine {
  /** Starts a program inside. */
  readonly spawn: Spawner;
  /** The process whose namespace it is. */
  readonly holder: number;
  /** Lets go of what this process itself holds. The rest is the guardian's. */
  close(): void;
}

/** Puts the machine on the LAN. Throws `Fatal` when the system refuses; the guardian undoes what was done by then. */
export async function raiseMachine(options: MachineOptions, guardian: Guardian): Promise<DrillMachine> {
  const { lan, mac, addresses } = options;
  const holder = await holdNamespace();
  const pid = holder.pid ?? 0;
  const mark = processMark(pid);
  if (mark !== undefined) await guardian.register({ type: 'end', process: mark });
  await guardian.register({ type: 'link', name: OUTER });
  await run('ip', ['-batch', '-'], lines(cableLines(lan, mac, pid)));
  const inside = [`--net=/proc/${pid}/ns/net`, '--', 'ip', '-batch', '-'];
  await run('nsenter', inside, lines(machineLines(addresses)));
  await run('nsenter', [`--net=/proc/${pid}/ns/net`, '--', 'sh', '-c', SHORT_ENDS]);
  await joinLan(lan, mac, guardian);
  const membership = acceptFrames(lan.index, mac);
  return {
    holder: pid,
    spawn: (command, args, spawnOptions) => spawnBeside(pid, command, args, spawnOptions),
    close: () => {
      membership.close();
      holder.stdin?.end();
    },
  };
}

/** Connections that nobody has any more hold the namespace until they give up: soon, with a cable that is gone. */
const SHORT_ENDS = `cd /proc/sys/net/ipv4; echo 1 > tcp_orphan_retries; echo 1 > tcp_fin_timeout`;

/** A process in a namespace of its own, until its standard input closes. */
async function holdNamespace(): Promise<ChildProcess> {
  const child = spawn('unshare', ['--net', '--', 'cat'], {
    stdio: ['pipe', 'ignore', 'ignore'],
    detached: true,
    env: drillEnvironment,
  });
  child.stdin.on('error', () => undefined);
  await once(child, 'spawn');
  child.unref();
  const ours = readlinkSync('/proc/self/ns/net');
  await until(() => readlinkSync(`/proc/${child.pid ?? 0}/ns/net`) !== ours, {
    what: 'the drill has a network namespace of its own',
    within: millis(3000),
    every: millis(5),
  });
  return child;
}

async function joinLan(lan: LanLink, mac: string, guardian: Guardian): Promise<void> {
  const queues = await run('tc', ['qdisc', 'show', 'dev', lan.name]);
  // Somebody else's stays, and ours goes into it.
  if (!/^qdisc clsact /m.test(queues)) {
    await guardian.register({ type: 'clsact', link: lan.name });
    await run('tc', ['qdisc', 'add', 'dev', lan.name, 'clsact']);
  }
  await guardian.register(
    ...lanFilters().map((filter) => ({ type: 'filter', link: lan.name, ...filter }) as const),
  );
  await run('tc', ['-batch', '-'], lines(switchLines(lan, mac)));
}

/** <linux/if_packet.h> */
const SOL_PACKET = 263;
const PACKET_ADD_MEMBERSHIP = 1;
const PACKET_MR_UNICAST = 3;

/** The network card takes frames for the drill's address too, for as long as this socket is open. It receives nothing itself. */
function acceptFrames(index: number, mac: string): Mailbox {
  const socket = Mailbox.open(AF_PACKET, SOCK_RAW, 0, `packet socket for ${INNER}`, { datagramBytes: 64 });
  const request = Buffer.alloc(16);
  request.writeInt32LE(index, 0);
  request.writeUInt16LE(PACKET_MR_UNICAST, 4);
  request.writeUInt16LE(6, 6);
  request.write(mac.replaceAll(':', ''), 8, 'hex');
  socket.setOption(SOL_PACKET, PACKET_ADD_MEMBERSHIP, request);
  return socket;
}

function lines(list: readonly string[]): string {
  return `${list.join('\n')}\n`;
}
