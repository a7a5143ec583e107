/** The bytes that transfers are made of: the same on every machine and in every run. Pure. */
import { createCipheriv, createHash } from 'node:crypto';

const CHUNK = 1_048_576;

/**
 * The bytes of a content file, in chunks: the key stream of AES-128 in counter mode under a key of zeros. Random to
 * the eye, so a lost or doubled piece never goes unseen; each file starts at its own counter.
 */
export function* contentBytes(file: { readonly bytes: number }): Generator<Buffer> {
  const counter = Buffer.alloc(16);
  counter.writeUInt32BE(file.bytes, 0);
  const stream = createCipheriv('aes-128-ctr', Buffer.alloc(16), counter);
  for (let left = file.bytes; left > 0; left -= CHUNK)
    yield stream.update(Buffer.alloc(Math.min(left, CHUNK)));
}

/** Hex SHA-256 of chunks. */
export function sha256(chunks: Iterable<Uint8Array>): string {
  const hash = createHash('sha256');
  for (const chunk of chunks) hash.update(chunk);
  return hash.digest('hex');
}
