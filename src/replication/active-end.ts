/**
 * Replication at the active: hears its kernel, keeps the tracker, feeds the journal, and compares with the whole
 * table now and then. Sends nothing itself: the replicator asks it for what is due.
 */
import type { Expectation } from '../conntrack/expectation.js';
import type { ConntrackEvent } from '../conntrack/events.js';
import type { Flow } from '../conntrack/flow.js';
import { ConntrackListener, type ConntrackTable } from '../conntrack/table.js';
import type { Tuple } from '../conntrack/tuple.js';
import { type Millis, millis } from '../time.js';
import { JournalSender } from './sender.js';
import { Tracker } from './tracker.js';
import type { Ack, Change } from './wire.js';

/** How often the whole table is compared with what was told: finds lost events and unannounced offsets. */
const SWEEP_EVERY = millis(1000);

export interface ActiveEndOptions {
  readonly table: ConntrackTable;
  readonly mark: number;
  readonly now: () => Millis;
  /** Something became due. */
  readonly onDue: () => void;
  /** The kernel dropped events; a sweep follows. */
  readonly onLost: () => void;
  readonly onFault: (operation: string, error: unknown) => void;
}

export class ActiveEnd {
  readonly sender = new JournalSender();
  readonly #options: ActiveEndOptions;
  #tracker = new Tracker();
  #listener: ConntrackListener | undefined;
  #sweepTimer: NodeJS.Timeout | undefined;
  #loaded = false;
  #connected = false;

  constructor(options: ActiveEndOptions) {
    this.#options = options;
  }

  get tracker(): Tracker {
    return this.#tracker;
  }

  /** Starts to hear the kernel and reads the whole table: from now on it is the truth. */
  async start(): Promise<void> {
    this.stop();
    this.#listener = new ConntrackListener(
      this.#options.mark,
      (events) => {
        this.#observed(events);
      },
      () => {
        this.#options.onLost();
        void this.#sweep();
      },
    );
    await this.#sweep();
    this.#loaded = true;
    this.#scheduleSweep();
  }

  /** No more sweeps: the role is gone, and only what still happens is told. */
  fade(): void {
    clearTimeout(this.#sweepTimer);
    this.#sweepTimer = undefined;
  }

  stop(): void {
    this.fade();
    this.#listener?.close();
    this.#listener = undefined;
    this.#loaded = false;
    this.#connected = false;
    this.#tracker = new Tracker();
  }

  /** A peer that can receive gets everything once, and from then on every change. Nothing if it has it already. */
  connect(): void {
    if (!this.#loaded || this.#connected) return;
    this.#connected = true;
    this.sender.begin(this.#tracker.snapshot(this.#options.now()));
  }

  /** The peer was lost, or is another run: it will need a full copy. */
  disconnect(): void {
    this.#connected = false;
  }

  acknowledged(ack: Ack): void {
    this.sender.acknowledged(ack, this.#options.now());
    if (!this.#connected || !this.sender.mustRestart) return;
    this.#connected = false;
    this.connect();
  }

  /** Payloads that should go out now. */
  due(): Buffer[] {
    if (this.#listener === undefined) return [];
    this.#lookAround();
    return this.#connected ? this.sender.due(this.#options.now()) : [];
  }

  nextWake(): Millis | undefined {
    const times = [this.#connected ? this.sender.nextWake() : undefined, this.#tracker.nextWake()];
    const next = Math.min(...times.map((time) => time ?? Infinity));
    return next === Infinity ? undefined : millis(next);
  }

  #observed(events: readonly ConntrackEvent[]): void {
    const now = this.#options.now();
    this.#tell(events.flatMap((event) => this.#tracker.observe(event, now)));
    this.#options.onDue();
  }

  /** Looks at the control flows whose offsets may have changed, and tells what has waited long enough. */
  #lookAround(): void {
    const now = this.#options.now();
    for (const orig of this.#tracker.dueLooks(now)) {
      const flow = this.#look(orig);
      if (flow !== undefined) this.#tell(this.#tracker.looked(flow, now));
    }
    this.#tell(this.#tracker.dueChanges(now));
  }

  #look(orig: Tuple): Flow | undefined {
    try {
      return this.#options.table.get(orig);
    } catch (error) {
      this.#options.onFault('read a flow', error);
      return undefined;
    }
  }

  #tell(changes: readonly Change[]): void {
    if (changes.length > 0 && this.#connected) this.sender.append(changes);
  }

  #scheduleSweep(): void {
    if (this.#listener === undefined) return;
    this.#sweepTimer = setTimeout(() => {
      void this.#sweep().then(() => {
        if (this.#sweepTimer !== undefined) this.#scheduleSweep();
      });
    }, SWEEP_EVERY);
  }

  /** Reads the whole table and tells the backup what no event told. */
  async #sweep(): Promise<void> {
    const { table, mark, now, onFault } = this.#options;
    const listener = this.#listener;
    const began = now();
    let flows: Flow[];
    let expectations: Expectation[];
    try {
      flows = await table.dumpFlows(mark);
      expectations = await table.dumpExpectations();
    } catch (error) {
      // A table that was closed meanwhile is nobody's fault.
      if (this.#listener !== undefined) onFault('read the connection table', error);
      return;
    }
    if (listener === undefined || this.#listener !== listener) return;
    this.#tell(this.#tracker.sweep(flows, expectations, began, now()));
    this.#options.onDue();
  }
}
