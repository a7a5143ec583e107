/**
 * A flow: one tracked TCP connection (struct nf_conn) as ctnetlink tells it and as it must be told to create
 * it again in another kernel. Codec only: nothing here talks to a kernel.
 */
import { AttributeCursor, type NetlinkWriter } from '../netlink/attribute.js';
import { type Counters, readCounters, readStart } from './accounting.js';
import * as ct from './ctnetlink.js';
import { familyOf, inverse, readTuple, sameBytes, type Tuple, writeTuple } from './tuple.js';

/** Sequence offsets of one direction (struct nf_ct_seqadj): what FTP rewrites have added or removed so far. */
export interface SeqAdj {
  /** Sequence number of the last rewrite. */
  readonly correctionPos: number;
  /** Signed shift before and from that position on. */
  readonly offsetBefore: number;
  readonly offsetAfter: number;
}

/** TCP's part of a flow (struct ip_ct_tcp, as far as userspace sees it). */
export interface TcpInfo {
  /** Index into TCP_CONNTRACK. */
  readonly state: number;
  readonly wscaleOrig: number;
  readonly wscaleReply: number;
  readonly flagsOrig: number;
  readonly flagsReply: number;
}

export interface Flow {
  readonly orig: Tuple;
  /** As the kernel reports it: translated. The NAT is what differs from the inverse of `orig`. */
  readonly reply: Tuple;
  /** IPS_* bits. */
  readonly status: number;
  /** Remaining time in seconds. */
  readonly timeout: number;
  readonly tcp: TcpInfo | undefined;
  /** Name of the helper, empty for none. */
  readonly helper: string;
  readonly mark: number;
  /** The control flow that announced this data flow. */
  readonly master: Tuple | undefined;
  readonly seqAdjOrig: SeqAdj | undefined;
  readonly seqAdjReply: SeqAdj | undefined;
  /**
   * Of each direction, in answers to GET and DUMP and in the event of the end; only where nf_conntrack_acct was 1 when the
   * flow came up. Of this kernel alone: the journal does not carry them.
   */
  readonly countersOrig?: Counters | undefined;
  readonly countersReply?: Counters | undefined;
  /**
   * When this kernel made the entry, in milliseconds of the wall clock as it stood then; only where
   * nf_conntrack_timestamp was 1. Not carried by the journal, and nothing to decide by: clocks are set.
   */
  readonly startedAt?: number | undefined;
}

/** Decodes an IPCTNL_MSG_CT_NEW body (behind struct nfgenmsg). Undefined for what is not TCP or not whole. */
export function decodeFlow(body: Buffer): Flow | undefined {
  const cursor = new AttributeCursor(body, ct.NFGENMSG_LENGTH);
  const flow: Mutable<Partial<Flow>> = {};
  while (cursor.next()) readAttribute(cursor, flow);
  if (cursor.failed || flow.orig === undefined || flow.reply === undefined) return undefined;
  const decoded: Mutable<Flow> = {
    orig: flow.orig,
    reply: flow.reply,
    status: flow.status ?? 0,
    timeout: flow.timeout ?? 0,
    tcp: flow.tcp,
    helper: flow.helper ?? '',
    mark: flow.mark ?? 0,
    master: flow.master,
    seqAdjOrig: flow.seqAdjOrig,
    seqAdjReply: flow.seqAdjReply,
  };
  // Events do not have them, and flows are many: what is missing takes no room.
  if (flow.countersOrig !== undefined) decoded.countersOrig = flow.countersOrig;
  if (flow.countersReply !== undefined) decoded.countersReply = flow.countersReply;
  if (flow.startedAt !== undefined) decoded.startedAt = flow.startedAt;
  return decoded;
}

type Mutable<T> = { -readonly [K in keyof T]: T[K] };

function readAttribute(cursor: AttributeCursor, flow: Mutable<Partial<Flow>>): void {
  switch (cursor.type) {
    case ct.CTA_TUPLE_ORIG:
      flow.orig = readTuple(cursor.nested());
      break;
    case ct.CTA_TUPLE_REPLY:
      flow.reply = readTuple(cursor.nested());
      break;
    case ct.CTA_TUPLE_MASTER:
      flow.master = readTuple(cursor.nested());
      break;
    case ct.CTA_STATUS:
      flow.status = cursor.u32be();
      break;
    case ct.CTA_TIMEOUT:
      flow.timeout = cursor.u32be();
      break;
    case ct.CTA_MARK:
      flow.mark = cursor.u32be();
      break;
    case ct.CTA_PROTOINFO:
      flow.tcp = readProtoinfo(cursor.nested());
      break;
    case ct.CTA_HELP:
      flow.helper = readHelp(cursor.nested());
      break;
    case ct.CTA_SEQ_ADJ_ORIG:
      flow.seqAdjOrig = readSeqAdj(cursor.nested());
      break;
    case ct.CTA_SEQ_ADJ_REPLY:
      flow.seqAdjReply = readSeqAdj(cursor.nested());
      break;
    case ct.CTA_COUNTERS_ORIG:
      flow.countersOrig = readCounters(cursor.nested());
      break;
    case ct.CTA_COUNTERS_REPLY:
      flow.countersReply = readCounters(cursor.nested());
      break;
    case ct.CTA_TIMESTAMP:
      flow.startedAt = readStart(cursor.nested());
      break;
    default:
      // Attributes of newer kernels and those that we do not read (ids, labels).
      break;
  }
}

function readProtoinfo(cursor: AttributeCursor): TcpInfo | undefined {
  while (cursor.next()) if (cursor.type === ct.CTA_PROTOINFO_TCP) return readTcp(cursor.nested());
  return undefined;
}

function readTcp(cursor: AttributeCursor): TcpInfo {
  const tcp: Mutable<TcpInfo> = { state: 0, wscaleOrig: 0, wscaleReply: 0, flagsOrig: 0, flagsReply: 0 };
  while (cursor.next()) {
    if (cursor.type === ct.CTA_PROTOINFO_TCP_STATE) tcp.state = cursor.u8();
    else if (cursor.type === ct.CTA_PROTOINFO_TCP_WSCALE_ORIGINAL) tcp.wscaleOrig = cursor.u8();
    else if (cursor.type === ct.CTA_PROTOINFO_TCP_WSCALE_REPLY) tcp.wscaleReply = cursor.u8();
    // struct nf_ct_tcp_flags {u8 flags; u8 mask}
    else if (cursor.type === ct.CTA_PROTOINFO_TCP_FLAGS_ORIGINAL) tcp.flagsOrig = cursor.u8();
    else if (cursor.type === ct.CTA_PROTOINFO_TCP_FLAGS_REPLY) tcp.flagsReply = cursor.u8();
  }
  return tcp;
}

function readHelp(cursor: AttributeCursor): string {
  while (cursor.next()) if (cursor.type === ct.CTA_HELP_NAME) return cursor.string();
  return '';
}

/** Undefined when all is zero: the kernel dumps the extension also before the first rewrite. */
function readSeqAdj(cursor: AttributeCursor): SeqAdj | undefined {
  const adj: Mutable<SeqAdj> = { correctionPos: 0, offsetBefore: 0, offsetAfter: 0 };
  while (cursor.next()) {
    if (cursor.type === ct.CTA_SEQADJ_CORRECTION_POS) adj.correctionPos = cursor.u32be();
    else if (cursor.type === ct.CTA_SEQADJ_OFFSET_BEFORE) adj.offsetBefore = cursor.u32be() | 0;
    else if (cursor.type === ct.CTA_SEQADJ_OFFSET_AFTER) adj.offsetAfter = cursor.u32be() | 0;
  }
  return adj.correctionPos === 0 && adj.offsetBefore === 0 && adj.offsetAfter === 0 ? undefined : adj;
}

/**
 * Attributes that create this flow in a kernel that has never seen it. The reply tuple is the plain inverse
 * and the translation is asked for by CTA_NAT_*: a kernel told the translated reply tuple would not translate.
 * `withMaster` is false when the control flow is gone already; the data flow survives without it.
 */
export function writeNewFlow(writer: NetlinkWriter, flow: Flow, withMaster: boolean): void {
  writer.fixed(ct.nfgenmsg(familyOf(flow.orig)));
  writeTuple(writer, ct.CTA_TUPLE_ORIG, flow.orig);
  writeTuple(writer, ct.CTA_TUPLE_REPLY, inverse(flow.orig));
  writer.u32be(ct.CTA_STATUS, settableStatus(flow.status));
  writer.u32be(ct.CTA_TIMEOUT, Math.max(1, flow.timeout));
  writer.u32be(ct.CTA_MARK, flow.mark);
  writeNat(writer, flow);
  writeHelp(writer, flow.helper);
  if (withMaster && flow.master !== undefined) writeTuple(writer, ct.CTA_TUPLE_MASTER, flow.master);
  writeProtoinfo(writer, flow.tcp);
  writeSeqAdj(writer, flow);
}

/**
 * Attributes that bring an existing flow up to date. `expected` says whether the kernel's entry has
 * IPS_EXPECTED (it was created with a master): the bit cannot be changed, so the status must repeat it.
 */
export function writeFlowUpdate(writer: NetlinkWriter, flow: Flow, expected: boolean): void {
  writer.fixed(ct.nfgenmsg(familyOf(flow.orig)));
  writeTuple(writer, ct.CTA_TUPLE_ORIG, flow.orig);
  writer.u32be(ct.CTA_STATUS, settableStatus(flow.status) | (expected ? ct.IPS_EXPECTED : 0));
  writer.u32be(ct.CTA_TIMEOUT, Math.max(1, flow.timeout));
  writer.u32be(ct.CTA_MARK, flow.mark);
  writeHelp(writer, flow.helper);
  writeProtoinfo(writer, flow.tcp);
  writeSeqAdj(writer, flow);
}

/** Whether two offsets are the same; undefined means none. */
export function sameSeqAdj(a: SeqAdj | undefined, b: SeqAdj | undefined): boolean {
  return (
    a?.correctionPos === b?.correctionPos &&
    a?.offsetBefore === b?.offsetBefore &&
    a?.offsetAfter === b?.offsetAfter
  );
}

/** Names a flow by its original tuple, for IPCTNL_MSG_CT_GET and IPCTNL_MSG_CT_DELETE. */
export function writeFlowName(writer: NetlinkWriter, orig: Tuple): void {
  writer.fixed(ct.nfgenmsg(familyOf(orig)));
  writeTuple(writer, ct.CTA_TUPLE_ORIG, orig);
}

/** Whether packets of this flow's original direction get another destination (or source). */
export function natOf(flow: Flow): { readonly dst: boolean; readonly src: boolean } {
  const plain = inverse(flow.orig);
  return {
    dst: !sameEnd(flow.reply.src, flow.reply.sport, plain.src, plain.sport),
    src: !sameEnd(flow.reply.dst, flow.reply.dport, plain.dst, plain.dport),
  };
}

function sameEnd(a: Uint8Array, aPort: number, b: Uint8Array, bPort: number): boolean {
  return aPort === bPort && sameBytes(a, b);
}

/** EXPECTED and the NAT bits are the kernel's own; CONFIRMED must be there (EBUSY otherwise). */
function settableStatus(status: number): number {
  return (status & (ct.IPS_SEEN_REPLY | ct.IPS_ASSURED)) | ct.IPS_CONFIRMED;
}

function writeNat(writer: NetlinkWriter, flow: Flow): void {
  const nat = natOf(flow);
  if (nat.dst) writeNatRange(writer, ct.CTA_NAT_DST, flow.reply.src, flow.reply.sport);
  if (nat.src) writeNatRange(writer, ct.CTA_NAT_SRC, flow.reply.dst, flow.reply.dport);
}

function writeNatRange(writer: NetlinkWriter, type: number, address: Uint8Array, port: number): void {
  writer.nest(type, () => {
    writer.bytes(address.length === 4 ? ct.CTA_NAT_V4_MINIP : ct.CTA_NAT_V6_MINIP, address);
    writer.nest(ct.CTA_NAT_PROTO, () => {
      writer.u16be(ct.CTA_PROTONAT_PORT_MIN, port);
      writer.u16be(ct.CTA_PROTONAT_PORT_MAX, port);
    });
  });
}

const FLAGS_MASK =
  ct.IP_CT_TCP_FLAG_WINDOW_SCALE |
  ct.IP_CT_TCP_FLAG_SACK_PERM |
  ct.IP_CT_TCP_FLAG_CLOSE_INIT |
  ct.IP_CT_TCP_FLAG_BE_LIBERAL;

/** Liberal in both directions: this kernel has not seen the windows and learns them from the next packet. */
function writeProtoinfo(writer: NetlinkWriter, tcp: TcpInfo | undefined): void {
  if (tcp === undefined) return;
  writer.nest(ct.CTA_PROTOINFO, () => {
    writer.nest(ct.CTA_PROTOINFO_TCP, () => {
      writer.u8(ct.CTA_PROTOINFO_TCP_STATE, tcp.state);
      writer.u8(ct.CTA_PROTOINFO_TCP_WSCALE_ORIGINAL, tcp.wscaleOrig);
      writer.u8(ct.CTA_PROTOINFO_TCP_WSCALE_REPLY, tcp.wscaleReply);
      writer.bytes(ct.CTA_PROTOINFO_TCP_FLAGS_ORIGINAL, liberalFlags(tcp.flagsOrig));
      writer.bytes(ct.CTA_PROTOINFO_TCP_FLAGS_REPLY, liberalFlags(tcp.flagsReply));
    });
  });
}

function liberalFlags(flags: number): Uint8Array {
  return Buffer.from([(flags & FLAGS_MASK) | ct.IP_CT_TCP_FLAG_BE_LIBERAL, FLAGS_MASK]);
}

/**
 * Also in updates: naming the helper makes the FTP helper pick up its place in the dialogue anew. This kernel may
 * have seen the session long ago; without it the first PORT or 227 after a failover would pass unread.
 */
function writeHelp(writer: NetlinkWriter, helper: string): void {
  if (helper !== '') writer.nest(ct.CTA_HELP, () => writer.string(ct.CTA_HELP_NAME, helper));
}

function writeSeqAdj(writer: NetlinkWriter, flow: Flow): void {
  if (flow.seqAdjOrig !== undefined) writeOneSeqAdj(writer, ct.CTA_SEQ_ADJ_ORIG, flow.seqAdjOrig);
  if (flow.seqAdjReply !== undefined) writeOneSeqAdj(writer, ct.CTA_SEQ_ADJ_REPLY, flow.seqAdjReply);
}

function writeOneSeqAdj(writer: NetlinkWriter, type: number, adj: SeqAdj): void {
  writer.nest(type, () => {
    writer.u32be(ct.CTA_SEQADJ_CORRECTION_POS, adj.correctionPos);
    writer.u32be(ct.CTA_SEQADJ_OFFSET_BEFORE, adj.offsetBefore);
    writer.u32be(ct.CTA_SEQADJ_OFFSET_AFTER, adj.offsetAfter);
  });
}
