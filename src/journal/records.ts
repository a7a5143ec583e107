/**
 * The journal's records: one change of the active's table each, as bytes and back. Pure. What cannot be read is undefined,
 * never a throw, and never half understood.
 *
 *   record = type u8, length u16, body
 */
import { addressAt } from '../conntrack/address.js';
import type { Expectation, ExpectationNat } from '../conntrack/expectation.js';
import type { Flow, SeqAdj, TcpInfo } from '../conntrack/flow.js';
import type { Tuple } from '../conntrack/tuple.js';
import { BUCKETS } from './buckets.js';
import type { ByteReader } from './bytes.js';
import { ByteWriter } from './bytes.js';
import type { Digest } from './digest.js';
import { readSticky, type Sticky, writeSticky } from './sticky.js';

/** One change of the active's table that the backup must follow. */
export type Change =
  | { readonly type: 'flow'; readonly flow: Flow }
  | { readonly type: 'flowGone'; readonly orig: Tuple }
  | { readonly type: 'expectation'; readonly expectation: Expectation }
  | { readonly type: 'expectationGone'; readonly expectation: Expectation }
  /** What this bucket holds at this point of the journal; the receiver compares. */
  | { readonly type: 'digest'; readonly bucket: number; readonly digest: Digest }
  /** What stands between these two is all that the bucket holds. */
  | { readonly type: 'bucketBegin'; readonly bucket: number }
  | { readonly type: 'bucketEnd'; readonly bucket: number }
  /** Which server a client gets again. */
  | { readonly type: 'sticky'; readonly sticky: Sticky };

const RECORD_FLOW = 1;
const RECORD_FLOW_GONE = 2;
const RECORD_EXPECTATION = 3;
const RECORD_EXPECTATION_GONE = 4;
const RECORD_DIGEST = 5;
const RECORD_BUCKET_BEGIN = 6;
const RECORD_BUCKET_END = 7;
const RECORD_STICKY = 8;

const TYPES: Readonly<Record<Change['type'], number>> = {
  flow: RECORD_FLOW,
  flowGone: RECORD_FLOW_GONE,
  expectation: RECORD_EXPECTATION,
  expectationGone: RECORD_EXPECTATION_GONE,
  digest: RECORD_DIGEST,
  bucketBegin: RECORD_BUCKET_BEGIN,
  bucketEnd: RECORD_BUCKET_END,
  sticky: RECORD_STICKY,
};

/** Empty between calls: `take` copies what was written. */
const scratch = new ByteWriter(512);

/** One record, header included. */
export function encodeChange(change: Change): Buffer {
  const writer = scratch;
  writer.u8(TYPES[change.type]);
  writer.u16(0);
  writeChange(writer, change);
  writer.u16At(1, writer.length - 3);
  return writer.take();
}

function writeChange(writer: ByteWriter, change: Change): void {
  switch (change.type) {
    case 'flow':
      writeFlow(writer, change.flow);
      return;
    case 'flowGone':
      writeTuple(writer, change.orig);
      return;
    case 'expectation':
    case 'expectationGone':
      writeExpectation(writer, change.expectation);
      return;
    case 'digest':
      writer.u8(change.bucket);
      for (const value of [change.digest.count, change.digest.low, change.digest.high]) writer.u32(value);
      return;
    case 'bucketBegin':
    case 'bucketEnd':
      writer.u8(change.bucket);
      return;
    case 'sticky':
      writeSticky(writer, change.sticky);
      return;
  }
}

/** Reads one record; undefined when it cannot be read. */
export function decodeChange(reader: ByteReader): Change | undefined {
  const type = reader.u8();
  const body = reader.part(reader.u16());
  const change = readChange(type, body);
  return body.failed || body.remaining > 0 ? undefined : change;
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
    case RECORD_DIGEST:
      return {
        type: 'digest',
        bucket: readBucket(reader),
        digest: { count: reader.u32(), low: reader.u32(), high: reader.u32() },
      };
    case RECORD_BUCKET_BEGIN:
      return { type: 'bucketBegin', bucket: readBucket(reader) };
    case RECORD_BUCKET_END:
      return { type: 'bucketEnd', bucket: readBucket(reader) };
    case RECORD_STICKY:
      return { type: 'sticky', sticky: readSticky(reader) };
    default:
      return undefined;
  }
}

/** A bucket's number; anything else fails the reader. */
export function readBucket(reader: ByteReader): number {
  const bucket = reader.u8();
  if (bucket >= BUCKETS) reader.failed = true;
  return bucket;
}

/** family u8 (4 or 6), src, dst, sport u16, dport u16. */
export function writeTuple(writer: ByteWriter, tuple: Tuple): void {
  writer.u8(tuple.src.length === 4 ? 4 : 6);
  writer.bytes(tuple.src);
  writer.bytes(tuple.dst);
  writer.u16(tuple.sport);
  writer.u16(tuple.dport);
}

/** The same back; `failed` is set on the reader for a family that is neither. */
export function readTuple(reader: ByteReader): Tuple {
  const family = reader.u8();
  if (family !== 4 && family !== 6) reader.failed = true;
  const length = family === 6 ? 16 : 4;
  return {
    src: readAddress(reader, length),
    dst: readAddress(reader, length),
    sport: reader.u16(),
    dport: reader.u16(),
  };
}

function readAddress(reader: ByteReader, length: number): Uint8Array {
  const at = reader.skip(length);
  return at < 0 ? new Uint8Array(length) : addressAt(reader.buffer, at, length);
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
