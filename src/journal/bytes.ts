/**
 * Bounded reading and writing of big-endian bytes for the journal's wire format. A read beyond the end gives
 * zeros and sets `failed` for good: a decoder reads a whole record and asks once.
 */

export class ByteWriter {
  #buffer: Buffer;
  #at = 0;

  constructor(capacity = 2048) {
    this.#buffer = Buffer.allocUnsafe(capacity);
  }

  get length(): number {
    return this.#at;
  }

  u8(value: number): void {
    const at = this.#reserve(1);
    this.#buffer.writeUInt8(value & 0xff, at);
  }

  u16(value: number): void {
    const at = this.#reserve(2);
    this.#buffer.writeUInt16BE(value & 0xffff, at);
  }

  u32(value: number): void {
    const at = this.#reserve(4);
    this.#buffer.writeUInt32BE(value >>> 0, at);
  }

  /** Most are addresses: a loop is cheaper than a call into the runtime. */
  bytes(value: Uint8Array): void {
    const at = this.#reserve(value.length);
    if (value.length > 32) this.#buffer.set(value, at);
    else for (let index = 0; index < value.length; index++) this.#buffer[at + index] = value[index] ?? 0;
  }

  /** At most 255 bytes of UTF-8 with their length in front. */
  text(value: string): void {
    if (value === '') {
      this.u8(0);
      return;
    }
    const bytes = Buffer.from(value).subarray(0, 255);
    this.u8(bytes.length);
    this.bytes(bytes);
  }

  /** Everything written, as a copy; the writer is empty afterwards. */
  take(): Buffer {
    const out = Buffer.allocUnsafe(this.#at);
    this.#buffer.copy(out, 0, 0, this.#at);
    this.#at = 0;
    return out;
  }

  /** Writes over two bytes that were written before. */
  u16At(at: number, value: number): void {
    this.#buffer.writeUInt16BE(value & 0xffff, at);
  }

  #reserve(length: number): number {
    const at = this.#at;
    if (at + length > this.#buffer.length) {
      const larger = Buffer.allocUnsafe(Math.max(this.#buffer.length * 2, at + length));
      this.#buffer.copy(larger, 0, 0, at);
      this.#buffer = larger;
    }
    this.#at = at + length;
    return at;
  }
}

export class ByteReader {
  failed = false;
  #at: number;

  constructor(
    readonly buffer: Buffer,
    from = 0,
    readonly to: number = buffer.length,
  ) {
    this.#at = from;
  }

  get remaining(): number {
    return this.to - this.#at;
  }

  u8(): number {
    const at = this.#take(1);
    return at < 0 ? 0 : this.buffer.readUInt8(at);
  }

  u16(): number {
    const at = this.#take(2);
    return at < 0 ? 0 : this.buffer.readUInt16BE(at);
  }

  u32(): number {
    const at = this.#take(4);
    return at < 0 ? 0 : this.buffer.readUInt32BE(at);
  }

  /** Passes over the next bytes and answers where in `buffer` they begin; -1 when there are not so many. */
  skip(length: number): number {
    return this.#take(length);
  }

  /** A reader of the next bytes alone; one that has failed when there are not so many. */
  part(length: number): ByteReader {
    const at = this.#take(length);
    const part = new ByteReader(this.buffer, at, at + length);
    part.failed = at < 0;
    return part;
  }

  text(): string {
    const length = this.u8();
    const at = this.#take(length);
    return at < 0 ? '' : this.buffer.toString('utf8', at, at + length);
  }

  #take(length: number): number {
    if (this.failed || this.#at + length > this.to) {
      this.failed = true;
      return -1;
    }
    const at = this.#at;
    this.#at += length;
    return at;
  }
}
