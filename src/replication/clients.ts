/**
 * Clients and their sessions, whoever has the role: the census and the book of servers that clients get again, fed by both ends
 * of the journal and read by the daemon, which writes them into this kernel. No sockets and no timers.
 */
import type { Flow } from '../conntrack/flow.js';
import type { Change } from '../journal/records.js';
import type { Sticky } from '../journal/sticky.js';
import type { Batch } from '../journal/wire.js';
import type { Millis } from '../time.js';
import { Census, type Session } from './census.js';
import { StickyBook, type StickyPolicy } from './sticky-book.js';

export class Clients {
  #census: Census;
  #book: StickyBook;

  /** With no policies nothing is followed. */
  constructor(policies: readonly StickyPolicy[] = []) {
    this.#census = new Census(policies);
    this.#book = new StickyBook(policies);
  }

  get census(): Census {
    return this.#census;
  }

  get book(): StickyBook {
    return this.#book;
  }

  /**
   * The same clients under other policies: those of services that are still there keep their servers. `flows` are the sessions of
   * this director as the active; none of them was begun under the new rules.
   */
  under(policies: readonly StickyPolicy[], flows: readonly Flow[], now: Millis): Clients {
    const next = new Clients(policies);
    for (const sticky of this.#book.snapshot(now)) next.book.heard(sticky, now);
    next.follow(
      flows.map((flow) => ({ type: 'flow', flow })),
      now,
      false,
    );
    return next;
  }

  /** Becomes what another one is: everybody who knows this one goes on with it. */
  become(next: Clients): void {
    this.#census = next.census;
    this.#book = next.book;
  }

  /** As the active: changes of its table, `fresh` from its kernel's events. Returns what goes with them. */
  follow(changes: readonly Change[], now: Millis, fresh: boolean): Change[] {
    const told: Sticky[] = [];
    this.#census.follow(
      changes,
      fresh,
      (session: Session) => told.push(...this.#book.began(session)),
      (session: Session) => told.push(...this.#book.ended(session, now)),
    );
    return told.map(asChange);
  }

  /** As a new active, once its whole table has been followed. */
  settle(now: Millis): Change[] {
    return this.#book.settle(now).map(asChange);
  }

  /** For a full copy. */
  snapshot(now: Millis): Change[] {
    return this.#book.snapshot(now).map(asChange);
  }

  /** The role is gone. */
  standBack(): void {
    this.#census.clear();
    this.#book.standBack();
  }

  /** As the backup: a batch of the active's. */
  take(batch: Pick<Batch, 'begin' | 'end' | 'changes'>, now: Millis): void {
    if (batch.begin) this.#book.beginCopy();
    for (const change of batch.changes) if (change.type === 'sticky') this.#book.heard(change.sticky, now);
    if (batch.end) this.#book.endCopy();
  }

  /** The rest of the old active's, when this director has the role already: nothing newer is overwritten. */
  takeLate(changes: readonly Change[], now: Millis): void {
    for (const change of changes)
      if (change.type === 'sticky' && !this.#book.knows(change.sticky)) this.#book.heard(change.sticky, now);
  }
}

function asChange(sticky: Sticky): Change {
  return { type: 'sticky', sticky };
}
