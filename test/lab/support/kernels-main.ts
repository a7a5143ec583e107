/**
 * Instrument: a director's kernel past its daemon. It runs in the director's namespace. Words:
 *   read                reads everything of our services, attribute by attribute: in how many pieces it can be had
 *   piece NUMBER        a piece of that: Reading
 *   arrive FROM COUNT   makes sessions by number: how often the kernel refused, by errno
 *   age FROM COUNT      gives what they have announced less time, each its own
 *   change FROM COUNT   rewrites, states and times of sessions that are there
 *   depart FROM COUNT   ends them
 *   strike PID FLOWS    SIGKILL for a process when the table has so many flows: how many it had then
 *   counts              cheap figures of this namespace: Counts
 *   kernels-main.ts VIP SERVER VIP6 SERVER6
 */
import { readFileSync } from 'node:fs';
import * as ct from '../../../src/conntrack/ctnetlink.js';
import { KernelTable, type TableOperation } from '../../../src/conntrack/table.js';
import { CT_MARK } from '../../../src/dataplane/nft-words.js';
import type { NetlinkWriter } from '../../../src/netlink/attribute.js';
import { NETLINK_NETFILTER, NetlinkSocket } from '../../../src/netlink/request.js';
import { parseAddress } from '../../../src/sockaddr.js';
import { monotonicNow } from '../../../src/time.js';
import { serveInstrument } from '../../bench/instrument.js';
import { expectationRow, flowRow, type Reading, type Row } from './kernels-reading.js';
import { ageing, arrival, changed, departure, madeUp, type MadeUp, type Places } from './kernels-sessions.js';

/** What costs little to ask. */
export interface Counts {
  /** Of any kind. */
  readonly flows: number;
  /** UDP datagrams received: pulse and journal. */
  readonly datagrams: number;
  /** UDP datagrams that found a full socket. */
  readonly dropped: number;
}

const PIECE = 512;
/** Rows in one answer: a line of about one megabyte. */
const ROWS = 2000;
const EVERY = 1;
const NFGENMSG_ANY = Buffer.from([0, 0, 0, 0]);

const [vip, server, vip6, server6] = process.argv.slice(2).map((text) => parseAddress(text));
if (!vip || !server || !vip6 || !server6) throw new Error('kernels-main.ts VIP SERVER VIP6 SERVER6');
const places: Places = { v4: { vip, server }, v6: { vip: vip6, server: server6 } };
const table = KernelTable.open();

/** By key: a dump that the kernel began again tells its first entries twice. */
async function dumped<R extends Row>(type: number, mark: boolean, rowOf: (body: Buffer) => R): Promise<R[]> {
  const rows = new Map<string, R>();
  const socket = NetlinkSocket.open(NETLINK_NETFILTER, 'reading socket');
  const fill = (writer: NetlinkWriter): void => {
    writer.fixed(NFGENMSG_ANY);
    if (!mark) return;
    writer.u32be(ct.CTA_MARK, CT_MARK);
    writer.u32be(ct.CTA_MARK_MASK, 0xffff_ffff);
  };
  await socket.dump(type, 'reading', 'all', fill, ({ body }) => {
    const row = rowOf(body);
    rows.set(row.key, row);
  });
  socket.close();
  return [...rows.values()];
}

let last: Reading = { at: 0, flows: [], expectations: [] };

async function read(): Promise<number> {
  last = {
    at: monotonicNow(),
    flows: await dumped(ct.ctType(ct.IPCTNL_MSG_GET), true, flowRow),
    expectations: await dumped(ct.expType(ct.IPCTNL_MSG_GET), false, expectationRow),
  };
  return Math.ceil(Math.max(last.flows.length, last.expectations.length) / ROWS);
}

function piece(number: number): Reading {
  const [from, to] = [number * ROWS, (number + 1) * ROWS];
  return { at: last.at, flows: last.flows.slice(from, to), expectations: last.expectations.slice(from, to) };
}

type Deed = (session: MadeUp) => readonly TableOperation[];

function carryOut(deed: Deed, from: number, count: number): Record<string, number> {
  const refused: Record<string, number> = {};
  for (let begin = from; begin < from + count; begin += PIECE) {
    const length = Math.min(PIECE, from + count - begin);
    const operations = Array.from({ length }, (_, index) => deed(madeUp(begin + index, places))).flat();
    for (const errno of table.apply(operations)) if (errno !== 0) refused[errno] = (refused[errno] ?? 0) + 1;
  }
  return refused;
}

const flows = (): number => Number(readFileSync('/proc/sys/net/netfilter/nf_conntrack_count', 'utf8'));

function strike(pid: number, wanted: number): Promise<number> {
  return new Promise((resolve) => {
    const timer = setInterval(() => {
      if (flows() < wanted) return;
      process.kill(pid, 'SIGKILL');
      clearInterval(timer);
      resolve(flows());
    }, EVERY);
  });
}

/** A word of UDP in /proc/net/snmp, which has a line of names and one of values. */
function udp(name: string): number {
  const [names = [], values = []] = readFileSync('/proc/net/snmp', 'utf8')
    .split('\n')
    .filter((line) => line.startsWith('Udp:'))
    .map((line) => line.split(' '));
  return Number(values[names.indexOf(name)]);
}

serveInstrument((line) => {
  const [word = '', ...rest] = line.split(' ');
  const [first = 0, second = 0] = rest.map(Number);
  switch (word) {
    case 'read':
      return read();
    case 'piece':
      return piece(first);
    case 'arrive':
      return carryOut(arrival, first, second);
    case 'age':
      return carryOut(ageing, first, second);
    case 'change':
      return carryOut(changed, first, second);
    case 'depart':
      return carryOut(departure, first, second);
    case 'strike':
      return strike(first, second);
    case 'counts':
      return {
        flows: flows(),
        datagrams: udp('InDatagrams'),
        dropped: udp('RcvbufErrors'),
      } satisfies Counts;
    default:
      return null;
  }
}, 'plain');
