/**
 * Replication at the backup: takes the journal's batches in order and commits them to the kernel, one after the
 * other, and knows whether this kernel holds what the active's does.
 */
import type { ConntrackTable } from '../conntrack/table.js';
import { Tally } from '../conntrack/tally.js';
import type { Tuple } from '../conntrack/tuple.js';
import type { Millis } from '../time.js';
import type { Clients } from './clients.js';
import { Commit } from './commit.js';
import { BatchOrder } from '../journal/in-order.js';
import type { Batch } from '../journal/wire.js';

export interface BackupEndOptions {
  readonly table: ConntrackTable;
  readonly mark: number;
  readonly clients: Clients;
  readonly now: () => Millis;
  /** Called on every change. */
  readonly onSync: (inSync: boolean, detail: string) => void;
  /** A batch is in the kernel, or nothing more of this epoch can be: the active should hear of it. */
  readonly onNews: () => void;
  readonly onFault: (operation: string, error: unknown) => void;
  /** A server has a session more or less. Called at once, in the middle of things. */
  readonly onTally: () => void;
}

export class BackupEnd {
  readonly order = new BatchOrder();
  readonly commit: Commit;
  readonly #options: BackupEndOptions;
  #work: Promise<void> = Promise.resolve();
  #inSync = false;

  constructor(options: BackupEndOptions) {
    this.#options = options;
    this.commit = new Commit(options.table, options.now, new Tally(options.onTally));
  }

  get inSync(): boolean {
    return this.#inSync;
  }

  /** A batch of the active's journal. */
  take(batch: Batch): void {
    for (const next of this.order.accept(batch)) this.#enqueue(() => this.#commitBatch(next));
  }

  /** A batch of the old active's journal, after this director has taken the role. */
  takeLate(batch: Batch, announced: (master: Tuple) => boolean): void {
    for (const { changes } of this.order.accept(batch))
      this.#enqueue(() => {
        this.commit.applyLate(changes, announced);
        this.#options.clients.takeLate(changes, this.#options.now());
      });
  }

  /** This director is active: its own kernel is the truth, and nobody else's copy counts. */
  standAside(): void {
    this.#setSync(false, 'active');
  }

  /**
   * What this kernel holds is not certain any more, and only a full copy makes it so. The acknowledgements say it
   * too: the active may have heard us all the time and see no reason for a copy.
   */
  doubt(detail: string): void {
    this.order.lose();
    this.#setSync(false, detail);
  }

  /** Resolves when everything that was taken is committed. */
  settled(): Promise<void> {
    return this.#work;
  }

  #enqueue(work: () => void | Promise<void>): void {
    this.#work = this.#work.then(work).catch((error: unknown) => {
      this.#options.onFault('write the connection table', error);
      this.order.lose();
      this.#setSync(false, 'the kernel refused the journal');
      this.#options.onNews();
    });
  }

  async #commitBatch(batch: Batch): Promise<void> {
    if (batch.begin) await this.#loadOwn();
    this.commit.apply(batch);
    this.#options.clients.take(batch, this.#options.now());
    this.order.committed(batch);
    this.#options.onNews();
    if (batch.end) this.#setSync(true, 'in sync');
  }

  /** What this kernel holds from an earlier role or run decides between creating, updating and removing. */
  async #loadOwn(): Promise<void> {
    this.#setSync(false, 'resync');
    const { table, mark } = this.#options;
    this.commit.load(await table.dumpFlows(mark), await table.dumpExpectations());
  }

  #setSync(inSync: boolean, detail: string): void {
    if (this.#inSync === inSync) return;
    this.#inSync = inSync;
    this.#options.onSync(inSync, detail);
  }
}
