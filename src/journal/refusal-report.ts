/**
 * How the backup tells the active what its kernel would not take: a payload of the journal's wire format beside those of
 * wire.ts. Pure. It is repeated for as long as it lasts, so no single datagram of it matters.
 *
 *   refusals = version u8, kind u8 = 8, count u16, count × (part u8, reason u8, tuple)
 */
import type { Tuple } from '../conntrack/tuple.js';
import { ByteReader, ByteWriter } from './bytes.js';
import { readTuple, writeTuple } from './records.js';
import { DATA_BYTES, WIRE_VERSION } from './wire.js';

/** Why a kernel refused an entry: see `reasonOf` in replication/refusals.ts. */
export type CommitRefusal = 'clash' | 'masterMissing' | 'noHelper' | 'tableFull' | 'other';

/** One entry that is not in the backup's kernel. */
export interface RefusedEntry {
  readonly part: 'flow' | 'announcement';
  readonly reason: CommitRefusal;
  /** Original tuple of the flow, or of the control flow that announced the channel. */
  readonly orig: Tuple;
}

const KIND_REFUSALS = 8;
/** By their number on the wire. A reason of a later version counts as the first. */
const REASONS: readonly CommitRefusal[] = ['other', 'clash', 'masterMissing', 'noHelper', 'tableFull'];
const PARTS: readonly RefusedEntry['part'][] = ['flow', 'announcement'];
const HEADER_BYTES = 4;
/** part, reason, family, two IPv6 addresses, two ports */
const LONGEST = 1 + 1 + 1 + 32 + 4;
const PER_PAYLOAD = Math.floor((DATA_BYTES - HEADER_BYTES) / LONGEST);

/** As many payloads as it takes; none for nothing. */
export function encodeRefusals(refusals: readonly RefusedEntry[]): Buffer[] {
  const payloads: Buffer[] = [];
  for (let from = 0; from < refusals.length; from += PER_PAYLOAD) {
    const some = refusals.slice(from, from + PER_PAYLOAD);
    const writer = new ByteWriter(DATA_BYTES);
    writer.u8(WIRE_VERSION);
    writer.u8(KIND_REFUSALS);
    writer.u16(some.length);
    for (const { part, reason, orig } of some) {
      writer.u8(PARTS.indexOf(part));
      writer.u8(Math.max(0, REASONS.indexOf(reason)));
      writeTuple(writer, orig);
    }
    payloads.push(writer.take());
  }
  return payloads;
}

/** Undefined for a payload of another kind or version, and for one that cannot be read to its end. */
export function decodeRefusals(bytes: Buffer): readonly RefusedEntry[] | undefined {
  const reader = new ByteReader(bytes);
  if (reader.u8() !== WIRE_VERSION || reader.u8() !== KIND_REFUSALS) return undefined;
  const refusals: RefusedEntry[] = [];
  for (let left = reader.u16(); left > 0 && !reader.failed; left--) {
    const part = PARTS[reader.u8()];
    const reason = REASONS[reader.u8()] ?? 'other';
    const orig = readTuple(reader);
    if (part === undefined) return undefined;
    refusals.push({ part, reason, orig });
  }
  return reader.failed || reader.remaining > 0 ? undefined : refusals;
}
