/**
 * The backup's end of the journal: puts batches into order, keeps what came early, and says what it has. Pure.
 */
import type { Ack, Batch } from './wire.js';

/** A batch this far beyond the gap is dropped, and comes again; the sender's window is not larger. */
const EARLY_LIMIT = 1024;

export class BatchOrder {
  #epoch = 0;
  #next = 0;
  #committed = 0;
  #early = new Map<number, Batch>();
  #synced = false;
  #lost = false;
  #dirty = false;

  /** Something came in since the last acknowledgement: a batch, a repeat, or one beyond a gap. */
  get dirty(): boolean {
    return this.#dirty;
  }

  /**
   * Takes a batch and returns those that can be committed now, in order, each exactly once. Older epochs and
   * repeats give nothing; a new epoch starts over.
   */
  accept(batch: Batch): readonly Batch[] {
    this.#dirty = true;
    if (batch.epoch > this.#epoch) this.#start(batch.epoch);
    if (this.#lost || batch.epoch < this.#epoch || batch.index < this.#next) return [];
    if (batch.index < this.#next + EARLY_LIMIT) this.#early.set(batch.index, batch);
    const ready: Batch[] = [];
    for (let next = this.#early.get(this.#next); next !== undefined; next = this.#early.get(this.#next)) {
      this.#early.delete(this.#next);
      this.#next += 1;
      ready.push(next);
    }
    return ready;
  }

  /** This batch is in the kernel, and with a full copy's last one all of that copy. */
  committed({ epoch, index, end }: Batch): void {
    if (epoch !== this.#epoch) return;
    this.#committed = index + 1;
    this.#dirty = true;
    if (end) this.#synced = true;
  }

  /** What was accepted could not be committed: nothing more of this epoch is taken, and the sender is told. */
  lose(): void {
    this.#lost = true;
    this.#synced = false;
    this.#dirty = true;
  }

  /** `wanted`: the buckets that are needed once more. */
  ack(wanted: readonly number[] = []): Ack {
    this.#dirty = false;
    return {
      epoch: this.#epoch,
      next: this.#next,
      committed: this.#committed,
      synced: this.#synced,
      lost: this.#lost,
      gap: this.#early.size > 0,
      wanted,
    };
  }

  /** The sender is another daemon run now: its epochs begin anew. */
  reset(): void {
    this.#start(0);
  }

  #start(epoch: number): void {
    this.#epoch = epoch;
    this.#next = 0;
    this.#committed = 0;
    this.#early.clear();
    this.#synced = false;
    this.#lost = false;
  }
}
