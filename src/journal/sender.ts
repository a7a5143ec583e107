/**
 * The active's end of the journal: numbers batches, keeps them until they are acknowledged, sends lost ones
 * again, and starts over with a full copy where that is cheaper or needed. Pure: payloads and times go in and
 * out, the sockets are elsewhere.
 */
import { type Millis, millis } from '../time.js';
import { Lag, type LagView } from './lag.js';
import { type Ack, DATA_BYTES, encodeData } from './wire.js';
import { type Change, encodeChange } from './records.js';

/** Batches under way at a time: 512 × 1200 bytes fit every receive buffer. */
const WINDOW = 512;
/** A batch is sent again after this long at least without an acknowledgement; doubled each time up to the limit. */
const RESEND_AFTER = millis(25);
const RESEND_LIMIT = millis(400);
/** With so many batches waiting, the peer is better served by a new full copy. */
const BACKLOG_LIMIT = 100_000;

interface Unacked {
  readonly index: number;
  readonly payload: Buffer;
  /** Undefined when it is due at once. */
  sentAt: Millis | undefined;
  tries: number;
}

export interface SenderCounters {
  /** Batches sent again. */
  readonly resends: number;
  /** Full copies begun. */
  readonly resyncs: number;
}

/** Hears for each change which batch carries it. */
export type Told = (change: Change, index: number) => void;

export class JournalSender {
  #epoch = 0;
  #next = 0;
  #queue: Unacked[] = [];
  #endIndex = -1;
  #committed = 0;
  #synced = false;
  #lost = false;
  /** Batches of changes that are not in the peer's kernel yet, with the time at which their first change was heard. */
  #uncommitted: { readonly index: number; readonly at: Millis }[] = [];
  readonly #lag = new Lag();
  /** From the sending of a batch to its acknowledgement, smoothed, in milliseconds. */
  #roundTrip = 0;
  #resends = 0;
  #resyncs = 0;

  /** Whether the peer has the full copy and every change is on its way. */
  get synced(): boolean {
    return this.#synced;
  }

  /** The number that the next batch of this epoch will have. */
  get next(): number {
    return this.#next;
  }

  get counters(): SenderCounters {
    return { resends: this.#resends, resyncs: this.#resyncs };
  }

  /** From the hearing of a change to the word that the peer's kernel has it. Full copies do not count. */
  get lag(): LagView | undefined {
    return this.#lag.view();
  }

  /** Batches that the peer has not acknowledged. */
  get backlog(): number {
    return this.#queue.length;
  }

  /** Every batch of this epoch below this index is in the peer's kernel, or was refused by it. */
  get committed(): number {
    return this.#committed;
  }

  /** True when only a new full copy helps: the peer lost what it had, or more is waiting than a copy would be. */
  get mustRestart(): boolean {
    return this.#lost || this.#queue.length > BACKLOG_LIMIT;
  }

  /** Starts an epoch with a full copy of the table; whatever was under way is dropped. */
  begin(snapshot: readonly Change[], told?: Told): void {
    this.#epoch += 1;
    this.#next = 0;
    this.#queue = [];
    this.#uncommitted = [];
    this.#committed = 0;
    this.#synced = false;
    this.#lost = false;
    this.#resyncs += 1;
    this.#pack([], true, false);
    this.#packAll(snapshot, told);
    this.#endIndex = this.#next;
    this.#pack([], false, true);
  }

  /** Adds changes that were heard at `at` behind what is under way. */
  append(changes: readonly Change[], at: Millis, told?: Told): void {
    const first = this.#next;
    this.#packAll(changes, told);
    for (let index = first; index < this.#next; index++) this.#uncommitted.push({ index, at });
  }

  /** As few datagrams as the changes need. */
  #packAll(changes: readonly Change[], told: Told = () => undefined): void {
    let records: Buffer[] = [];
    let bytes = 0;
    for (const change of changes) {
      const record = encodeChange(change);
      if (bytes + record.length > DATA_BYTES) {
        this.#pack(records, false, false);
        records = [];
        bytes = 0;
      }
      told(change, this.#next);
      records.push(record);
      bytes += record.length;
    }
    if (records.length > 0) this.#pack(records, false, false);
  }

  /** What the peer says it has. An old epoch's word is ignored. */
  acknowledged(ack: Ack, now: Millis): void {
    if (ack.epoch !== this.#epoch) return;
    this.#lost = ack.lost;
    let done = 0;
    while ((this.#queue[done]?.index ?? Infinity) < ack.next) done += 1;
    this.#learnRoundTrip(this.#queue[done - 1], now);
    this.#queue.splice(0, done);
    if (ack.gap) this.#hurryFirst(now);
    // An acknowledgement that was overtaken by a later one takes nothing back.
    this.#committed = Math.max(this.#committed, ack.committed);
    this.#countLag(ack.committed, now);
    if (ack.synced && ack.committed > this.#endIndex) this.#synced = true;
  }

  /** Payloads that should go out now: new ones inside the window, and those that waited too long. */
  due(now: Millis): Buffer[] {
    const out: Buffer[] = [];
    for (const batch of this.#queue.slice(0, WINDOW)) {
      if (batch.sentAt !== undefined && now < batch.sentAt + this.#patience(batch.tries)) continue;
      if (batch.tries > 0) this.#resends += 1;
      batch.sentAt = now;
      batch.tries += 1;
      out.push(batch.payload);
    }
    return out;
  }

  /** When the first batch under way must be sent again. */
  nextWake(): Millis | undefined {
    let wake = Infinity;
    for (const batch of this.#queue.slice(0, WINDOW))
      wake = Math.min(
        wake,
        batch.sentAt === undefined ? -Infinity : batch.sentAt + this.#patience(batch.tries),
      );
    return wake === Infinity ? undefined : millis(wake);
  }

  #countLag(committed: number, now: Millis): void {
    let done = 0;
    for (const { index, at } of this.#uncommitted) {
      if (index >= committed) break;
      this.#lag.add(now - at);
      done += 1;
    }
    this.#uncommitted.splice(0, done);
  }

  /** Of batches that were sent once only: of the others nobody knows which sending was acknowledged (RFC 6298 §3). */
  #learnRoundTrip(batch: Unacked | undefined, now: Millis): void {
    if (batch?.sentAt === undefined || batch.tries !== 1) return;
    this.#roundTrip += (now - batch.sentAt - this.#roundTrip) / 8;
  }

  /** A peer that writes a full copy into its kernel is slow, and not deaf: it must not get everything twice. */
  #patience(tries: number): number {
    const first = Math.max(RESEND_AFTER, 3 * this.#roundTrip);
    return Math.min(RESEND_LIMIT, first * 2 ** Math.max(0, tries - 1));
  }

  /** The first batch of a gap is due again, but not twice within a moment. */
  #hurryFirst(now: Millis): void {
    const first = this.#queue[0];
    if (first?.sentAt !== undefined && now - first.sentAt > 3) first.sentAt = undefined;
  }

  #pack(records: readonly Uint8Array[], begin: boolean, end: boolean): void {
    const index = this.#next++;
    const payload = encodeData({ epoch: this.#epoch, index, begin, end }, records);
    this.#queue.push({ index, payload, sentAt: undefined, tries: 0 });
  }
}
