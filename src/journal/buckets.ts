/**
 * A map that is divided into a fixed number of buckets by its keys, the same way on both directors, so that two large tables
 * can be compared piece by piece. Pure.
 */

/** Part of the journal's wire format: both ends must divide alike. */
export const BUCKETS = 64;

/** The bucket of a key, from 0: FNV-1a, whose low bits are folded for the sake of their evenness. */
export function bucketOf(key: string): number {
  let hash = 0x811c9dc5;
  for (let index = 0; index < key.length; index++) hash = Math.imul(hash ^ key.charCodeAt(index), 0x01000193);
  return (hash ^ (hash >>> 16)) & (BUCKETS - 1);
}

export class Buckets<T> {
  readonly #maps = Array.from({ length: BUCKETS }, () => new Map<string, T>());

  #size = 0;

  get size(): number {
    return this.#size;
  }

  get(key: string): T | undefined {
    return this.in(bucketOf(key)).get(key);
  }

  has(key: string): boolean {
    return this.in(bucketOf(key)).has(key);
  }

  set(key: string, value: T): void {
    const map = this.#in(bucketOf(key));
    if (!map.has(key)) this.#size += 1;
    map.set(key, value);
  }

  delete(key: string): boolean {
    const deleted = this.#in(bucketOf(key)).delete(key);
    if (deleted) this.#size -= 1;
    return deleted;
  }

  clear(): void {
    for (const map of this.#maps) map.clear();
    this.#size = 0;
  }

  /** One bucket, as it is now. */
  in(bucket: number): ReadonlyMap<string, T> {
    return this.#in(bucket);
  }

  #in(bucket: number): Map<string, T> {
    const map = this.#maps[bucket];
    if (map === undefined) throw new RangeError(`there is no bucket ${bucket}`);
    return map;
  }

  /** Goes on through changes: what comes into a bucket that is behind is left out. */
  *values(): Generator<T, undefined> {
    for (const map of this.#maps) yield* map.values();
    return undefined;
  }

  *[Symbol.iterator](): Generator<[string, T], undefined> {
    for (const map of this.#maps) yield* map;
    return undefined;
  }
}
