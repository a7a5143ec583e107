/**
 * The journal's wire format: what travels inside a sealed datagram from the active to the backup (`data`) and
 * back (`ack`). Pure. What cannot be read is undefined, never a throw, and never half understood.
 *
 *   payload = version u8, kind u8, body
 *   data    = epoch u32, index u32, flags u8, count u16, count × record
 *   ack     = epoch u32, next u32, committed u32, flags u8, wanted u64 (one bit for each bucket)
 *   ask     = id u32, bucket u8: what does your kernel hold of it? `id` is the asker's, one for a whole comparison
 *   answer  = id u32, bucket u8, part u16, parts u16, count u16, count × record
 *   record: see records.ts
 *
 * A fifth kind of payload is in refusal-report.ts.
 */
import { BUCKETS } from './buckets.js';
import { ByteReader, ByteWriter } from './bytes.js';
import { type Change, decodeChange, readBucket } from './records.js';

/** Raised whenever a record or header changes its meaning. */
export const WIRE_VERSION = 4;
/** Records are packed into datagrams until this many bytes: fits every path's MTU with its seal and headers. */
export const DATA_BYTES = 1200;

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
  /** Batches behind `next` have come: `next` itself was probably lost. */
  readonly gap: boolean;
  /** Buckets that the receiver needs once more, in ascending order. */
  readonly wanted: readonly number[];
}

/** A question for what the peer's kernel holds of a bucket; `id` is the asker's, the same for a whole comparison. */
export interface Ask {
  readonly id: number;
  readonly bucket: number;
}

/** Part `part` of `parts`, from 0, of the answer. */
export interface Answer extends Ask {
  readonly part: number;
  readonly parts: number;
  readonly changes: readonly Change[];
}

export type Payload =
  | { readonly kind: 'data'; readonly batch: Batch }
  | { readonly kind: 'ack'; readonly ack: Ack }
  | { readonly kind: 'ask'; readonly ask: Ask }
  | { readonly kind: 'answer'; readonly answer: Answer };

export type Refusal = 'version' | 'malformed';

const KIND_DATA = 1;
const KIND_ACK = 2;
const KIND_ASK = 3;
const KIND_ANSWER = 4;
const FLAG_BEGIN = 1;
const FLAG_END = 2;
const FLAG_SYNCED = 1;
const FLAG_LOST = 2;
const FLAG_GAP = 4;

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
  writer.u8((ack.synced ? FLAG_SYNCED : 0) | (ack.lost ? FLAG_LOST : 0) | (ack.gap ? FLAG_GAP : 0));
  for (let first = 0; first < BUCKETS; first += 32) writer.u32(bitsOf(ack.wanted, first));
  return writer.take();
}

export function encodeAsk({ id, bucket }: Ask): Buffer {
  const writer = new ByteWriter(8);
  writer.u8(WIRE_VERSION);
  writer.u8(KIND_ASK);
  writer.u32(id);
  writer.u8(bucket);
  return writer.take();
}

/** An answer's header; records that `encodeChange` made follow it. */
export function encodeAnswer(answer: Omit<Answer, 'changes'>, records: readonly Uint8Array[]): Buffer {
  const writer = new ByteWriter(DATA_BYTES + 64);
  writer.u8(WIRE_VERSION);
  writer.u8(KIND_ANSWER);
  writer.u32(answer.id);
  writer.u8(answer.bucket);
  writer.u16(answer.part);
  writer.u16(answer.parts);
  writer.u16(records.length);
  for (const record of records) writer.bytes(record);
  return writer.take();
}

/** The version of any payload of the journal; undefined for an empty one. */
export function versionOf(bytes: Buffer): number | undefined {
  return bytes[0];
}

export function decodePayload(
  bytes: Buffer,
): Payload | { readonly kind: 'refused'; readonly reason: Refusal } {
  const reader = new ByteReader(bytes);
  const version = reader.u8();
  const kind = reader.u8();
  if (!reader.failed && version !== WIRE_VERSION) return { kind: 'refused', reason: 'version' };
  const payload = decodeKind(kind, reader);
  if (payload === undefined || reader.failed || reader.remaining > 0)
    return { kind: 'refused', reason: 'malformed' };
  return payload;
}

function decodeKind(kind: number, reader: ByteReader): Payload | undefined {
  switch (kind) {
    case KIND_DATA:
      return decodeData(reader);
    case KIND_ACK:
      return decodeAck(reader);
    case KIND_ASK:
      return { kind: 'ask', ask: { id: reader.u32(), bucket: readBucket(reader) } };
    case KIND_ANSWER:
      return decodeAnswer(reader);
    default:
      return undefined;
  }
}

function decodeAnswer(reader: ByteReader): Payload | undefined {
  const head = { id: reader.u32(), bucket: readBucket(reader), part: reader.u16(), parts: reader.u16() };
  const changes = decodeChanges(reader);
  return changes && { kind: 'answer', answer: { ...head, changes } };
}

function decodeAck(reader: ByteReader): Payload {
  const epoch = reader.u32();
  const next = reader.u32();
  const committed = reader.u32();
  const flags = reader.u8();
  const wanted: number[] = [];
  for (let first = 0; first < BUCKETS; first += 32) wanted.push(...bucketsIn(reader.u32(), first));
  const has = (flag: number): boolean => (flags & flag) !== 0;
  const [synced, lost, gap] = [has(FLAG_SYNCED), has(FLAG_LOST), has(FLAG_GAP)];
  return { kind: 'ack', ack: { epoch, next, committed, synced, lost, gap, wanted } };
}

/** The 32 buckets from `first` on as bits, the lowest one first. */
function bitsOf(wanted: readonly number[], first: number): number {
  return wanted
    .filter((bucket) => bucket >= first && bucket < first + 32)
    .reduce((bits, bucket) => (bits | (1 << (bucket - first))) >>> 0, 0);
}

function bucketsIn(bits: number, first: number): number[] {
  return Array.from({ length: 32 }, (_, bit) => bit)
    .filter((bit) => ((bits >>> bit) & 1) === 1)
    .map((bit) => first + bit);
}

function decodeData(reader: ByteReader): Payload | undefined {
  const epoch = reader.u32();
  const index = reader.u32();
  const flags = reader.u8();
  const changes = decodeChanges(reader);
  if (changes === undefined) return undefined;
  const begin = (flags & FLAG_BEGIN) !== 0;
  const end = (flags & FLAG_END) !== 0;
  return { kind: 'data', batch: { epoch, index, begin, end, changes } };
}

/** A count and so many records; undefined when one of them cannot be read. */
function decodeChanges(reader: ByteReader): Change[] | undefined {
  const count = reader.u16();
  const changes: Change[] = [];
  for (let i = 0; i < count; i++) {
    const change = decodeChange(reader);
    if (change === undefined) return undefined;
    changes.push(change);
  }
  return changes;
}
