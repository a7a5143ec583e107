/**
 * Questions and answers between the two daemons that are too long for one datagram, such as a config file: JSON, compressed, in
 * parts. Pure. What cannot be read is undefined, never a throw.
 *
 *   payload = version u8, kind u8, answer u8, id u32, part u16, parts u16, bytes
 *
 * `id` is the asker's; an answer has that of its question. Lost parts are sent again with all the others: both are short.
 */
import { deflateRawSync, inflateRawSync } from 'node:zlib';
import { ByteReader, ByteWriter } from './bytes.js';
import { DATA_BYTES, WIRE_VERSION } from './wire.js';

const KIND_PARCEL = 13;
/** A config file has at most 256 KiB, and JSON may double that. */
const MOST_BYTES = 1_048_576;
const MOST_PARTS = Math.ceil(MOST_BYTES / DATA_BYTES);

export interface ParcelPart {
  readonly answer: boolean;
  readonly id: number;
  readonly part: number;
  readonly parts: number;
  readonly bytes: Buffer;
}

/** A JSON value in as many payloads as it needs. Throws RangeError for one that is too long. */
export function encodeParcel(head: Pick<ParcelPart, 'answer' | 'id'>, value: unknown): Buffer[] {
  const json = Buffer.from(JSON.stringify(value));
  if (json.length > MOST_BYTES) throw new RangeError(`longer than ${MOST_BYTES} bytes`);
  const packed = deflateRawSync(json);
  const parts = Math.max(1, Math.ceil(packed.length / DATA_BYTES));
  return Array.from({ length: parts }, (_, part) => {
    const writer = new ByteWriter(DATA_BYTES + 16);
    writer.u8(WIRE_VERSION);
    writer.u8(KIND_PARCEL);
    writer.u8(head.answer ? 1 : 0);
    writer.u32(head.id);
    writer.u16(part);
    writer.u16(parts);
    writer.bytes(packed.subarray(part * DATA_BYTES, (part + 1) * DATA_BYTES));
    return writer.take();
  });
}

/** Undefined for a payload of another kind or version, and for one that cannot be a part. */
export function decodeParcelPart(payload: Buffer): ParcelPart | undefined {
  const reader = new ByteReader(payload);
  if (reader.u8() !== WIRE_VERSION || reader.u8() !== KIND_PARCEL) return undefined;
  const answer = reader.u8();
  const [id, part, parts] = [reader.u32(), reader.u16(), reader.u16()];
  if (reader.failed || answer > 1 || part >= parts || parts > MOST_PARTS) return undefined;
  const at = reader.skip(reader.remaining);
  return { answer: answer === 1, id, part, parts, bytes: Buffer.from(payload.subarray(at)) };
}

/** The parts of one parcel, until it is whole. */
export class ParcelParts {
  readonly #parts = new Map<number, Buffer>();

  /** Takes a part; the value once all are there. `broken` where they do not fit each other or are no JSON. */
  take({ part, parts, bytes }: ParcelPart): { readonly value: unknown } | 'incomplete' | 'broken' {
    this.#parts.set(part, bytes);
    if (this.#parts.size < parts) return 'incomplete';
    const all = Array.from({ length: parts }, (_, index) => this.#parts.get(index));
    if (!all.every((each) => each !== undefined)) return 'broken';
    try {
      const json = inflateRawSync(Buffer.concat(all), { maxOutputLength: MOST_BYTES });
      return { value: JSON.parse(json.toString('utf8')) as unknown };
    } catch {
      return 'broken';
    }
  }
}
