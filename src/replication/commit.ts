/**
 * Writes the active's changes into this director's kernel, live, so that nothing is left to do at a takeover, and keeps
 * what it wrote as it was written. Heals what the kernel refuses where it can, and counts the rest by reason.
 */
import { IPS_EXPECTED } from '../conntrack/ctnetlink.js';
import { type Expectation, expectationKey } from '../conntrack/expectation.js';
import type { Flow } from '../conntrack/flow.js';
import type { ConntrackTable, TableOperation } from '../conntrack/table.js';
import { Tally } from '../conntrack/tally.js';
import { type Tuple, tupleKey } from '../conntrack/tuple.js';
import { type Millis, monotonicNow } from '../time.js';
import { sameAnnouncement, sameConnection, sameInKernel, withoutOffsetsOf } from './same-entry.js';
import { ledgerOf } from './backup-ledger.js';
import { digestOf, sameDigest } from '../journal/digest.js';
import type { CommitRefusal, RefusedEntry } from '../journal/refusal-report.js';
import { applyLastWords } from './last-words.js';
import type { Ledger } from './ledger.js';
import { type AuditChange, Mirror, type TableChange } from './mirror.js';
import type { Change } from '../journal/records.js';
import { reasonOf, Refusals } from './refusals.js';
import { remaining } from './tracked.js';
import type { Batch } from '../journal/wire.js';

/** Refusals of the kernel that can be healed here (errno.h). */
const ENOENT = 2;
const EBUSY = 16;
const EEXIST = 17;
const EOPNOTSUPP = 95;

/** About a kilobyte for each 30: a full table's refusals must not fill the journal's path. */
const REFUSALS_AT_ONCE = 1000;

export class Commit {
  readonly #mirror: Mirror;
  readonly #refusals = new Refusals();
  #repairs = 0;
  /** Buckets that are not what the active has, although every change was committed. */
  readonly #wanted = new Set<number>();

  constructor(
    readonly table: ConntrackTable,
    readonly now: () => Millis = monotonicNow,
    tally = new Tally(),
  ) {
    this.#mirror = new Mirror(now, tally);
  }

  /** The sessions of each server, as the journal tells them. */
  get tally(): Tally {
    return this.#mirror.tally;
  }

  get counts(): { readonly control: number; readonly data: number; readonly announced: number } {
    return this.#mirror.counts;
  }

  get refused(): Readonly<Record<string, number>> {
    return this.#refusals.counts;
  }

  /** Entries that this kernel does not hold because it refused them. */
  get refusedNow(): number {
    return this.#refusals.size;
  }

  /** Refusals of this kernel that were healed at once, by reason. */
  get healed(): Readonly<Record<string, number>> {
    return this.#refusals.healed;
  }

  /** Entries of this kernel that were not as they had been written, and buckets that had to be told again. */
  get repairs(): number {
    return this.#repairs;
  }

  /** Buckets that the active should tell again, in ascending order. */
  get wanted(): readonly number[] {
    return Array.from(this.#wanted).sort((a, b) => a - b);
  }

  flows(): Flow[] {
    return Array.from(this.#mirror.flows.values(), ({ flow }) => flow);
  }

  /** For the active: what this kernel would not take. */
  nextRefusals(): RefusedEntry[] {
    return this.#refusals.nextToTell(REFUSALS_AT_ONCE);
  }

  /** The same, only what was refused since the last question. */
  newRefusals(): RefusedEntry[] {
    return this.#refusals.newToTell();
  }

  /** Every flow that the journal told, those included that this kernel refused. */
  ledger(): Ledger {
    return ledgerOf(this.#mirror, this.#refusals, this.#wanted);
  }

  /** What this kernel holds already, from an earlier role or an earlier run: call before a resync is committed. */
  load(flows: readonly Flow[], expectations: readonly Expectation[]): void {
    this.#refuseTold();
    this.#mirror.load(flows, expectations);
  }

  clear(): void {
    this.#refuseTold();
    this.#mirror.clear();
  }

  #refuseTold(): void {
    this.#refusals.clear();
    this.#wanted.clear();
  }

  /** Commits one batch. At a resync's end everything that the active did not name is removed. */
  apply(batch: Batch): void {
    if (batch.begin) this.#mirror.beginCopy();
    let changes: TableChange[] = [];
    for (const change of batch.changes) {
      // Not in this table: see clients.ts.
      if (change.type === 'sticky') continue;
      if (isTableChange(change)) {
        changes.push(change);
        continue;
      }
      // What is compared or completed is the kernel's table after everything before it.
      this.#write(changes);
      changes = [];
      this.#audit(change);
    }
    this.#write(changes);
    if (batch.end) this.#write(this.#mirror.stale());
  }

  /**
   * The rest of the old active's journal, after this director took the role over: what passed through the old
   * one until the last packet. Our kernel may already know better, so nothing newer is overwritten: a flow
   * gets only offsets of a later rewrite, and an announcement only where there is none (`announced`).
   */
  applyLate(changes: readonly Change[], announced: (master: Tuple) => boolean): void {
    for (const change of changes) {
      if (change.type === 'flow') applyLastWords(this.table, change.flow);
      else if (change.type === 'flowGone') this.table.apply([{ type: 'deleteFlow', orig: change.orig }]);
      else if (change.type === 'expectation' && !announced(change.expectation.master)) this.#write([change]);
    }
  }

  #audit(change: AuditChange): void {
    switch (change.type) {
      case 'digest':
        this.#checkKernel(change.bucket);
        if (!sameDigest(digestOf(this.#mirror.held(change.bucket)), change.digest))
          this.#wanted.add(change.bucket);
        return;
      case 'bucketBegin':
        this.#mirror.beginCopy();
        return;
      case 'bucketEnd':
        this.#write(this.#mirror.stale(change.bucket));
        this.#wanted.delete(change.bucket);
        this.#repairs += 1;
        return;
    }
  }

  /** This kernel's own entries of a bucket, against what was written: whatever has happened to them since is undone. */
  #checkKernel(bucket: number): void {
    const mirrored = Array.from(this.#mirror.flows.in(bucket).values());
    const found = this.table.getMany(mirrored.map(({ flow }) => flow.orig));
    mirrored.forEach(({ flow: told, at, expected }, index) => {
      const present = found[index];
      if (present !== undefined && sameInKernel(present, told)) return;
      this.#repairs += 1;
      const flow = { ...told, timeout: remaining(told.timeout, at, this.now()) };
      if (present === undefined) this.#restore(flow);
      else if (sameConnection(present, flow))
        this.#once({ type: 'updateFlow', flow: withoutOffsetsOf(present, flow), expected }, flow);
      else this.#healCreate(flow, this.#mirror.hasMaster(flow), EEXIST);
    });
    this.#checkAnnounced(bucket);
  }

  /**
   * With a control flow its announcement has vanished as well, or hangs on what a data flow keeps of the old one: it is
   * written again in any case.
   */
  #restore(flow: Flow): void {
    this.#retryCreate(flow, this.#mirror.hasMaster(flow));
    this.#announceAgain(this.#mirror.announcedBy(flow.orig));
  }

  /** An announcement can vanish alone. */
  #checkAnnounced(bucket: number): void {
    const mirrored = this.#mirror.announcedIn(bucket);
    const found = this.table.getExpectations(mirrored);
    const spoiled = mirrored.filter((told, index) => {
      const present = found[index];
      return present === undefined || !sameAnnouncement(present, told);
    });
    this.#repairs += spoiled.length;
    this.#announceAgain(spoiled);
  }

  #announceAgain(announced: readonly Expectation[]): void {
    for (const expectation of announced) this.#mirror.forgetExpectation(expectation);
    this.#write(announced.map((expectation) => ({ type: 'expectation', expectation })));
  }

  #write(changes: readonly TableChange[]): void {
    const operations = changes.flatMap((change) => this.#mirror.plan(change));
    if (operations.length > 0) {
      const errnos = this.table.apply(operations);
      operations.forEach((operation, index) => {
        const errno = errnos[index] ?? 0;
        if (errno !== 0) this.#heal(operation, errno);
      });
    }
    if (this.#refusals.size > 0) for (const change of changes) this.#settle(change);
  }

  /** What was refused before and is in the mirror now has been taken after all. */
  #settle(change: TableChange): void {
    const { flows, expectations } = this.#mirror;
    if (change.type === 'flow') {
      const key = tupleKey(change.flow.orig);
      if (flows.has(key)) this.#refusals.flowTaken(key);
    } else if (change.type === 'flowGone') this.#refusals.flowGone(tupleKey(change.orig));
    else if (change.type === 'expectationGone' || expectations.has(expectationKey(change.expectation)))
      this.#refusals.expectationSettled(tupleKey(change.expectation.master));
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
      this.#refusals.heal('masterMissing', this.#retryCreate(flow, false));
      return;
    }
    if (errno !== EEXIST) {
      this.#refuse(flow, reasonOf(errno));
      return;
    }
    const present = this.table.get(flow.orig);
    if (this.#adopt(flow, present)) {
      this.#refusals.heal('clash', this.#mirror.flows.has(tupleKey(flow.orig)));
      return;
    }
    // A stale entry holds one of our tuples. Ours is the living one: the active has just told us so.
    if (present !== undefined) this.table.apply([{ type: 'deleteFlow', orig: flow.orig }]);
    this.#refusals.heal('clash', this.#retryCreate(flow, withMaster));
  }

  #healUpdate(flow: Flow, expected: boolean, errno: number): void {
    if (errno === ENOENT)
      this.#refusals.heal('missing', this.#retryCreate(flow, this.#mirror.hasMaster(flow)));
    else if (errno === EBUSY) {
      this.#mirror.remember(flow, !expected);
      this.#refusals.heal('busy', this.#once({ type: 'updateFlow', flow, expected: !expected }, flow));
    } else if (errno === EOPNOTSUPP) {
      // It has no helper and cannot be given one. The audit finds the announcement that goes with it.
      this.table.apply([{ type: 'deleteFlow', orig: flow.orig }]);
      this.#refusals.heal('noHelper', this.#retryCreate(flow, this.#mirror.hasMaster(flow)));
    } else this.#refusals.count(reasonOf(errno));
  }

  #healExpectation(expectation: Expectation, errno: number): void {
    if (errno === EEXIST || errno === EBUSY) {
      const errnos = this.table.apply([
        { type: 'deleteExpectation', expectation },
        { type: 'createExpectation', expectation },
        { type: 'refreshExpectation', expectation },
      ]);
      if ((errnos[1] ?? 0) === 0) {
        this.#refusals.heal('clash', true);
        return;
      }
    }
    this.#mirror.forgetExpectation(expectation);
    const reason = errno === ENOENT ? 'masterMissing' : reasonOf(errno);
    this.#refusals.refuseExpectation(expectation, reason);
  }

  /** True when the kernel has it now. */
  #retryCreate(flow: Flow, withMaster: boolean): boolean {
    this.#mirror.remember(flow, withMaster);
    const errno = this.table.apply([{ type: 'createFlow', flow, withMaster }])[0] ?? 0;
    if (errno === 0) return true;
    // Of two updates in one batch that both found nothing, the first has created it by now.
    if (errno === EEXIST && this.#adopt(flow, this.table.get(flow.orig))) return true;
    this.#refuse(flow, reasonOf(errno));
    return false;
  }

  /** Brings what the kernel has up to date, if it is this flow with this translation and helper. */
  #adopt(flow: Flow, present: Flow | undefined): boolean {
    if (present === undefined || !sameConnection(present, flow)) return false;
    const expected = (present.status & IPS_EXPECTED) !== 0;
    this.#mirror.remember(flow, expected);
    this.#once({ type: 'updateFlow', flow, expected }, flow);
    return true;
  }

  /** A last try for a flow; a refusal is counted and the mirror forgets it, so that the next change tries again. */
  #once(operation: TableOperation, flow: Flow): boolean {
    const errno = this.table.apply([operation])[0] ?? 0;
    if (errno !== 0) this.#refuse(flow, reasonOf(errno));
    return errno === 0;
  }

  #refuse(flow: Flow, reason: CommitRefusal): void {
    this.#mirror.forget(flow.orig);
    this.#refusals.refuseFlow(flow, reason, this.now());
  }
}

function isTableChange(change: TableChange | AuditChange): change is TableChange {
  return change.type !== 'digest' && change.type !== 'bucketBegin' && change.type !== 'bucketEnd';
}
