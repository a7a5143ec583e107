/**
 * The journal's wire format: what travels inside a sealed datagram from the active to the backup (`data`) and
 * back (`ack`). Pure. What cannot be read is undefined, never a throw, and never half understood.
 *
 *   payload = version u8, kind u8, body
 *   data    = epoch u32, index u32, flags u8, count u16, count × record
 *   ack     = epoch u32, next u32, committed u32, flags u8
 *   record  = type u8, length u16, body
 */
import type { Expectation, ExpectationNat } from '../conntrack/expectation.js';
import type { Flow, SeqAdj, TcpInfo } from '../conntrack/flow.js';
import type { Tuple } from '../conntrack/tuple.js';
import { ByteReader, ByteWriter } from './bytes.js';

/** Raised whenever a record or header changes its meaning. */
export const WIRE_VERSION = 2;
/** Records are packed into datagrams until this many bytes: fits every path's MTU with its seal and headers. */
export const DATA_BYTES = 1200;

/** One change of the active's table that the backup must follow. */
export type Change =
  | { readonly type: 'flow'; readonly flow: Flow }
  | { readonly type: 'flowGone'; readonly orig: Tuple }
  | { readonly type: 'expectation'; readonly expectation: Expectation }
  | { readonly type: 'expectationGone'; readonly expectation: Expectation };

/** Changes `index` of `epoch`. An epoch begins with a full copy: its first batch has `begin`, its last `end`. */
export interface Batch {
  readonly epoch: number;
  readonly index: number;
  readonly begin: boolean;
  readonly end: boolean;
  readonly changes: readonly Change[];
}

/**
 * The receiver has every batch of `epoch` below `next`, and those below `committed` are in its kernel; `synced` says that
 * the full copy is, and `lost` that it could not commit what it had and needs a new one.
 */
export interface Ack {
  readonly epoch: number;
  readonly next: number;
  readonly committed: number;
  readonly synced: boolean;
  readonly lost: boolean;
}

export type Payload =
  { readonly kind: 'data'; readonly batch: Batch } | { readonly kind: 'ack'; readonly ack: Ack };

export type Refusal = 'version' | 'malformed';

const KIND_DATA = 1;
const KIND_ACK = 2;
const FLAG_BEGIN = 1;
const FLAG_END = 2;
const FLAG_SYNCED = 1;
const FLAG_LOST = 2;
const RECORD_FLOW = 1;
const RECORD_FLOW_GONE = 2;
const RECORD_EXPECTATION = 3;
const RECORD_EXPECTATION_GONE = 4;

/** A batch's header; records that `encodeChange` made follow it. */
export function encodeData(batch: Omit<Batch, 'changes'>, records: readonly Uint8Array[]): Buffer {
  const writer = new ByteWriter(DATA_BYTES + 64);
  writer.u8(WIRE_VERSION);
  writer.u8(KIND_DATA);
  writer.u32(batch.epoch);
  writer.u32(batch.index);
  writer.u8((batch.begin ? FLAG_BEGIN : 0) | (batch.end ? FLAG_END : 0));
  writer.u16(records.length);
  for (const record of records) writer.bytes(record);
  return writer.take();
}

export function encodeAck(ack: Ack): Buffer {
  const writer = new ByteWriter(16);
  writer.u8(WIRE_VERSION);
  writer.u8(KIND_ACK);
  writer.u32(ack.epoch);
  writer.u32(ack.next);
  writer.u32(ack.committed);
  writer.u8((ack.synced ? FLAG_SYNCED : 0) | (ack.lost ? FLAG_LOST : 0));
  return writer.take();
}

export function decodePayload(
  bytes: Buffer,
): Payload | { readonly kind: 'refused'; readonly reason: Refusal } {
  const reader = new ByteReader(bytes);
  const version = reader.u8();
  const kind = reader.u8();
  if (!reader.failed && version !== WIRE_VERSION) return { kind: 'refused', reason: 'version' };
  const payload = kind === KIND_DATA ? decodeData(reader) : kind === KIND_ACK ? decodeAck(reader) : undefined;
  if (payload === undefined || reader.failed || reader.remaining > 0)
    return { kind: 'refused', reason: 'malformed' };
  return payload;
}

function decodeAck(reader: ByteReader): Payload {
  const epoch = reader.u32();
  const next = reader.u32();
  const committed = reader.u32();
  const flags = reader.u8();
  return {
    kind: 'ack',
    ack: { epoch, next, committed, synced: (flags & FLAG_SYNCED) !== 0, lost: (flags & FLAG_LOST) !== 0 },
  };
}

function decodeData(reader: ByteReader): Payload | undefined {
  const epoch = reader.u32();
  const index = reader.u32();
  const flags = reader.u8();
  const count = reader.u16();
  const changes: Change[] = [];
  for (let i = 0; i < count; i++) {
    const change = decodeChange(reader);
    if (change === undefined) return undefined;
    changes.push(change);
  }
  const begin = (flags & FLAG_BEGIN) !== 0;
  const end = (flags & FLAG_END) !== 0;
  return { kind: 'data', batch: { epoch, index, begin, end, changes } };
}

/** One record, header included. */
export function encodeChange(change: Change): Buffer {
  const body = new ByteWriter(160);
  const type = writeChange(body, change);
  const bytes = body.take();
  const record = Buffer.allocUnsafe(3 + bytes.length);
  record.writeUInt8(type, 0);
  record.writeUInt16BE(bytes.length, 1);
  record.set(bytes, 3);
  return record;
}

function writeChange(writer: ByteWriter, change: Change): number {
  switch (change.type) {
    case 'flow':
      writeFlow(writer, change.flow);
      return RECORD_FLOW;
    case 'flowGone':
      writeTuple(writer, change.orig);
      return RECORD_FLOW_GONE;
    case 'expectation':
      writeExpectation(writer, change.expectation);
      return RECORD_EXPECTATION;
    case 'expectationGone':
      writeExpectation(writer, change.expectation);
      return RECORD_EXPECTATION_GONE;
  }
}

function decodeChange(reader: ByteReader): Change | undefined {
  const type = reader.u8();
  const body = new ByteReader(reader.bytes(reader.u16()));
  if (reader.failed) return undefined;
  const change = readChange(type, body);
  return change === undefined || body.failed || body.remaining > 0 ? undefined : change;
}

function readChange(type: number, reader: ByteReader): Change | undefined {
  switch (type) {
    case RECORD_FLOW:
      return { type: 'flow', flow: readFlow(reader) };
    case RECORD_FLOW_GONE:
      return { type: 'flowGone', orig: readTuple(reader) };
    case RECORD_EXPECTATION:
      return { type: 'expectation', expectation: readExpectation(reader) };
    case RECORD_EXPECTATION_GONE:
      return { type: 'expectationGone', expectation: readExpectation(reader) };
    default:
      return undefined;
  }
}

/** family u8 (4 or 6), src, dst, sport u16, dport u16. */
function writeTuple(writer: ByteWriter, tuple: Tuple): void {
  writer.u8(tuple.src.length === 4 ? 4 : 6);
  writer.bytes(tuple.src);
  writer.bytes(tuple.dst);
  writer.u16(tuple.sport);
  writer.u16(tuple.dport);
}

function readTuple(reader: ByteReader): Tuple {
  const family = reader.u8();
  if (family !== 4 && family !== 6) reader.failed = true;
  const length = family === 6 ? 16 : 4;
  return { src: reader.bytes(length), dst: reader.bytes(length), sport: reader.u16(), dport: reader.u16() };
}

/** Present or not, in front of an optional part. */
function writeOptional<T>(writer: ByteWriter, value: T | undefined, write: (value: T) => void): void {
  writer.u8(value === undefined ? 0 : 1);
  if (value !== undefined) write(value);
}

function readOptional<T>(reader: ByteReader, read: () => T): T | undefined {
  const present = reader.u8();
  if (present > 1) reader.failed = true;
  return present === 1 ? read() : undefined;
}

function writeFlow(writer: ByteWriter, flow: Flow): void {
  writeTuple(writer, flow.orig);
  writeTuple(writer, flow.reply);
  writer.u32(flow.status);
  writer.u32(flow.timeout);
  writer.u32(flow.mark);
  writer.text(flow.helper);
  writeOptional(writer, flow.tcp, (tcp) => {
    for (const value of [tcp.state, tcp.wscaleOrig, tcp.wscaleReply, tcp.flagsOrig, tcp.flagsReply])
      writer.u8(value);
  });
  writeOptional(writer, flow.master, (master) => {
    writeTuple(writer, master);
  });
  writeOptional(writer, flow.seqAdjOrig, (adj) => {
    writeSeqAdj(writer, adj);
  });
  writeOptional(writer, flow.seqAdjReply, (adj) => {
    writeSeqAdj(writer, adj);
  });
}

function readFlow(reader: ByteReader): Flow {
  return {
    orig: readTuple(reader),
    reply: readTuple(reader),
    status: reader.u32(),
    timeout: reader.u32(),
    mark: reader.u32(),
    helper: reader.text(),
    tcp: readOptional(reader, () => readTcp(reader)),
    master: readOptional(reader, () => readTuple(reader)),
    seqAdjOrig: readOptional(reader, () => readSeqAdj(reader)),
    seqAdjReply: readOptional(reader, () => readSeqAdj(reader)),
  };
}

function readTcp(reader: ByteReader): TcpInfo {
  return {
    state: reader.u8(),
    wscaleOrig: reader.u8(),
    wscaleReply: reader.u8(),
    flagsOrig: reader.u8(),
    flagsReply: reader.u8(),
  };
}

function writeSeqAdj(writer: ByteWriter, adj: SeqAdj): void {
  writer.u32(adj.correctionPos);
  writer.u32(adj.offsetBefore);
  writer.u32(adj.offsetAfter);
}

function readSeqAdj(reader: ByteReader): SeqAdj {
  return { correctionPos: reader.u32(), offsetBefore: reader.u32() | 0, offsetAfter: reader.u32() | 0 };
}

function writeExpectation(writer: ByteWriter, expectation: Expectation): void {
  writeTuple(writer, expectation.master);
  writeTuple(writer, expectation.tuple);
  writeTuple(writer, expectation.mask);
  writer.u32(expectation.timeout);
  writer.u32(expectation.flags);
  writer.u32(expectation.class);
  writer.u16(expectation.zone);
  writer.text(expectation.fn);
  writeOptional(writer, expectation.nat, (nat) => {
    writer.u32(nat.direction);
    writeTuple(writer, nat.tuple);
  });
}

function readExpectation(reader: ByteReader): Expectation {
  return {
    master: readTuple(reader),
    tuple: readTuple(reader),
    mask: readTuple(reader),
    timeout: reader.u32(),
    flags: reader.u32(),
    class: reader.u32(),
    zone: reader.u16(),
    fn: reader.text(),
    nat: readOptional(reader, (): ExpectationNat => ({ direction: reader.u32(), tuple: readTuple(reader) })),
  };
}
