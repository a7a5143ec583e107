/**
 * What the active knows about its own table, kept from the kernel's events, and what of it must be told to the
 * backup. No sockets and no clock: active-end.ts feeds it events, dumps and the time.
 *
 * Three traps of the kernel are handled here (measured on 6.18): no event carries sequence offsets, so the
 * control flow is looked at again around every announcement; update events omit the master; an expectation is
 * reported gone before the flow that it became is reported new.
 */
import { type Expectation, expectationKey } from '../conntrack/expectation.js';
import { isData } from '../conntrack/mark.js';
import type { ConntrackEvent } from '../conntrack/events.js';
import type { Flow } from '../conntrack/flow.js';
import { Tally } from '../conntrack/tally.js';
import { type Tuple, tupleKey } from '../conntrack/tuple.js';
import { type Millis, millis } from '../time.js';
import { bucketOf, BUCKETS, Buckets } from '../journal/buckets.js';
import { digestOf } from '../journal/digest.js';
import { OffsetLooks } from './offset-looks.js';
import type { Change } from '../journal/records.js';
import {
  asChanges,
  differs,
  freshFlow,
  mastersFirst,
  merged,
  sameOffsets,
  type TrackedExpectation,
  type TrackedFlow,
  UNTOLD,
} from './tracked.js';
import { trafficOf } from './traffic.js';

/** How long the news that an expectation is gone waits for the flow that it became. */
const GONE_DELAY = millis(100);
/** No dump takes longer. */
const DUMP_LIMIT = millis(30_000);

export class Tracker {
  readonly #flows = new Buckets<TrackedFlow>();
  readonly #expectations = new Map<string, TrackedExpectation>();
  /** Key of each master → key of its expectation: FTP's helper allows one. */
  readonly #announced = new Map<string, string>();
  readonly #looks = new OffsetLooks();
  /** Expectations whose end was heard, with the time until which it waits, the earliest first. */
  readonly #gone = new Map<string, Millis>();
  /** Flows whose end was heard lately, the oldest first: a dump that is under way may still contain them. */
  readonly #endedAt = new Map<string, Millis>();
  /** Where the audit is; a Map's iterator goes on through changes of the map. */
  #auditing = this.#flows.values();
  /** The bucket whose digest is told next. */
  #digesting = 0;
  #serial = 0;

  /** `tally` is told of every flow that comes, changes or goes. */
  constructor(readonly tally = new Tally()) {}

  get counts(): { readonly control: number; readonly data: number; readonly announced: number } {
    let data = 0;
    for (const { flow } of this.#flows.values()) if (isData(flow)) data += 1;
    return { control: this.#flows.size - data, data, announced: this.#expectations.size };
  }

  flows(): Flow[] {
    return Array.from(this.#flows.values(), ({ flow }) => flow);
  }

  /** Every flow, in no certain order. */
  known(): Iterable<TrackedFlow> {
    return this.#flows.values();
  }

  find(orig: Tuple): TrackedFlow | undefined {
    return this.#flows.get(tupleKey(orig));
  }

  announcedBy(master: Tuple): TrackedExpectation | undefined {
    return this.#expectations.get(this.#announced.get(tupleKey(master)) ?? '');
  }

  /** This change of ours went into the journal's batch `index`. */
  told(change: Change, index: number): void {
    if (change.type === 'flow') {
      const tracked = this.#flows.get(tupleKey(change.flow.orig));
      if (tracked !== undefined) tracked.told = index;
    } else if (change.type === 'expectation') {
      const tracked = this.#expectations.get(expectationKey(change.expectation));
      if (tracked !== undefined) tracked.told = index;
    }
  }

  /** Whether this control flow has an announced channel. */
  announced(master: Tuple): boolean {
    return this.#announced.has(tupleKey(master));
  }

  /** One event of the kernel. Returns what the backup must be told, in order. */
  observe(event: ConntrackEvent, now: Millis): Change[] {
    switch (event.type) {
      case 'flowNew':
      case 'flowUpdate':
        return this.#flowSeen(event.flow, now);
      case 'flowDestroy':
        return this.#flowEnded(event.flow, now);
      case 'expectationNew':
        return this.#announcedNow(event.expectation, now);
      case 'expectationDestroy':
        return this.#expectationEnded(event.expectation, now);
    }
  }

  /** A flow as a GET shows it, offsets included. */
  looked(flow: Flow, now: Millis): Change[] {
    const known = this.#flows.get(tupleKey(flow.orig));
    if (known !== undefined && sameOffsets(known.flow, flow)) return [];
    this.#looks.changed(flow.orig);
    return this.#flowSeen(flow, now);
  }

  /** Control flows that should be looked at now. */
  dueLooks(now: Millis): Tuple[] {
    return this.#looks.due(now);
  }

  /** Expectations whose end has waited long enough. */
  dueChanges(now: Millis): Change[] {
    const changes: Change[] = [];
    for (const [key, at] of this.#gone) {
      if (at > now) break;
      this.#gone.delete(key);
      changes.push(...this.#forgetExpectation(key));
    }
    return changes;
  }

  /** When `dueLooks` or `dueChanges` has something to do next. */
  nextWake(): Millis | undefined {
    const look = this.#looks.next();
    for (const at of this.#gone.values()) return look === undefined ? at : millis(Math.min(at, look));
    return look;
  }

  /** How many flows are known. */
  get size(): number {
    return this.#flows.size;
  }

  /** The next flows whose turn it is to be looked at, at most `count`: asked again and again, all have their turn. */
  nextToAudit(count: number): Tuple[] {
    const turn: Tuple[] = [];
    while (turn.length < Math.min(count, this.#flows.size)) {
      const { done, value } = this.#auditing.next();
      if (done === true) this.#auditing = this.#flows.values();
      else turn.push(value.flow.orig);
    }
    return turn;
  }

  /**
   * What a look at a known flow shows that no event told: its end (`found` is undefined), another state or offsets, or
   * time that ran on.
   */
  audited(orig: Tuple, found: Flow | undefined, now: Millis): Change[] {
    const known = this.#flows.get(tupleKey(orig));
    if (known === undefined) return [];
    if (found === undefined) return this.#flowEnded(known.flow, now);
    return differs(known, found, now) ? this.#flowSeen(found, now) : [];
  }

  /** All that a bucket holds, control flows first, with the remaining times as of now. */
  bucket(bucket: number, now: Millis): Change[] {
    const expectations = Array.from(this.#expectations.values()).filter(
      ({ expectation }) => bucketOf(tupleKey(expectation.master)) === bucket,
    );
    return asChanges(this.#flows.in(bucket).values(), expectations, now);
  }

  /** Digests of the next buckets, in turn: of as many as hold `entries` together, and of none twice. */
  digests(entries: number, now: Millis): Change[] {
    const changes: Change[] = [];
    for (let left = entries, told = 0; left > 0 && told < BUCKETS; told++) {
      const bucket = this.#digesting;
      const digest = digestOf(this.bucket(bucket, now));
      changes.push({ type: 'digest', bucket, digest });
      left -= digest.count;
      this.#digesting = (bucket + 1) % BUCKETS;
    }
    return changes;
  }

  /** Compares with a dump of the expectations that began at `began`. */
  auditExpectations(expectations: readonly Expectation[], began: Millis, now: Millis): Change[] {
    return this.#sweepExpectations(expectations, began, now);
  }

  /**
   * Compares with a dump that began at `began`: finds lost events, offsets that nobody announced, and flows
   * whose time ran on. Expectations of flows that are not ours are left out by the caller's choice of flows.
   */
  sweep(flows: readonly Flow[], expectations: readonly Expectation[], began: Millis, now: Millis): Change[] {
    const changes: Change[] = [];
    const present = new Set<string>();
    const found = new Set<string>();
    for (const flow of mastersFirst(flows)) {
      const key = tupleKey(flow.orig);
      present.add(key);
      if ((this.#endedAt.get(key) ?? -Infinity) >= began) continue;
      const known = this.#flows.get(key);
      if (known === undefined) found.add(key);
      // A data flow that was heard of before its control flow was told without it.
      const orphan = flow.master !== undefined && found.has(tupleKey(flow.master));
      if (known === undefined || orphan || differs(known, flow, now))
        changes.push(...this.#flowSeen(flow, now));
    }
    for (const [key, { flow, at }] of this.#flows)
      if (!present.has(key) && at < began) changes.push(...this.#flowEnded(flow, now));
    changes.push(...this.#sweepExpectations(expectations, began, now));
    return changes;
  }

  /** Everything, control flows first, with the remaining times as of now: the content of a resync. */
  snapshot(now: Millis): Change[] {
    return asChanges(this.#flows.values(), this.#expectations.values(), now);
  }

  #flowSeen(seen: Flow, now: Millis): Change[] {
    const key = tupleKey(seen.orig);
    const known = this.#flows.get(key);
    const flow = merged(seen, known?.flow);
    this.tally.saw(known?.flow, flow);
    if (known === undefined) this.#flows.set(key, freshFlow(flow, this.#serial++, now));
    else {
      known.flow = flow;
      known.at = now;
      known.told = UNTOLD;
    }
    this.#endedAt.delete(key);
    return [{ type: 'flow', flow }];
  }

  #flowEnded(flow: Flow, now: Millis): Change[] {
    const key = tupleKey(flow.orig);
    this.#rememberEnd(key, now);
    const known = this.#flows.get(key);
    if (known === undefined) return [];
    this.#flows.delete(key);
    this.tally.saw(known.flow, undefined);
    this.#addUp(known.flow.master, flow);
    const expectation = this.#announced.get(key);
    if (expectation !== undefined) this.#expectations.delete(expectation);
    this.#announced.delete(key);
    return [{ type: 'flowGone', orig: flow.orig }];
  }

  /** Only the event of a data flow's end says what it carried. */
  #addUp(master: Tuple | undefined, flow: Flow): void {
    if (master === undefined) return;
    const control = this.#flows.get(tupleKey(master));
    if (control !== undefined) control.ended = trafficOf(flow, master.src, control.ended);
  }

  #rememberEnd(key: string, now: Millis): void {
    this.#endedAt.delete(key);
    this.#endedAt.set(key, now);
    for (const [old, at] of this.#endedAt) {
      if (now - at < DUMP_LIMIT) break;
      this.#endedAt.delete(old);
    }
  }

  #announcedNow(expectation: Expectation, now: Millis): Change[] {
    const master = tupleKey(expectation.master);
    if (!this.#flows.has(master)) return [];
    const key = expectationKey(expectation);
    const before = this.#announced.get(master);
    const changes = before !== undefined && before !== key ? this.#forgetExpectation(before) : [];
    this.#gone.delete(key);
    this.#announced.set(master, key);
    this.#expectations.set(key, { expectation, at: now, told: UNTOLD });
    this.#looks.add(expectation.master, now);
    return [...changes, { type: 'expectation', expectation }];
  }

  #expectationEnded(expectation: Expectation, now: Millis): Change[] {
    const key = expectationKey(expectation);
    if (!this.#expectations.has(key)) return [];
    this.#gone.delete(key);
    this.#gone.set(key, millis(now + GONE_DELAY));
    this.#looks.addLast(expectation.master, now);
    return [];
  }

  #forgetExpectation(key: string): Change[] {
    const known = this.#expectations.get(key);
    if (known === undefined) return [];
    this.#expectations.delete(key);
    const master = tupleKey(known.expectation.master);
    if (this.#announced.get(master) === key) this.#announced.delete(master);
    return [{ type: 'expectationGone', expectation: known.expectation }];
  }

  #sweepExpectations(expectations: readonly Expectation[], began: Millis, now: Millis): Change[] {
    const changes: Change[] = [];
    const present = new Set<string>();
    for (const expectation of expectations) {
      const key = expectationKey(expectation);
      present.add(key);
      const pending = this.#gone.has(key);
      if (!pending && !this.#expectations.has(key)) changes.push(...this.#announcedNow(expectation, now));
    }
    for (const [key, { at }] of this.#expectations)
      if (!present.has(key) && at < began) changes.push(...this.#forgetExpectation(key));
    return changes;
  }
}
