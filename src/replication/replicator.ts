/**
 * Replication at work: joins the journal's two ends with the line to the peer, and follows the role that the
 * election gave: the active sends, everybody else receives. Decides nothing about roles.
 */
import { assertNever } from '../assert.js';
import type { Flow } from '../conntrack/flow.js';
import type { ConntrackTable } from '../conntrack/table.js';
import type { Tally } from '../conntrack/tally.js';
import type { BoardReport } from '../rotation/report.js';
import { type Millis, millis } from '../time.js';
import { ActiveEnd } from './active-end.js';
import { BackupEnd } from './backup-end.js';
import { Clients } from './clients.js';
import { Courier } from './courier.js';
import { type Comparison, Inquiry } from './inquiry.js';
import type { Incoming } from '../journal/incoming.js';
import { encodeRefusals } from '../journal/refusal-report.js';
import type { LagView } from '../journal/lag.js';
import type { Ledger } from './ledger.js';
import { JournalLine } from './line.js';
import type { JournalPath } from '../journal/links.js';
import { type Ask, type Batch, encodeAck } from '../journal/wire.js';

export interface ReplicatorOptions {
  readonly table: ConntrackTable;
  /** The ct mark of the virtual services' flows. */
  readonly mark: number;
  /** Clients that get their servers again, and their sessions. Default: nothing is followed. */
  readonly clients?: Clients;
  readonly paths: readonly JournalPath[];
  readonly port: number;
  readonly key: Uint8Array;
  readonly self: 0 | 1;
  /** 16 random bytes of this daemon run. */
  readonly boot: Uint8Array;
  readonly now: () => Millis;
  /** As a backup: whether our kernel holds what the active's does. Called on every change. */
  readonly onSync: (inSync: boolean, detail: string) => void;
  /** As the active: whether there are sessions. Called on every change, and when this director has become active. */
  readonly onSessions: (any: boolean) => void;
  /** A server has a session more or less: `tally` counts them. Called at once, in the middle of things. */
  readonly onTally?: () => void;
  /** In which version the peer writes its journal. Called when it is first heard, and on every change. */
  readonly onVersion: (theirs: number | undefined) => void;
  /** The peer has told its verdicts and orders, or a part of them. */
  readonly onBoard: (report: BoardReport) => void;
  /** What this director has to tell of them; asked for about once a second. */
  readonly board: () => readonly Uint8Array[];
  /** Answers what the peer's daemon asks; the answer is JSON. Default: an empty one. */
  readonly onQuestion?: (question: unknown) => Promise<unknown>;
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
  /** As the active, once something was told. */
  readonly lag: LagView | undefined;
  /** As the backup: entries and buckets that were not what they should be, and were mended. */
  readonly repairs: number;
  /**
   * Datagrams of the journal that were dropped unanswered, by reason; also `notSent`, which this kernel did not take, and
   * `eventsLost`: how often the kernel had more conntrack events than room for them.
   */
  readonly dropped: Readonly<Record<string, number>>;
  /** As the backup: how often its kernel would not take an entry, by reason; tries of all times, not entries of now. */
  readonly refused: Readonly<Record<string, number>>;
  /** As the backup: what its kernel refused and another try healed at once, by reason. */
  readonly healed: Readonly<Record<string, number>>;
}

/** Acknowledgements double as keepalives at this pace. */
const KEEPALIVE = millis(200);
/** Every so many keepalives the whole board goes with them, whether anything in it has changed or not. */
const BOARD_BEATS = 5;
/** After giving the role away the journal's rest is still sent, and on the other side still taken, for so long. */
const LINGER = millis(500);

export class Replicator {
  readonly #options: ReplicatorOptions;
  readonly #line: JournalLine;
  readonly #activeEnd: ActiveEnd;
  readonly #backupEnd: BackupEnd;
  readonly #inquiry: Inquiry;
  readonly #courier: Courier;
  readonly #keepalive: NodeJS.Timeout;
  #active = false;
  /** Until when a new active goes on taking the rest of the old journal. */
  #lingerUntil: Millis = millis(0);
  #wake: NodeJS.Timeout | undefined;
  #acknowledging: NodeJS.Immediate | undefined;
  #linger: NodeJS.Timeout | undefined;
  #closed = false;
  #beats = 0;

  /** Binds the journal's sockets; throws SystemError when they cannot be had. */
  constructor(options: ReplicatorOptions) {
    this.#options = options;
    const onTally = options.onTally ?? (() => undefined);
    const clients = options.clients ?? new Clients();
    this.#activeEnd = new ActiveEnd({
      ...options,
      onTally,
      clients,
      onDue: () => {
        this.#flush();
      },
      onLost: () => {
        this.#line.drop('eventsLost');
      },
    });
    this.#backupEnd = new BackupEnd({
      ...options,
      onTally,
      clients,
      onNews: () => {
        this.#acknowledgeSoon();
      },
    });
    this.#inquiry = new Inquiry({
      ...options,
      send: (payloads) => {
        this.#send(payloads);
      },
    });
    this.#courier = new Courier({
      send: (payloads) => {
        this.#send(payloads);
      },
      heard: () => this.#line.heard,
      answer: options.onQuestion ?? (() => Promise.resolve({})),
      onFault: (error) => {
        options.onFault('answer a question of the peer', error);
      },
    });
    this.#line = new JournalLine({
      ...options,
      onNewSession: () => {
        this.#backupEnd.order.reset();
      },
      onIncoming: (incoming, returned) => {
        this.#heard(incoming, returned);
      },
      onTurn: () => {
        this.#flush();
      },
      onUnheard: () => {
        this.#unheard();
      },
    });
    this.#line.start();
    this.#keepalive = setInterval(() => {
      this.#beat();
    }, KEEPALIVE);
  }

  /** This director has become active: its kernel's table is the truth from now on. */
  async becomeActive(): Promise<void> {
    if (this.#active) return;
    this.#active = true;
    this.#lingerUntil = millis(this.#options.now() + LINGER);
    clearTimeout(this.#linger);
    this.#backupEnd.standAside();
    this.#options.clients?.standBack();
    await this.#activeEnd.start();
    this.#connect();
    this.#flush();
  }

  /** The peer has the role: send what is left, then follow its journal. */
  becomeBackup(): void {
    if (!this.#active) return;
    this.#active = false;
    this.#options.clients?.standBack();
    this.#activeEnd.fade();
    this.#backupEnd.commit.clear();
    this.#backupEnd.doubt('waiting for a full copy');
    this.#linger = setTimeout(() => {
      this.#activeEnd.stop();
    }, LINGER);
  }

  view(): ReplicatorView {
    const heard = this.#line.heard;
    const { sender, tracker } = this.#activeEnd;
    const counts = this.#active ? tracker.counts : this.#backupEnd.commit.counts;
    return {
      direction: !heard ? 'none' : this.#active ? 'sending' : 'receiving',
      inSync: this.inSync,
      detail: this.#detail(heard),
      ...counts,
      backlog: sender.backlog,
      ...sender.counters,
      lag: sender.lag,
      repairs: this.#backupEnd.commit.repairs,
      dropped: this.#line.dropped(),
      refused: this.#backupEnd.commit.refused,
      healed: this.#backupEnd.commit.healed,
    };
  }

  /** Whether the backup, whichever side that is, has a full copy and follows the journal. */
  get inSync(): boolean {
    return this.#active ? this.#line.heard && this.#activeEnd.sender.synced : this.#backupEnd.inSync;
  }

  /** Every flow that this director knows, as the active from its kernel, as the backup from the journal. */
  flows(): Flow[] {
    return this.#active ? this.#activeEnd.tracker.flows() : this.#backupEnd.commit.flows();
  }

  /** Sessions by service and server, as the active from its kernel, as the backup from the journal. */
  get tally(): Tally {
    // A new active has read its table a moment later; until then, the journal's count is right.
    return this.#activeEnd.loaded ? this.#activeEnd.tracker.tally : this.#backupEnd.commit.tally;
  }

  /** The same one by one, each with what the backup may lack of it. */
  ledger(): Ledger {
    return this.#active ? this.#activeEnd.ledger() : this.#backupEnd.commit.ledger();
  }

  /** Both kernels' tables, entry by entry. Throws Error when the peer does not answer. */
  compare(): Promise<Comparison> {
    const { obstacle } = this.#line;
    if (obstacle !== undefined) return Promise.reject(new Error(obstacle));
    return this.#inquiry.compare();
  }

  /** Asks the peer's daemon; undefined when no answer has come within `limit`. Both questions and answers are JSON. */
  ask(question: unknown, limit: Millis): Promise<unknown> {
    return this.#courier.ask(question, limit);
  }

  /** Tells the peer our whole board at once: something in it has changed. */
  tellBoard(): void {
    this.#send(this.#options.board());
  }

  /** As the active: tells the backup again which servers clients get. Its config may have learned of a service that it did not know. */
  tellClients(): void {
    if (!this.#active) return;
    this.#activeEnd.tellClients();
    this.#flush();
  }

  async close(): Promise<void> {
    this.#closed = true;
    clearInterval(this.#keepalive);
    clearTimeout(this.#linger);
    clearTimeout(this.#wake);
    clearImmediate(this.#acknowledging);
    this.#activeEnd.stop();
    await this.#backupEnd.settled();
    this.#line.close();
  }

  #heard(incoming: Incoming, returned: boolean): void {
    if (returned) {
      this.#activeEnd.disconnect();
      // Who has just started has seen nothing yet.
      this.tellBoard();
    }
    this.#connect();
    this.#dispatch(incoming);
  }

  #dispatch(incoming: Incoming): void {
    switch (incoming.kind) {
      case 'data':
        this.#take(incoming.batch);
        return;
      case 'ack':
        this.#activeEnd.acknowledged(incoming.ack, this.#active);
        return;
      case 'refusals':
        this.#activeEnd.heard(incoming.refusals);
        return;
      case 'board':
        this.#options.onBoard(incoming.board);
        return;
      case 'ask':
        this.#answer(incoming.ask);
        return;
      case 'answer':
        this.#inquiry.answered(incoming.answer);
        return;
      case 'parcel':
        this.#courier.took(incoming.part);
        return;
      case 'refused':
        this.#line.drop(incoming.reason);
        return;
      default:
        assertNever(incoming);
    }
  }

  #answer(ask: Ask): void {
    this.#inquiry.asked(ask).catch((error: unknown) => {
      if (!this.#closed) this.#options.onFault('read the table for a comparison', error);
    });
  }

  #take(batch: Batch): void {
    if (!this.#active) {
      // What our kernel loses from here on is the copy's doing, and no news for the new active.
      if (batch.begin) this.#activeEnd.hush();
      this.#backupEnd.take(batch);
    } else if (this.#options.now() < this.#lingerUntil)
      this.#backupEnd.takeLate(batch, (master) => this.#activeEnd.tracker.announced(master));
  }

  #connect(): void {
    if (this.#active && this.#line.heard) this.#activeEnd.connect();
  }

  /** One word for all that came in this turn, when it is in the kernel: that takes no longer than the turn. */
  #acknowledgeSoon(): void {
    this.#acknowledging ??= setImmediate(() => {
      this.#acknowledging = undefined;
      if (this.#backupEnd.order.dirty) this.#acknowledge();
    });
  }

  #acknowledge(): void {
    const { order, commit } = this.#backupEnd;
    // First what the kernel refused: the active takes what is committed and not refused for being there.
    if (!this.#active) this.#send(encodeRefusals(commit.newRefusals()));
    this.#send([encodeAck(order.ack(commit.wanted))]);
  }

  #beat(): void {
    if (!this.#line.heard) this.#unheard();
    this.#acknowledge();
    if (!this.#active) this.#send(encodeRefusals(this.#backupEnd.commit.nextRefusals()));
    this.#beats += 1;
    if (this.#beats % BOARD_BEATS === 0) this.tellBoard();
    this.#flush();
  }

  /** Nobody follows our journal, and ours does not follow anybody's. */
  #unheard(): void {
    this.#activeEnd.disconnect();
    if (this.#active || !this.#backupEnd.inSync) return;
    this.#backupEnd.doubt(this.#line.obstacle ?? 'the active is silent');
  }

  /** Sends what is due and arms the timer for what will be. */
  #flush(): void {
    if (this.#closed) return;
    this.#send(this.#activeEnd.due());
    if (this.#backupEnd.order.dirty) this.#acknowledgeSoon();
    clearTimeout(this.#wake);
    const next = this.#activeEnd.nextWake();
    if (next === undefined) return;
    this.#wake = setTimeout(
      () => {
        this.#flush();
      },
      Math.max(1, next - this.#options.now()),
    );
  }

  #send(payloads: readonly Uint8Array[]): void {
    if (!this.#closed) this.#line.send(payloads);
  }

  #detail(heard: boolean): string {
    if (!heard) return this.#line.obstacle ?? 'the peer is not heard on the journal';
    if (this.#active) {
      if (!this.#activeEnd.sender.synced) return 'the backup is being filled';
      return `the backup holds everything${butFor(this.#activeEnd.refusedByPeer())}`;
    }
    if (!this.#backupEnd.inSync) return 'waiting for a full copy';
    return `this kernel holds everything that the active has${butFor(this.#backupEnd.commit.refusedNow)}`;
  }
}

/** What a kernel will not take is in no copy, however often it is told. */
function butFor(refused: number): string {
  if (refused === 0) return '';
  return refused === 1 ? ' but one entry that it refuses' : ` but ${refused} entries that it refuses`;
}
