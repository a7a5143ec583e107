/**
 * Writes the active's changes into this director's kernel, live, so that nothing is left to do at a takeover.
 * Keeps a mirror of what it wrote, which decides between creating and updating in place: a control flow that
 * was deleted and created again would lose its expectations. Heals what the kernel refuses where it can, and
 * counts the rest by reason.
 */
import { type Expectation, expectationKey } from '../conntrack/expectation.js';
import { IPS_EXPECTED } from '../conntrack/ctnetlink.js';
import type { Flow } from '../conntrack/flow.js';
import type { ConntrackTable, TableOperation } from '../conntrack/table.js';
import { type Tuple, tupleKey } from '../conntrack/tuple.js';
import { type Millis, monotonicNow } from '../time.js';
import type { Lack } from './lacks.js';
import { ledgerOf } from './backup-ledger.js';
import { applyLateFlow } from './late.js';
import type { CommitRefusal, Ledger } from './ledger.js';
import { reasonOf, Refusals } from './refusals.js';
import type { Batch, Change } from './wire.js';

/** Refusals of the kernel that can be healed here (errno.h). */
const ENOENT = 2;
const EBUSY = 16;
const EEXIST = 17;

/** About a kilobyte for each 30: a full table's refusals must not fill the journal's path. */
const LACKS_AT_ONCE = 1000;

interface Mirrored {
  readonly flow: Flow;
  readonly serial: number;
  /** When this director was told of it first. */
  readonly since: Millis;
  /** The kernel's entry has IPS_EXPECTED: it was created with its master. */
  readonly expected: boolean;
  /** Resync that last confirmed it. */
  confirmed: number;
}

interface MirroredExpectation {
  readonly expectation: Expectation;
  confirmed: number;
}

export class Commit {
  #flows = new Map<string, Mirrored>();
  readonly #expectations = new Map<string, MirroredExpectation>();
  readonly #refusals = new Refusals();
  #resync = 0;
  #serial = 0;

  constructor(
    readonly table: ConntrackTable,
    readonly now: () => Millis = monotonicNow,
  ) {}

  get counts(): { readonly control: number; readonly data: number; readonly announced: number } {
    let data = 0;
    for (const { flow } of this.#flows.values()) if (flow.master !== undefined) data += 1;
    return { control: this.#flows.size - data, data, announced: this.#expectations.size };
  }

  get refused(): Readonly<Record<string, number>> {
    return this.#refusals.counts;
  }

  flows(): Flow[] {
    return Array.from(this.#flows.values(), ({ flow }) => flow);
  }

  /** For the active: what this kernel would not take. */
  lacks(): Lack[] {
    return this.#refusals.nextToTell(LACKS_AT_ONCE);
  }

  /** Every flow that the journal told, those included that this kernel refused. */
  ledger(): Ledger {
    return ledgerOf(this.#flows, this.#expectations, this.#refusals);
  }

  /** What this kernel holds already, from an earlier role or an earlier run: call before a resync is committed. */
  load(flows: readonly Flow[], expectations: readonly Expectation[]): void {
    const before = this.#flows;
    this.clear();
    for (const flow of flows) {
      const key = tupleKey(flow.orig);
      const since = before.get(key)?.since ?? this.now();
      const expected = (flow.status & IPS_EXPECTED) !== 0;
      this.#flows.set(key, { flow, serial: this.#serial++, since, expected, confirmed: -1 });
    }
    for (const expectation of expectations)
      if (this.#flows.has(tupleKey(expectation.master)))
        this.#expectations.set(expectationKey(expectation), { expectation, confirmed: -1 });
  }

  clear(): void {
    this.#flows = new Map();
    this.#expectations.clear();
    this.#refusals.clear();
  }

  /** Commits one batch. At a resync's end everything that the active did not name is removed. */
  apply(batch: Batch): void {
    if (batch.begin) this.#resync += 1;
    this.#write(batch.changes);
    if (batch.end) this.#write(this.#stale());
  }

  /**
   * The rest of the old active's journal, after this director took the role over: what passed through the old
   * one until the last packet. Our kernel may already know better, so nothing newer is overwritten: a flow
   * gets only offsets of a later rewrite, and an announcement only where there is none (`announced`).
   */
  applyLate(changes: readonly Change[], announced: (master: Tuple) => boolean): void {
    for (const change of changes) {
      if (change.type === 'flow') applyLateFlow(this.table, change.flow);
      else if (change.type === 'flowGone') this.table.apply([{ type: 'deleteFlow', orig: change.orig }]);
      else if (change.type === 'expectation' && !announced(change.expectation.master)) this.#write([change]);
    }
  }

  #stale(): Change[] {
    const changes: Change[] = [];
    for (const { expectation, confirmed } of this.#expectations.values())
      if (confirmed !== this.#resync) changes.push({ type: 'expectationGone', expectation });
    for (const { flow, confirmed } of this.#flows.values())
      if (confirmed !== this.#resync) changes.push({ type: 'flowGone', orig: flow.orig });
    return changes;
  }

  #write(changes: readonly Change[]): void {
    const operations = changes.flatMap((change) => this.#plan(change));
    const errnos = this.table.apply(operations);
    operations.forEach((operation, index) => {
      const errno = errnos[index] ?? 0;
      if (errno !== 0) this.#heal(operation, errno);
    });
    if (this.#refusals.size > 0) for (const change of changes) this.#settle(change);
  }

  /** What was refused before and is in the mirror now has been taken after all. */
  #settle(change: Change): void {
    if (change.type === 'flow') {
      const key = tupleKey(change.flow.orig);
      if (this.#flows.has(key)) this.#refusals.flowTaken(key);
    } else if (change.type === 'flowGone') this.#refusals.flowGone(tupleKey(change.orig));
    else if (change.type === 'expectationGone' || this.#expectations.has(expectationKey(change.expectation)))
      this.#refusals.expectationSettled(tupleKey(change.expectation.master));
  }

  #plan(change: Change): TableOperation[] {
    switch (change.type) {
      case 'flow':
        return this.#planFlow(change.flow);
      case 'flowGone':
        return this.#planFlowGone(change.orig);
      case 'expectation':
        return this.#planExpectation(change.expectation);
      case 'expectationGone':
        return this.#planExpectationGone(change.expectation);
    }
  }

  #planFlow(flow: Flow): TableOperation[] {
    const key = tupleKey(flow.orig);
    const known = this.#flows.get(key);
    if (known !== undefined && sameTuple(known.flow.reply, flow.reply)) {
      this.#remember(flow, known.expected);
      return [{ type: 'updateFlow', flow, expected: known.expected }];
    }
    const withMaster = flow.master !== undefined && this.#flows.has(tupleKey(flow.master));
    this.#remember(flow, withMaster);
    const create: TableOperation = { type: 'createFlow', flow, withMaster };
    return known === undefined ? [create] : [{ type: 'deleteFlow', orig: flow.orig }, create];
  }

  #planFlowGone(orig: Tuple): TableOperation[] {
    const key = tupleKey(orig);
    if (!this.#flows.delete(key)) return [];
    // The kernel removes a control flow's expectations with it.
    for (const [expectation, { expectation: value }] of this.#expectations)
      if (tupleKey(value.master) === key) this.#expectations.delete(expectation);
    return [{ type: 'deleteFlow', orig }];
  }

  /** The second message sets the remaining time, which the kernel ignores at creation. */
  #planExpectation(expectation: Expectation): TableOperation[] {
    const key = expectationKey(expectation);
    const known = this.#expectations.has(key);
    this.#expectations.set(key, { expectation, confirmed: this.#resync });
    const refresh: TableOperation = { type: 'refreshExpectation', expectation };
    return known ? [refresh] : [{ type: 'createExpectation', expectation }, refresh];
  }

  #planExpectationGone(expectation: Expectation): TableOperation[] {
    return this.#expectations.delete(expectationKey(expectation))
      ? [{ type: 'deleteExpectation', expectation }]
      : [];
  }

  #heal(operation: TableOperation, errno: number): void {
    switch (operation.type) {
      case 'createFlow':
        this.#healCreate(operation.flow, operation.withMaster, errno);
        return;
      case 'updateFlow':
        this.#healUpdate(operation.flow, operation.expected, errno);
        return;
      case 'createExpectation':
        this.#healExpectation(operation.expectation, errno);
        return;
      case 'refreshExpectation':
        // It ran out or was used between the two messages; a creation that failed has been counted.
        return;
      case 'deleteFlow':
      case 'deleteExpectation':
        if (errno !== ENOENT) this.#refusals.count(reasonOf(errno));
        return;
    }
  }

  #healCreate(flow: Flow, withMaster: boolean, errno: number): void {
    if (errno === ENOENT && withMaster) {
      this.#retryCreate(flow, false);
      return;
    }
    if (errno !== EEXIST) {
      this.#forget(flow, reasonOf(errno));
      return;
    }
    const present = this.table.get(flow.orig);
    if (this.#adopt(flow, present)) return;
    // A stale entry holds one of our tuples. Ours is the living one: the active has just told us so.
    if (present !== undefined) this.table.apply([{ type: 'deleteFlow', orig: flow.orig }]);
    this.#retryCreate(flow, withMaster);
  }

  #healUpdate(flow: Flow, expected: boolean, errno: number): void {
    if (errno === ENOENT)
      this.#retryCreate(flow, flow.master !== undefined && this.#flows.has(tupleKey(flow.master)));
    else if (errno === EBUSY) {
      this.#remember(flow, !expected);
      this.#once({ type: 'updateFlow', flow, expected: !expected }, flow);
    } else this.#refusals.count(reasonOf(errno));
  }

  #healExpectation(expectation: Expectation, errno: number): void {
    if (errno === EEXIST || errno === EBUSY) {
      const errnos = this.table.apply([
        { type: 'deleteExpectation', expectation },
        { type: 'createExpectation', expectation },
        { type: 'refreshExpectation', expectation },
      ]);
      if ((errnos[1] ?? 0) === 0) return;
    }
    this.#expectations.delete(expectationKey(expectation));
    const reason = errno === ENOENT ? 'masterMissing' : reasonOf(errno);
    this.#refusals.refuseExpectation(expectation, reason);
  }

  #retryCreate(flow: Flow, withMaster: boolean): void {
    this.#remember(flow, withMaster);
    const errno = this.table.apply([{ type: 'createFlow', flow, withMaster }])[0] ?? 0;
    if (errno === 0) return;
    // Of two updates in one batch that both found nothing, the first has created it by now.
    if (errno === EEXIST && this.#adopt(flow, this.table.get(flow.orig))) return;
    this.#forget(flow, reasonOf(errno));
  }

  /** Brings what the kernel has up to date, if it is this flow with this translation. */
  #adopt(flow: Flow, present: Flow | undefined): boolean {
    if (present === undefined || !sameTuple(present.reply, flow.reply)) return false;
    const expected = (present.status & IPS_EXPECTED) !== 0;
    this.#remember(flow, expected);
    this.#once({ type: 'updateFlow', flow, expected }, flow);
    return true;
  }

  /** A last try for a flow; a refusal is counted and the mirror forgets it, so that the next change tries again. */
  #once(operation: TableOperation, flow: Flow): void {
    const errno = this.table.apply([operation])[0] ?? 0;
    if (errno !== 0) this.#forget(flow, reasonOf(errno));
  }

  #remember(flow: Flow, expected: boolean): void {
    const key = tupleKey(flow.orig);
    const known = this.#flows.get(key);
    const serial = known?.serial ?? this.#serial++;
    const since = known?.since ?? this.now();
    this.#flows.set(key, { flow, serial, since, expected, confirmed: this.#resync });
  }

  #forget(flow: Flow, reason: CommitRefusal): void {
    this.#flows.delete(tupleKey(flow.orig));
    this.#refusals.refuseFlow(flow, reason, this.now());
  }
}

function sameTuple(a: Tuple, b: Tuple): boolean {
  return tupleKey(a) === tupleKey(b);
}
