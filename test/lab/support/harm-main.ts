/**
 * Runs inside a director's namespace and does harm to its kernel's connection table behind the daemon's back, one word for
 * each harm, in their order. A session is named by its client's port. Prints what came of it as JSON, as soon as all is done.
 *
 *   stale:PORT       a foreign connection with the session's own tuple stands in its way
 *   forget:PORT      its control flow is gone
 *   unhelp:PORT      its control flow has no helper
 *   unexpect:PORT    its data flow has lost its master
 *   fill, empty      the table of flows is at its maximum; and is not any more
 *   crowd, disperse  the same for expectations
 */
import { readFileSync } from 'node:fs';
import type { Flow } from '../../../src/conntrack/flow.js';
import * as ct from '../../../src/conntrack/ctnetlink.js';
import { KernelTable, type TableOperation } from '../../../src/conntrack/table.js';
import { CT_MARK } from '../../../src/dataplane/nft-words.js';
import { NETLINK_NETFILTER, NetlinkSocket } from '../../../src/netlink/request.js';
import { announcement, CLIENT, controlFlow, SERVER, tuple, VIP } from '../../unit/replication/samples.js';

/** errno.h */
const ENOMEM = 12;
const EMFILE = 24;
/** Of what fills the tables, so that it can be removed at once. */
const FILL_MARK = 98;
const CROWD_MARK = 99;
/** The first address of the lab's client. */
const LAB_CLIENT = Buffer.from([...CLIENT.subarray(0, 3), 50]);

const table = KernelTable.open();

function limit(name: string): number {
  return Number(readFileSync(`/proc/sys/net/netfilter/${name}`, 'utf8'));
}

function done(operations: readonly TableOperation[]): readonly number[] {
  const errnos = table.apply(operations);
  const refused = errnos.find((errno) => errno !== 0);
  if (refused !== undefined) throw new Error(`errno ${refused} from ${operations[0]?.type}`);
  return errnos;
}

/** The session's control flow, or its data flow. */
async function ours(port: number, part: 'control' | 'data'): Promise<Flow> {
  const flows = await table.dumpFlows(CT_MARK);
  const found = flows.filter(({ orig, master }) => (part === 'control' ? orig : master)?.sport === port);
  const flow = found.find(({ master }) => (master === undefined) === (part === 'control'));
  if (flow === undefined) throw new Error(`no ${part} flow of port ${port}`);
  return flow;
}

/** Number `index` of many with this mark, from as many clients as it takes. Assured: the kernel drops no such entry to make room. */
function filler(index: number, mark: number, more: Partial<Flow> = {}): Flow {
  const client = Buffer.from([10, mark & 0xff, index >>> 14, 1]);
  const port = 1 + (index & 0x3fff);
  const orig = tuple(client, port, VIP, 2121);
  return controlFlow(port, { orig, reply: tuple(SERVER, 2121, client, port), mark, helper: '', ...more });
}

/** Writes until the kernel says no with this errno; returns how many it took. */
function untilFull(errno: number, most: number, make: (index: number) => TableOperation[]): number {
  const AT_ONCE = 4096;
  for (let index = 0; index < most + AT_ONCE; index += AT_ONCE) {
    const operations = Array.from({ length: AT_ONCE }, (_, more) => make(index + more)).flat();
    const errnos = table.apply(operations);
    if (errnos.includes(errno)) return index;
    const other = errnos.find((one) => one !== 0);
    if (other !== undefined) throw new Error(`the kernel said ${other} instead of ${errno}`);
  }
  throw new Error(`the kernel took more than ${most}`);
}

function crowd(): number {
  return untilFull(EMFILE, limit('nf_conntrack_expect_max'), (index) => {
    const flow = filler(index, CROWD_MARK, { helper: 'ftp' });
    const port = 20_000 + (index & 0x3fff);
    const waits = tuple(flow.orig.src, 0, VIP, port);
    return [
      { type: 'createFlow', flow, withMaster: false },
      {
        type: 'createExpectation',
        expectation: announcement(0, port, { master: flow.orig, tuple: waits, timeout: 3600 }),
      },
    ];
  });
}

function removeMarked(mark: number): void {
  const socket = NetlinkSocket.open(NETLINK_NETFILTER, 'flush');
  socket.request(ct.ctType(ct.IPCTNL_MSG_DELETE), 0, 'flush', `mark ${mark}`, (writer) => {
    writer.fixed(Buffer.from([0, 0, 0, 0]));
    writer.u32be(ct.CTA_MARK, mark);
    writer.u32be(ct.CTA_MARK_MASK, 0xffff_ffff);
  });
  socket.close();
}

const HARMS: Readonly<Record<string, (port: number) => unknown>> = {
  stale: (port) => {
    const orig = tuple(LAB_CLIENT, port, VIP, 21);
    const reply = tuple(SERVER, 2121, LAB_CLIENT, port);
    const flow = controlFlow(port, { orig, reply, mark: 0, helper: '' });
    return done([{ type: 'createFlow', flow, withMaster: false }]);
  },
  forget: async (port) => done([{ type: 'deleteFlow', orig: (await ours(port, 'control')).orig }]),
  unhelp: async (port) => {
    const flow = await ours(port, 'control');
    return done([
      { type: 'deleteFlow', orig: flow.orig },
      { type: 'createFlow', flow: { ...flow, helper: '' }, withMaster: false },
    ]);
  },
  unexpect: async (port) => {
    const flow = await ours(port, 'data');
    return done([
      { type: 'deleteFlow', orig: flow.orig },
      { type: 'createFlow', flow, withMaster: false },
    ]);
  },
  fill: () =>
    untilFull(ENOMEM, limit('nf_conntrack_max'), (index) => [
      { type: 'createFlow', flow: filler(index, FILL_MARK), withMaster: false },
    ]),
  empty: () => {
    removeMarked(FILL_MARK);
  },
  crowd,
  disperse: () => {
    removeMarked(CROWD_MARK);
  },
};

const results: unknown[] = [];
for (const word of process.argv.slice(2)) {
  const [name = '', port] = word.split(':');
  const harm = HARMS[name];
  if (harm === undefined) throw new Error(`${name} is none of ${Object.keys(HARMS).join(', ')}`);
  results.push(await harm(Number(port)));
}
process.stdout.write(JSON.stringify(results));
table.close();
