/**
 * Replication at the active: hears its kernel, keeps the tracker, feeds the journal, and looks at every flow again
 * now and then. Sends nothing itself: the replicator asks it for what is due.
 */
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { ConntrackEvent } from '../conntrack/events.js';
import type { Flow } from '../conntrack/flow.js';
import { ConntrackListener } from '../conntrack/listener.js';
import type { ConntrackTable } from '../conntrack/table.js';
import { Tally } from '../conntrack/tally.js';
import type { Tuple } from '../conntrack/tuple.js';
import { type Millis, millis } from '../time.js';
import type { Clients } from './clients.js';
import { PeerRefusals } from './peer-refusals.js';
import type { RefusedEntry } from '../journal/refusal-report.js';
import type { Lacking, Ledger } from './ledger.js';
import { JournalSender, type Told } from '../journal/sender.js';
import { Tracker } from './tracker.js';
import type { Ack } from '../journal/wire.js';
import type { Change } from '../journal/records.js';

/**
 * Some flows are looked at each time, and every one within AUDIT_ROUNDS: finds ends and offsets that no event told, and
 * time that ran on. One by one by their tuples: a dump walks the kernel's whole hash, for a router's other flows and
 * for empty buckets too, and a kernel that does not preempt itself lets nobody else on that processor meanwhile
 * (50 ms for 262,144 buckets).
 */
const AUDIT_EVERY = millis(1000);
/** After a loss of events the whole table is read, when the flood that caused it has had a moment to pass. */
const SWEEP_AFTER = millis(50);
const AUDIT_ROUNDS = 60;
const AUDIT_LEAST = 64;
/** How often digests are told, of as many entries as cost a few milliseconds: of all of a small table. */
const DIGEST_EVERY = millis(5000);
const DIGEST_ENTRIES = 5000;
/** Looks in one go, well below a millisecond. */
const AUDIT_PIECE = 64;

export interface ActiveEndOptions {
  readonly table: ConntrackTable;
  readonly mark: number;
  readonly clients: Clients;
  readonly now: () => Millis;
  /** Something became due. */
  readonly onDue: () => void;
  /** The kernel dropped events; a sweep follows. */
  readonly onLost: () => void;
  readonly onFault: (operation: string, error: unknown) => void;
  /** Whether any session is known. Called on every change, and once when the table has been read. */
  readonly onSessions: (any: boolean) => void;
  /** A server has a session more or less. Called at once, in the middle of things. */
  readonly onTally: () => void;
}

export class ActiveEnd {
  readonly sender = new JournalSender();
  readonly #options: ActiveEndOptions;
  readonly #peerRefusals = new PeerRefusals();
  #tracker: Tracker;
  #listener: ConntrackListener | undefined;
  #auditTimer: NodeJS.Timeout | undefined;
  /** The role is ours, and its table is looked at now and then. */
  #auditing = false;
  #looking = false;
  /** Events were lost and the table has not been read since. */
  #mustSweep = false;
  #digestAt: Millis = millis(0);
  /** Buckets that are being told again, with the number of the batch behind them. */
  readonly #repairing = new Map<number, number>();
  #loaded = false;
  #connected = false;
  #sessions: boolean | undefined;

  constructor(options: ActiveEndOptions) {
    this.#options = options;
    this.#tracker = new Tracker(new Tally(options.onTally));
  }

  /** Whether the table has been read since the role came. */
  get loaded(): boolean {
    return this.#loaded;
  }

  get tracker(): Tracker {
    return this.#tracker;
  }

  /**
   * What is known of each flow, and whether the backup's kernel has it as it is. A bucket that the backup wants is told
   * again in the same turn: until the backup has committed that, nothing in it counts as being there.
   */
  ledger(): Ledger {
    const tracker = this.#tracker;
    const lacking = (told: number, part: RefusedEntry['part'], orig: Tuple): Lacking | undefined =>
      this.#peerRefusals.of(part, orig, this.#options.now()) ??
      (told < this.sender.committed ? undefined : 'unacknowledged');
    return {
      known: () => tracker.known(),
      flow: (orig) => {
        const tracked = tracker.find(orig);
        return tracked && { ...tracked, lacking: lacking(tracked.told, 'flow', orig) };
      },
      announced: (master) => {
        const tracked = tracker.announcedBy(master);
        return (
          tracked && {
            expectation: tracked.expectation,
            lacking: lacking(tracked.told, 'announcement', master),
          }
        );
      },
    };
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
        this.#mustSweep = true;
        this.#scheduleAudit(SWEEP_AFTER);
      },
    );
    await this.#sweep();
    this.#loaded = true;
    this.#tell(this.#options.clients.settle(this.#options.now()));
    this.#countSessions();
    this.#auditing = true;
    this.#scheduleAudit();
  }

  /** No more audits: the role is gone, and only what still happens is told. */
  fade(): void {
    this.#auditing = false;
    clearTimeout(this.#auditTimer);
  }

  /** Nothing that happens from now on is told; what was told and not acknowledged is still sent again. */
  hush(): void {
    this.#listener?.close();
    this.#listener = undefined;
  }

  stop(): void {
    this.fade();
    this.hush();
    this.#loaded = false;
    this.#connected = false;
    this.#tracker = new Tracker(new Tally(this.#options.onTally));
    this.#sessions = undefined;
  }

  /** A peer that can receive gets everything once, and from then on every change. Nothing if it has it already. */
  connect(): void {
    if (!this.#loaded || this.#connected) return;
    this.#connected = true;
    this.#peerRefusals.clear();
    this.#repairing.clear();
    const now = this.#options.now();
    const everything = [...this.#tracker.snapshot(now), ...this.#options.clients.snapshot(now)];
    this.sender.begin(everything, this.#told);
  }

  /** Which server each client gets, once more. */
  tellClients(): void {
    if (this.#connected) this.#tell(this.#options.clients.snapshot(this.#options.now()));
  }

  /** The peer was lost, or is another run: it will need a full copy. */
  disconnect(): void {
    this.#connected = false;
  }

  /** What the peer has. Only a director that still has the role starts over with a full copy. */
  acknowledged(ack: Ack, active: boolean): void {
    this.sender.acknowledged(ack, this.#options.now());
    if (!active || !this.#connected) return;
    if (this.sender.mustRestart) {
      this.#connected = false;
      this.connect();
    } else this.#repair(ack);
  }

  /** Tells the buckets again that the peer found different, each once until it has been committed. */
  #repair(ack: Ack): void {
    for (const [bucket, end] of this.#repairing) if (ack.committed >= end) this.#repairing.delete(bucket);
    for (const bucket of ack.wanted) {
      if (this.#repairing.has(bucket)) continue;
      const now = this.#options.now();
      this.#tell([
        { type: 'bucketBegin', bucket },
        ...this.#tracker.bucket(bucket, now),
        { type: 'bucketEnd', bucket },
      ]);
      this.#repairing.set(bucket, this.sender.next);
    }
  }

  /** How many entries the backup's kernel refuses at present, as far as it has told. */
  refusedByPeer(): number {
    return this.#peerRefusals.size(this.#options.now());
  }

  /** What the backup's kernel would not take. */
  heard(refusals: readonly RefusedEntry[]): void {
    this.#peerRefusals.hear(refusals, this.#options.now());
  }

  /** Payloads that should go out now. */
  due(): Buffer[] {
    if (this.#listener !== undefined) this.#lookAround();
    return this.#connected ? this.sender.due(this.#options.now()) : [];
  }

  nextWake(): Millis | undefined {
    const times = [
      this.#connected ? this.sender.nextWake() : undefined,
      this.#listener === undefined ? undefined : this.#tracker.nextWake(),
    ];
    const next = Math.min(...times.map((time) => time ?? Infinity));
    return next === Infinity ? undefined : millis(next);
  }

  #observed(events: readonly ConntrackEvent[]): void {
    const now = this.#options.now();
    this.#tell(
      events.flatMap((event) => this.#tracker.observe(event, now)),
      true,
    );
    this.#countSessions();
    this.#options.onDue();
  }

  #countSessions(): void {
    const any = this.#tracker.size > 0;
    if (!this.#loaded || any === this.#sessions) return;
    this.#sessions = any;
    this.#options.onSessions(any);
  }

  /** Looks at the control flows whose offsets may have changed, and tells what has waited long enough. */
  #lookAround(): void {
    const now = this.#options.now();
    const changes = this.#look(this.#tracker.dueLooks(now)).flatMap((flow) =>
      this.#tracker.looked(flow, now),
    );
    this.#tell([...changes, ...this.#tracker.dueChanges(now)]);
  }

  #look(origs: readonly Tuple[]): Flow[] {
    if (origs.length === 0) return [];
    try {
      return this.#options.table.getMany(origs).filter((flow) => flow !== undefined);
    } catch (error) {
      this.#options.onFault('read flows', error);
      return [];
    }
  }

  /** `fresh`: this kernel has just told it. */
  #tell(changes: readonly Change[], fresh = false): void {
    if (changes.length === 0) return;
    const now = this.#options.now();
    const all = [...changes, ...this.#options.clients.follow(changes, now, fresh)];
    if (this.#connected) this.sender.append(all, now, this.#told);
  }

  readonly #told: Told = (change, index) => {
    this.#tracker.told(change, index);
  };

  /** One look at a time: what is asked for during one waits for its end. */
  #scheduleAudit(after: Millis = AUDIT_EVERY): void {
    if (!this.#auditing || this.#looking) return;
    clearTimeout(this.#auditTimer);
    this.#auditTimer = setTimeout(() => {
      this.#looking = true;
      void (this.#mustSweep ? this.#sweep() : this.#audit()).then(() => {
        this.#looking = false;
        this.#scheduleAudit();
      });
    }, after);
  }

  /** Looks at those flows whose turn it is, and at the expectations, of which the kernel keeps few. */
  async #audit(): Promise<void> {
    const { table, now } = this.#options;
    await this.#reading(async (current) => {
      const turn = this.#tracker.nextToAudit(
        Math.max(AUDIT_LEAST, Math.ceil(this.#tracker.size / AUDIT_ROUNDS)),
      );
      for (let from = 0; from < turn.length; from += AUDIT_PIECE) {
        const piece = turn.slice(from, from + AUDIT_PIECE);
        const found = table.getMany(piece);
        this.#tell(piece.flatMap((orig, index) => this.#tracker.audited(orig, found[index], now())));
        await nextTurn();
        if (!current()) return;
      }
      const began = now();
      const expectations = await table.dumpExpectations();
      if (!current()) return;
      this.#tell(this.#tracker.auditExpectations(expectations, began, now()));
      this.#tellDigests(now());
    });
  }

  #tellDigests(now: Millis): void {
    if (!this.sender.synced || now < this.#digestAt) return;
    this.#digestAt = millis(now + DIGEST_EVERY);
    this.#tell(this.#tracker.digests(DIGEST_ENTRIES, now));
  }

  /** Reads the whole table and tells the backup what no event told. */
  async #sweep(): Promise<void> {
    const { table, mark, now } = this.#options;
    await this.#reading(async (current) => {
      const began = now();
      this.#mustSweep = false;
      const flows = await table.dumpFlows(mark);
      const expectations = await table.dumpExpectations();
      if (current()) this.#tell(this.#tracker.sweep(flows, expectations, began, now()));
    });
  }

  /** Work on the kernel's table that takes several turns; `current` is false once this end was stopped meanwhile. */
  async #reading(work: (current: () => boolean) => Promise<void>): Promise<void> {
    const listener = this.#listener;
    if (listener === undefined) return;
    const current = (): boolean => this.#listener === listener;
    try {
      await work(current);
    } catch (error) {
      // A table that was closed meanwhile is nobody's fault.
      if (current()) this.#options.onFault('read the connection table', error);
      this.#mustSweep = true;
      return;
    }
    if (!current()) return;
    this.#countSessions();
    this.#options.onDue();
  }
}
