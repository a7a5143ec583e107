/**
 * This kernel's connection table: read it and write into it. The only place that owns the sockets for it; listener.ts has
 * the one for its events. Decides nothing: which entries are written and why is replication's business.
 */
import { SystemError } from '../native.js';
import { NetlinkWriter } from '../netlink/attribute.js';
import { NLM_F_CREATE, NLM_F_EXCL, NLM_F_REQUEST } from '../netlink/message.js';
import { NETLINK_NETFILTER, NetlinkSocket } from '../netlink/request.js';
import * as ct from './ctnetlink.js';
import {
  decodeExpectation,
  type Expectation,
  writeExpectation,
  writeExpectationName,
} from './expectation.js';
import { decodeFlow, type Flow, writeFlowName, writeFlowUpdate, writeNewFlow } from './flow.js';
import { MARK_MASK, sameMark } from './mark.js';
import { formatTuple, type Tuple } from './tuple.js';

/** One change to the table. What each refusal means is said by `reasonOf` in replication/refusals.ts. */
export type TableOperation =
  | { readonly type: 'createFlow'; readonly flow: Flow; readonly withMaster: boolean }
  | { readonly type: 'updateFlow'; readonly flow: Flow; readonly expected: boolean }
  | { readonly type: 'deleteFlow'; readonly orig: Tuple }
  | { readonly type: 'createExpectation'; readonly expectation: Expectation }
  /** Sets the remaining time of an expectation that exists. */
  | { readonly type: 'refreshExpectation'; readonly expectation: Expectation }
  | { readonly type: 'deleteExpectation'; readonly expectation: Expectation };

/** What `replication` needs of a kernel table; tests may stand a second implementation beside the real one. */
export interface ConntrackTable {
  /** All flows with this ct mark, the data bit aside, both families. */
  dumpFlows(mark: number): Promise<Flow[]>;
  /** All expectations of TCP, both families. */
  dumpExpectations(): Promise<Expectation[]>;
  /** One flow as it is now, offsets included; undefined when it is gone. */
  get(orig: Tuple): Flow | undefined;
  /** The same for many, in the order given, in few system calls. */
  getMany(origs: readonly Tuple[]): (Flow | undefined)[];
  /** Announced channels as they are now, by tuple and in the order given; undefined for those that are gone. */
  getExpectations(expectations: readonly Pick<Expectation, 'tuple'>[]): (Expectation | undefined)[];
  /** Carries out the operations in order; the errno of each, 0 for done. */
  apply(operations: readonly TableOperation[]): number[];
}

const ENOENT = 2;
const NFGENMSG_ANY = Buffer.from([0, 0, 0, 0]);

/** Messages per send: enough to make the system call cheap, few enough that refusals fit the receive buffer. */
const BATCH = 32;

/** The table of the network namespace that this process runs in. */
export class KernelTable implements ConntrackTable {
  readonly #socket: NetlinkSocket;
  readonly #writer = new NetlinkWriter(32_768);

  private constructor(socket: NetlinkSocket) {
    this.#socket = socket;
  }

  /** Throws SystemError, for example where CAP_NET_ADMIN or ctnetlink is missing. */
  static open(): KernelTable {
    return new KernelTable(NetlinkSocket.open(NETLINK_NETFILTER, 'conntrack socket'));
  }

  async dumpFlows(mark: number): Promise<Flow[]> {
    const flows: Flow[] = [];
    await dumping(async (socket) =>
      socket.dump(
        ct.ctType(ct.IPCTNL_MSG_GET),
        'dump of flows',
        `mark ${mark}`,
        (writer) => {
          writer.fixed(NFGENMSG_ANY);
          writer.u32be(ct.CTA_MARK, (mark & MARK_MASK) >>> 0);
          writer.u32be(ct.CTA_MARK_MASK, MARK_MASK);
        },
        (message) => {
          const flow = decodeFlow(message.body);
          if (flow !== undefined && sameMark(flow, mark)) flows.push(flow);
        },
      ),
    );
    return flows;
  }

  async dumpExpectations(): Promise<Expectation[]> {
    const expectations: Expectation[] = [];
    await dumping(async (socket) =>
      socket.dump(
        ct.expType(ct.IPCTNL_MSG_GET),
        'dump of expectations',
        'all',
        (writer) => writer.fixed(NFGENMSG_ANY),
        (message) => {
          const expectation = decodeExpectation(message.body);
          if (expectation !== undefined) expectations.push(expectation);
        },
      ),
    );
    return expectations;
  }

  get(orig: Tuple): Flow | undefined {
    try {
      const answers = this.#socket.request(
        ct.ctType(ct.IPCTNL_MSG_GET),
        0,
        'get flow',
        formatTuple(orig),
        (writer) => writeFlowName(writer, orig),
      );
      const first = answers[0];
      return first && decodeFlow(first.body);
    } catch (error) {
      if (error instanceof SystemError && error.errno === ENOENT) return undefined;
      throw error;
    }
  }

  getMany(origs: readonly Tuple[]): (Flow | undefined)[] {
    const type = ct.ctType(ct.IPCTNL_MSG_GET);
    return this.#lookUp(
      'get flows',
      type,
      origs,
      (orig) => {
        writeFlowName(this.#writer, orig);
      },
      decodeFlow,
    );
  }

  getExpectations(expectations: readonly Pick<Expectation, 'tuple'>[]): (Expectation | undefined)[] {
    const type = ct.expType(ct.IPCTNL_MSG_GET);
    return this.#lookUp(
      'get expectations',
      type,
      expectations,
      (expectation) => {
        writeExpectationName(this.#writer, expectation);
      },
      decodeExpectation,
    );
  }

  /** One GET for each name, many in one system call. */
  #lookUp<Name, Entry>(
    operation: string,
    type: number,
    names: readonly Name[],
    write: (name: Name) => void,
    decode: (body: Buffer) => Entry | undefined,
  ): (Entry | undefined)[] {
    const entries = new Array<Entry | undefined>(names.length).fill(undefined);
    for (let from = 0; from < names.length; from += BATCH) {
      names.slice(from, from + BATCH).forEach((name, index) => {
        this.#writer.begin(type, NLM_F_REQUEST, from + index);
        write(name);
        this.#writer.end();
      });
      this.#socket.post(
        this.#writer.take(),
        operation,
        'connection table',
        (_seq, errno) => {
          if (errno !== ENOENT) throw new SystemError(operation, errno, 'connection table');
        },
        ({ seq, body }) => {
          if (seq < entries.length) entries[seq] = decode(body);
        },
      );
    }
    return entries;
  }

  apply(operations: readonly TableOperation[]): number[] {
    const errnos = new Array<number>(operations.length).fill(0);
    for (let from = 0; from < operations.length; from += BATCH) {
      operations.slice(from, from + BATCH).forEach((operation, index) => {
        writeOperation(this.#writer, operation, from + index);
      });
      this.#socket.post(this.#writer.take(), 'write flows', 'connection table', (seq, errno) => {
        if (seq < errnos.length) errnos[seq] = errno;
      });
    }
    return errnos;
  }

  close(): void {
    this.#socket.close();
  }
}

/** A dump takes several turns, and has a socket of its own: whoever asks anything else meanwhile would take its answers. */
async function dumping(dump: (socket: NetlinkSocket) => Promise<void>): Promise<void> {
  const socket = NetlinkSocket.open(NETLINK_NETFILTER, 'conntrack dump socket');
  try {
    await dump(socket);
  } finally {
    socket.close();
  }
}

function writeOperation(writer: NetlinkWriter, operation: TableOperation, seq: number): void {
  const { type, flags } = messageOf(operation);
  writer.begin(type, NLM_F_REQUEST | flags, seq);
  writeBody(writer, operation);
  writer.end();
}

function messageOf(operation: TableOperation): { readonly type: number; readonly flags: number } {
  switch (operation.type) {
    case 'createFlow':
      return { type: ct.ctType(ct.IPCTNL_MSG_NEW), flags: NLM_F_CREATE | NLM_F_EXCL };
    case 'updateFlow':
      return { type: ct.ctType(ct.IPCTNL_MSG_NEW), flags: 0 };
    case 'deleteFlow':
      return { type: ct.ctType(ct.IPCTNL_MSG_DELETE), flags: 0 };
    case 'createExpectation':
      return { type: ct.expType(ct.IPCTNL_MSG_NEW), flags: NLM_F_CREATE | NLM_F_EXCL };
    case 'refreshExpectation':
      return { type: ct.expType(ct.IPCTNL_MSG_NEW), flags: 0 };
    case 'deleteExpectation':
      return { type: ct.expType(ct.IPCTNL_MSG_DELETE), flags: 0 };
  }
}

function writeBody(writer: NetlinkWriter, operation: TableOperation): void {
  switch (operation.type) {
    case 'createFlow':
      writeNewFlow(writer, operation.flow, operation.withMaster);
      return;
    case 'updateFlow':
      writeFlowUpdate(writer, operation.flow, operation.expected);
      return;
    case 'deleteFlow':
      writeFlowName(writer, operation.orig);
      return;
    case 'createExpectation':
    case 'refreshExpectation':
      writeExpectation(writer, operation.expectation);
      return;
    case 'deleteExpectation':
      writeExpectationName(writer, operation.expectation);
      return;
  }
}
