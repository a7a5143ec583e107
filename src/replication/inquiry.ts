/**
 * Asks the peer for what its kernel holds, bucket by bucket over the journal's datagrams, and answers the peer's questions.
 * Lost questions and answers are asked again; nothing is written anywhere.
 */
import type { ConntrackTable } from '../conntrack/table.js';
import { type Millis, millis } from '../time.js';
import { BUCKETS } from '../journal/buckets.js';
import { bucketsOf, contentsOf, type Difference, differences, lasting } from './compare.js';
import { type Change, encodeChange } from '../journal/records.js';
import { type Answer, type Ask, DATA_BYTES, encodeAnswer, encodeAsk } from '../journal/wire.js';

/** Buckets asked for at a time. */
const AT_A_TIME = 8;
const ASK_AGAIN = millis(250);
const TRIES = 8;
/** What is under way in the journal has arrived after this. */
const SECOND_LOOK = millis(500);
/** A dump serves the questions of one comparison. */
const DUMP_KEPT = millis(30_000);

/** What came of a comparison. */
export interface Comparison {
  /** Entries of this kernel. */
  readonly entries: number;
  readonly differences: readonly Difference[];
}

export interface InquiryOptions {
  readonly table: ConntrackTable;
  readonly mark: number;
  readonly now: () => Millis;
  readonly send: (payloads: readonly Uint8Array[]) => void;
}

interface Waiting {
  readonly parts: Map<number, readonly Change[]>;
  readonly done: (changes: readonly Change[]) => void;
}

export class Inquiry {
  readonly #options: InquiryOptions;
  readonly #waiting = new Map<string, Waiting>();
  #lastId = 0;
  #dump: { readonly id: number; readonly at: Millis; readonly buckets: Promise<Change[][]> } | undefined;

  constructor(options: InquiryOptions) {
    this.#options = options;
  }

  /** Both tables, twice where they differ at first. Throws Error when the peer does not answer. */
  async compare(): Promise<Comparison> {
    const first = await this.#look();
    if (first.differences.length === 0) return first;
    await pause(SECOND_LOOK);
    const second = await this.#look();
    return { entries: second.entries, differences: lasting(first.differences, second.differences) };
  }

  /** A question of the peer. */
  async asked({ id, bucket }: Ask): Promise<void> {
    const buckets = await this.#dumpFor(id);
    const parts = pack(buckets[bucket] ?? []);
    this.#options.send(
      parts.map((records, part) => encodeAnswer({ id, bucket, part, parts: parts.length }, records)),
    );
  }

  /** An answer of the peer; what nobody waits for is dropped. */
  answered({ id, bucket, part, parts, changes }: Answer): void {
    const waiting = this.#waiting.get(keyOf(id, bucket));
    if (waiting === undefined) return;
    waiting.parts.set(part, changes);
    if (waiting.parts.size === parts) waiting.done([...waiting.parts.values()].flat());
  }

  async #look(): Promise<Comparison> {
    const id = ++this.#lastId;
    const own = await this.#read();
    const here = contentsOf(own.flat());
    const theirs: Change[] = [];
    for (let from = 0; from < BUCKETS; from += AT_A_TIME) {
      const some = Array.from({ length: AT_A_TIME }, (_, index) => this.#fetch(id, from + index));
      theirs.push(...(await Promise.all(some)).flat());
    }
    return { entries: here.size, differences: differences(here, contentsOf(theirs)) };
  }

  async #fetch(id: number, bucket: number): Promise<readonly Change[]> {
    const key = keyOf(id, bucket);
    let answer: readonly Change[] | undefined;
    const arrived = new Promise<void>((resolve) => {
      this.#waiting.set(key, {
        parts: new Map(),
        done: (changes) => {
          answer = changes;
          resolve();
        },
      });
    });
    try {
      for (let tries = 0; tries < TRIES; tries++) {
        this.#options.send([encodeAsk({ id, bucket })]);
        await Promise.race([arrived, pause(ASK_AGAIN)]);
        if (answer !== undefined) return answer;
      }
    } finally {
      this.#waiting.delete(key);
    }
    throw new Error('the peer did not answer: it runs another version, or the journal does not reach it');
  }

  #dumpFor(id: number): Promise<Change[][]> {
    const now = this.#options.now();
    const kept = this.#dump;
    if (kept?.id === id && now - kept.at < DUMP_KEPT) return kept.buckets;
    const buckets = this.#read();
    this.#dump = { id, at: now, buckets };
    return buckets;
  }

  async #read(): Promise<Change[][]> {
    const { table, mark } = this.#options;
    return bucketsOf(await table.dumpFlows(mark), await table.dumpExpectations());
  }
}

function keyOf(id: number, bucket: number): string {
  return `${id}/${bucket}`;
}

/** Records in as few datagrams as they need; one empty one for an empty bucket. */
function pack(changes: readonly Change[]): Buffer[][] {
  const parts: Buffer[][] = [[]];
  let bytes = 0;
  for (const change of changes) {
    const record = encodeChange(change);
    if (bytes + record.length > DATA_BYTES && bytes > 0) {
      parts.push([]);
      bytes = 0;
    }
    parts.at(-1)?.push(record);
    bytes += record.length;
  }
  return parts;
}

function pause(length: Millis): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, length));
}
