/**
 * Replication at work: joins the kernel's table, the journal's two ends, the seal and the sockets. Follows the
 * role that the election gave: the active sends, everybody else receives. Decides nothing about roles.
 */
import type { Expectation } from '../conntrack/expectation.js';
import type { ConntrackEvent } from '../conntrack/events.js';
import type { Flow } from '../conntrack/flow.js';
import { ConntrackListener, type ConntrackTable } from '../conntrack/table.js';
import { type Channel, createChannel, type Opened } from '../seal/channel.js';
import type { Tuple } from '../conntrack/tuple.js';
import { type Millis, millis } from '../time.js';
import { Commit } from './commit.js';
import { JournalLinks, type JournalPath } from './links.js';
import { JournalReceiver } from './receiver.js';
import { JournalSender } from './sender.js';
import { Tracker } from './tracker.js';
import { type Ack, type Batch, type Change, decodePayload, encodeAck } from './wire.js';

export interface ReplicatorOptions {
  readonly table: ConntrackTable;
  /** The ct mark of the virtual services' flows. */
  readonly mark: number;
  readonly paths: readonly JournalPath[];
  readonly port: number;
  readonly key: Uint8Array;
  readonly self: 0 | 1;
  /** 16 random bytes of this daemon run. */
  readonly boot: Uint8Array;
  readonly now: () => Millis;
  /** As a backup: whether our kernel holds what the active's does. Called on every change. */
  readonly onSync: (inSync: boolean, detail: string) => void;
  /** The kernel refused something while flows were read or written. */
  readonly onFault: (operation: string, error: unknown) => void;
}

export interface ReplicatorView {
  readonly direction: 'sending' | 'receiving' | 'none';
  readonly inSync: boolean;
  readonly detail: string;
  readonly control: number;
  readonly data: number;
  readonly announced: number;
  readonly backlog: number;
  readonly resends: number;
  readonly resyncs: number;
  readonly refused: Readonly<Record<string, number>>;
}

/** Acknowledgements double as keepalives at this pace. */
const KEEPALIVE = millis(200);
/** Without a valid datagram for this long the peer's journal counts as gone. */
const PEER_SILENCE = millis(1000);
/** How often the whole table is compared with what was told: finds lost events and unannounced offsets. */
const SWEEP_EVERY = millis(1000);
/** After giving the role away the journal's rest is still sent, and on the other side still taken, for so long. */
const LINGER = millis(500);

export class Replicator {
  readonly #options: ReplicatorOptions;
  readonly #channel: Channel;
  readonly #links: JournalLinks;
  readonly #receiver = new JournalReceiver();
  readonly #sender = new JournalSender();
  readonly #commit: Commit;
  readonly #refused = new Map<string, number>();
  #tracker = new Tracker();
  #listener: ConntrackListener | undefined;
  #active = false;
  /** Until when an old active goes on sending, or a new one goes on taking, the rest of the old journal. */
  #lingerUntil: Millis = millis(0);
  #connected = false;
  #loaded = false;
  #heardAt: Millis = millis(-1e9);
  #inSync = false;
  #work: Promise<void> = Promise.resolve();
  #wake: NodeJS.Timeout | undefined;
  #sweepTimer: NodeJS.Timeout | undefined;
  readonly #keepalive: NodeJS.Timeout;
  #closed = false;

  constructor(options: ReplicatorOptions) {
    this.#options = options;
    this.#commit = new Commit(options.table);
    this.#channel = createChannel({
      key: options.key,
      self: options.self,
      label: 'journal',
      boot: options.boot,
    });
    this.#links = new JournalLinks(options.paths, options.port, options.now);
    this.#links.start((datagrams) => {
      for (const datagram of datagrams) this.#received(this.#channel.open(datagram));
      this.#flush();
    });
    this.#keepalive = setInterval(() => {
      this.#pulse();
    }, KEEPALIVE);
  }

  /** This director has become active: its kernel's table is the truth from now on. */
  async becomeActive(): Promise<void> {
    if (this.#active) return;
    this.#active = true;
    this.#lingerUntil = millis(this.#options.now() + LINGER);
    this.#setSync(false, 'active');
    this.#tracker = new Tracker();
    this.#loaded = false;
    this.#connected = false;
    this.#listen();
    await this.#sweep();
    this.#loaded = true;
    this.#connect();
    this.#scheduleSweep();
  }

  /** The peer has the role: send what is left, then follow its journal. */
  becomeBackup(): void {
    if (!this.#active) return;
    this.#active = false;
    this.#lingerUntil = millis(this.#options.now() + LINGER);
    clearTimeout(this.#sweepTimer);
    setTimeout(() => {
      if (!this.#active) this.#stopSending();
    }, LINGER).unref();
    this.#commit.clear();
  }

  view(): ReplicatorView {
    const counts = this.#active ? this.#tracker.counts : this.#commit.counts;
    const established = this.#peerHeard();
    return {
      direction: !established ? 'none' : this.#active ? 'sending' : 'receiving',
      inSync: this.#active ? established && this.#sender.synced : this.#inSync,
      detail: this.#detail(established),
      ...counts,
      backlog: this.#sender.backlog,
      resends: this.#sender.counters.resends,
      resyncs: this.#sender.counters.resyncs,
      refused: { ...Object.fromEntries(this.#refused), ...this.#commit.refused },
    };
  }

  /** Every flow that this director knows, as the active from its kernel, as the backup from the journal. */
  flows(): Flow[] {
    return this.#active ? this.#tracker.flows() : this.#commit.flows();
  }

  async close(): Promise<void> {
    this.#closed = true;
    clearInterval(this.#keepalive);
    clearTimeout(this.#sweepTimer);
    clearTimeout(this.#wake);
    this.#listener?.close();
    await this.#work;
    this.#links.close();
  }

  // --- the active's end

  #listen(): void {
    this.#listener?.close();
    this.#listener = new ConntrackListener(
      this.#options.mark,
      (events) => {
        this.#observed(events);
      },
      () => {
        this.#count('eventsLost');
        void this.#sweep();
      },
    );
  }

  #observed(events: readonly ConntrackEvent[]): void {
    const now = this.#options.now();
    this.#tell(events.flatMap((event) => this.#tracker.observe(event, now)));
    this.#lookAround();
    this.#flush();
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
    if (changes.length > 0 && this.#connected) this.#sender.append(changes);
  }

  #scheduleSweep(): void {
    clearTimeout(this.#sweepTimer);
    if (this.#closed || !this.#active) return;
    this.#sweepTimer = setTimeout(() => {
      void this.#sweep().then(() => {
        this.#scheduleSweep();
      });
    }, SWEEP_EVERY);
  }

  /** Reads the whole table and tells the backup what no event told. */
  async #sweep(): Promise<void> {
    const began = this.#options.now();
    const read = await this.#readTable();
    if (read === undefined || this.#closed) return;
    this.#tell(this.#tracker.sweep(read.flows, read.expectations, began, this.#options.now()));
    this.#flush();
  }

  async #readTable(): Promise<{ flows: Flow[]; expectations: Expectation[] } | undefined> {
    try {
      const flows = await this.#options.table.dumpFlows(this.#options.mark);
      return { flows, expectations: await this.#options.table.dumpExpectations() };
    } catch (error) {
      if (!this.#closed) this.#options.onFault('read the connection table', error);
      return undefined;
    }
  }

  /** A peer that can receive is there: it gets everything once, and from then on every change. */
  #connect(): void {
    if (!this.#active || !this.#loaded || this.#connected || !this.#peerHeard()) return;
    this.#connected = true;
    this.#sender.begin(this.#tracker.snapshot(this.#options.now()));
    this.#flush();
  }

  #stopSending(): void {
    this.#listener?.close();
    this.#listener = undefined;
    this.#connected = false;
    this.#tracker = new Tracker();
  }

  // --- the backup's end

  #take(batch: Batch): void {
    const late = this.#active;
    if (late && this.#options.now() > this.#lingerUntil) return;
    for (const next of this.#receiver.accept(batch)) {
      this.#work = this.#work
        .then(() => this.#commitBatch(next))
        .catch((error: unknown) => {
          this.#options.onFault('write the connection table', error);
          this.#receiver.lose();
          this.#setSync(false, 'the kernel refused the journal');
        });
    }
  }

  async #commitBatch(batch: Batch): Promise<void> {
    if (this.#active) {
      this.#commit.applyLate(batch.changes, (master) => this.#tracker.announced(master));
      return;
    }
    if (batch.begin) {
      this.#setSync(false, 'resync');
      const read = await this.#readTable();
      this.#commit.load(read?.flows ?? [], read?.expectations ?? []);
    }
    this.#commit.apply(batch);
    if (!batch.end) return;
    this.#receiver.committed(batch.epoch);
    this.#acknowledge();
    this.#setSync(true, 'in sync');
  }

  #setSync(inSync: boolean, detail: string): void {
    if (this.#inSync === inSync) return;
    this.#inSync = inSync;
    this.#options.onSync(inSync, detail);
  }

  // --- both

  #received(opened: Opened): void {
    if (!opened.ok) {
      this.#count(opened.reason);
      return;
    }
    // A hello carries nothing; the next keepalive offers its sender a session.
    if (opened.fresh === 'hello') return;
    const returned = !this.#peerHeard();
    this.#heardAt = this.#options.now();
    if (opened.newSession) {
      this.#receiver.reset();
      this.#connected = false;
    } else if (returned) this.#connected = false;
    this.#connect();
    const payload = decodePayload(opened.payload);
    if (payload.kind === 'refused') this.#count(payload.reason);
    else if (payload.kind === 'data') this.#take(payload.batch);
    else this.#acknowledged(payload.ack);
  }

  #acknowledged(ack: Ack): void {
    this.#sender.acknowledged(ack, this.#options.now());
    if (this.#connected && this.#sender.mustRestart) {
      this.#connected = false;
      this.#connect();
    }
  }

  #acknowledge(): void {
    this.#send([encodeAck(this.#receiver.ack())]);
  }

  #pulse(): void {
    if (!this.#peerHeard()) {
      this.#connected = false;
      if (!this.#active) this.#setSync(false, 'the active is silent');
    }
    this.#acknowledge();
    this.#flush();
  }

  /** Sends what is due and arms the timer for what will be. */
  #flush(): void {
    if (this.#closed) return;
    const now = this.#options.now();
    if (this.#listener !== undefined) this.#lookAround();
    if (this.#connected) this.#send(this.#sender.due(now));
    if (this.#receiver.dirty) this.#acknowledge();
    this.#arm();
  }

  #arm(): void {
    clearTimeout(this.#wake);
    const times = [this.#connected ? this.#sender.nextWake() : undefined, this.#tracker.nextWake()];
    const next = Math.min(...times.map((time) => time ?? Infinity));
    if (next === Infinity) return;
    const delay = Math.max(1, next - this.#options.now());
    this.#wake = setTimeout(() => {
      this.#flush();
    }, delay);
  }

  #send(payloads: readonly Uint8Array[]): void {
    if (payloads.length === 0) return;
    this.#links.send(payloads.flatMap((payload) => this.#channel.seal(this.#links.stream, payload)));
  }

  #peerHeard(): boolean {
    return this.#options.now() - this.#heardAt < PEER_SILENCE;
  }

  #detail(established: boolean): string {
    if (!established) return 'the peer is not heard on the journal';
    if (this.#active)
      return this.#sender.synced ? 'the backup holds everything' : 'the backup is being filled';
    return this.#inSync ? 'this kernel holds everything that the active has' : 'waiting for a full copy';
  }

  #count(reason: string): void {
    this.#refused.set(reason, (this.#refused.get(reason) ?? 0) + 1);
  }
}
