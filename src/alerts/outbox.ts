/**
 * A bounded queue in front of one syslog transport: it keeps the order, tries again after a refusal, drops the
 * oldest message when it is full, and counts. It must not wait for anything or throw into whoever posts.
 */

/** A way out for messages. */
export interface Transport {
  /** Names the target in logs and counters: `unix:/dev/log`, `udp:192.0.2.1:514`. */
  readonly name: string;
  /**
   * Hands one message to the system without blocking and calls `done` exactly once, at once or later, with
   * undefined for success or the name of the errno.
   */
  transmit(message: Uint8Array, done: (refusal: string | undefined) => void): void;
  /** Once, before the first message: a target of a config that is not used after all does nothing. */
  open?(): void;
  /** May still flush what it has taken, for a quarter of a second at most. */
  close(): void | Promise<void>;
  /** Of a transport that keeps a connection. */
  connection?(): ConnectionView;
}

/** How a connection to a collector stands. */
export interface ConnectionView {
  readonly state: 'connecting' | 'connected' | 'down';
  /** Why it is down; empty otherwise. */
  readonly reason: string;
  /** Connections that were made so far. */
  readonly connects: number;
  /** Messages that have been sent, and that the collector's kernel has not acknowledged yet. */
  readonly unconfirmed: number;
  /** Messages that were sent once more because a connection broke before they were acknowledged: they may be there twice. */
  readonly repeated: number;
}

/** What became of the messages of one transport. */
export interface OutboxCounters {
  readonly name: string;
  readonly sent: number;
  readonly waiting: number;
  /** Given up: the queue was full, the message too long, or the daemon ended. */
  readonly dropped: number;
  /** Tries that the system refused, by errno name. A message may be refused often and sent in the end. */
  readonly refused: Readonly<Record<string, number>>;
  readonly connection?: ConnectionView;
}

/** Told when a transport stops working (with the errno name) and when it works again (undefined). */
export type TroubleListener = (name: string, refusal: string | undefined) => void;

export const QUEUE_LIMIT = 1000;
/** Until the next try when the target is away; a new message is a try as well. */
export const RETRY_MILLIS = 1000;
/** Until the next try when the target is there, but slow. */
export const BUSY_RETRY_MILLIS = 20;
/** The longest that the end of the daemon waits for a transport. */
export const CLOSE_LIMIT_MILLIS = 250;

/** The errno names that say: the reader's queue or the device's is full at the moment. */
const BUSY: ReadonlySet<string> = new Set(['EAGAIN', 'ENOBUFS']);

/** One transport with its queue. */
export class Outbox {
  private readonly waiting: Uint8Array[] = [];
  private readonly refused: Record<string, number> = {};
  private sent = 0;
  private dropped = 0;
  private busy = false;
  private state: 'open' | 'closing' | 'closed' = 'open';
  private trouble: string | undefined;
  private retry: NodeJS.Timeout | undefined;
  private settled: (() => void) | undefined;

  constructor(
    private readonly transport: Transport,
    private readonly onTrouble: TroubleListener,
  ) {
    transport.open?.();
  }

  /** Sends a message now, or as soon as the transport takes it. */
  post(message: Uint8Array): void {
    if (this.state !== 'open') {
      this.dropped += 1;
      return;
    }
    this.waiting.push(message);
    this.dropOverflow();
    this.pump();
  }

  counters(): OutboxCounters {
    const { sent, dropped } = this;
    const waiting = this.waiting.length + (this.busy ? 1 : 0);
    const connection = this.transport.connection?.();
    return {
      ...{ name: this.transport.name, sent, waiting, dropped, refused: { ...this.refused } },
      ...(connection === undefined ? {} : { connection }),
    };
  }

  /** Gives every waiting message one last try, for at most CLOSE_LIMIT_MILLIS; what remains counts as dropped. */
  async close(): Promise<void> {
    if (this.state !== 'open') return;
    this.state = 'closing';
    this.pump();
    if (this.busy) await this.idleOrLate();
    this.state = 'closed';
    clearTimeout(this.retry);
    this.dropped += this.waiting.length + (this.busy ? 1 : 0);
    this.waiting.length = 0;
    this.busy = false;
    await this.transport.close();
  }

  private idleOrLate(): Promise<void> {
    return new Promise((resolve) => {
      const late = setTimeout(resolve, CLOSE_LIMIT_MILLIS);
      this.settled = () => {
        clearTimeout(late);
        resolve();
      };
    });
  }

  private tellWhenIdle(): void {
    if (!this.busy) this.settled?.();
  }

  /** Transmits from the head of the queue until it is empty, the transport is busy, or it refuses. */
  private pump(): void {
    while (!this.busy) {
      const message = this.waiting.shift();
      if (message === undefined) break;
      if (!this.transmit(message)) return;
    }
  }

  /** False when the transport refused at once. A later answer takes up the queue again by itself. */
  private transmit(message: Uint8Array): boolean {
    const call = { returned: false, accepted: true };
    this.busy = true;
    this.transport.transmit(message, (refusal) => {
      if (this.state === 'closed') return;
      this.busy = false;
      call.accepted = this.settle(message, refusal);
      if (!call.returned) return;
      if (call.accepted) this.pump();
      this.tellWhenIdle();
    });
    call.returned = true;
    return call.accepted;
  }

  /** Counts one answer of the transport; false when the message has to be tried again later. */
  private settle(message: Uint8Array, refusal: string | undefined): boolean {
    if (refusal !== undefined) this.refused[refusal] = (this.refused[refusal] ?? 0) + 1;
    if (refusal === 'EMSGSIZE') {
      // No later try can help this message, and it must not block the ones behind it.
      this.dropped += 1;
      return true;
    }
    if (refusal === undefined) this.sent += 1;
    else this.tryLater(message, BUSY.has(refusal) ? BUSY_RETRY_MILLIS : RETRY_MILLIS);
    if (this.trouble === undefined ? refusal !== undefined : refusal === undefined) {
      this.onTrouble(this.transport.name, refusal);
    }
    this.trouble = refusal;
    return refusal === undefined;
  }

  private tryLater(message: Uint8Array, pause: number): void {
    this.waiting.unshift(message);
    this.dropOverflow();
    if (this.retry !== undefined) return;
    this.retry = setTimeout(() => {
      this.retry = undefined;
      this.pump();
    }, pause);
    this.retry.unref();
  }

  /** The oldest goes first: in a long outage the newest alerts say how things are. */
  private dropOverflow(): void {
    while (this.waiting.length > QUEUE_LIMIT) {
      this.waiting.shift();
      this.dropped += 1;
    }
  }
}
