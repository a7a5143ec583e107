/**
 * Digests of what a bucket holds, for two directors to compare without telling each other everything. Order does not matter;
 * remaining times are left out, because each kernel counts them down by itself. Against mistakes, not against enemies: the
 * journal is sealed. Pure.
 */
import { type Change, encodeChange } from './records.js';

export interface Digest {
  readonly count: number;
  /** Sums modulo 2^32 of two hashes of every entry. */
  readonly low: number;
  readonly high: number;
}

const TIMELESS = { timeout: 0 };

/** Of flows and expectations, as changes. */
export function digestOf(entries: Iterable<Change>): Digest {
  let [count, low, high] = [0, 0, 0];
  for (const entry of entries) {
    const bytes = encodeChange(timeless(entry));
    count += 1;
    low = (low + fnv1a(bytes, 0x811c9dc5)) >>> 0;
    high = (high + fnv1a(bytes, 0x9e3779b9)) >>> 0;
  }
  return { count, low, high };
}

export function sameDigest(a: Digest, b: Digest): boolean {
  return a.count === b.count && a.low === b.low && a.high === b.high;
}

function timeless(entry: Change): Change {
  if (entry.type === 'flow') return { type: 'flow', flow: { ...entry.flow, ...TIMELESS } };
  if (entry.type === 'expectation')
    return { type: 'expectation', expectation: { ...entry.expectation, ...TIMELESS } };
  return entry;
}

function fnv1a(bytes: Uint8Array, basis: number): number {
  let hash = basis;
  for (const byte of bytes) hash = Math.imul(hash ^ byte, 0x01000193);
  return hash >>> 0;
}
