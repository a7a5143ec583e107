/**
 * Writes the active's changes into this director's kernel, live, so that nothing is left to do at a takeover.
 * Keeps a mirror of what it wrote, which decides between creating and updating in place: a control flow that
 * was deleted and created again would lose its expectations. Heals what the kernel refuses where it can, and
 * counts the rest by reason.
 */
import { type Expectation, expectationKey } from '../conntrack/expectation.js';
import { IPS_EXPECTED } from '../conntrack/ctnetlink.js';
import { type Flow, sameSeqAdj, type SeqAdj } from '../conntrack/flow.js';
import type { ConntrackTable, TableOperation } from '../conntrack/table.js';
import { type Tuple, tupleKey } from '../conntrack/tuple.js';
import { bucketOf, Buckets } from './buckets.js';
import { digestOf, sameDigest } from './digest.js';
import type { Batch } from './wire.js';
import type { Change } from './records.js';

/** Refusals of the kernel that have a meaning here (errno.h). */
const ENOENT = 2;
const EBUSY = 16;
const EEXIST = 17;
const ENOMEM = 12;
const EMFILE = 24;
const EOPNOTSUPP = 95;

export type CommitRefusal = 'clash' | 'masterMissing' | 'noHelper' | 'tableFull' | 'other';

interface Mirrored {
  readonly flow: Flow;
  /** The kernel's entry has IPS_EXPECTED: it was created with its master. */
  readonly expected: boolean;
  /** Resync that last confirmed it. */
  confirmed: number;
}

interface MirroredExpectation {
  readonly expectation: Expectation;
  confirmed: number;
}

/** Changes of the table, and those that only speak about it. */
type AuditChange = Extract<Change, { type: 'digest' | 'bucketBegin' | 'bucketEnd' }>;
type TableChange = Exclude<Change, AuditChange>;

export class Commit {
  readonly #flows = new Buckets<Mirrored>();
  readonly #expectations = new Map<string, MirroredExpectation>();
  readonly #refused = new Map<CommitRefusal, number>();
  #resync = 0;
  #repairs = 0;
  /** Buckets that are not what the active has, although every change was committed. */
  readonly #wanted = new Set<number>();

  constructor(readonly table: ConntrackTable) {}

  get counts(): { readonly control: number; readonly data: number; readonly announced: number } {
    let data = 0;
    for (const { flow } of this.#flows.values()) if (flow.master !== undefined) data += 1;
    return { control: this.#flows.size - data, data, announced: this.#expectations.size };
  }

  get refused(): Readonly<Record<string, number>> {
    return Object.fromEntries(this.#refused);
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
    return Array.from(this.#flows.values(), ({ flow }) => flow);
  }

  /** What this kernel holds already, from an earlier role or an earlier run: call before a resync is committed. */
  load(flows: readonly Flow[], expectations: readonly Expectation[]): void {
    this.clear();
    for (const flow of flows)
      this.#flows.set(tupleKey(flow.orig), {
        flow,
        expected: (flow.status & IPS_EXPECTED) !== 0,
        confirmed: -1,
      });
    for (const expectation of expectations)
      if (this.#flows.has(tupleKey(expectation.master)))
        this.#expectations.set(expectationKey(expectation), { expectation, confirmed: -1 });
  }

  clear(): void {
    this.#flows.clear();
    this.#expectations.clear();
    this.#wanted.clear();
  }

  /** Commits one batch. At a resync's end everything that the active did not name is removed. */
  apply(batch: Batch): void {
    if (batch.begin) this.#resync += 1;
    let changes: TableChange[] = [];
    for (const change of batch.changes) {
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
    if (batch.end) this.#write(this.#stale(this.#flows.values(), this.#expectations.values()));
  }

  #audit(change: AuditChange): void {
    switch (change.type) {
      case 'digest':
        this.#checkKernel(change.bucket);
        if (!sameDigest(digestOf(this.#held(change.bucket)), change.digest)) this.#wanted.add(change.bucket);
        return;
      case 'bucketBegin':
        this.#resync += 1;
        return;
      case 'bucketEnd':
        this.#write(this.#stale(this.#flows.in(change.bucket).values(), this.#announcedIn(change.bucket)));
        this.#wanted.delete(change.bucket);
        this.#repairs += 1;
        return;
    }
  }

  /** This kernel's own entries of a bucket, against what was written: whatever has happened to them since is undone. */
  #checkKernel(bucket: number): void {
    const mirrored = Array.from(this.#flows.in(bucket).values());
    const found = this.table.getMany(mirrored.map(({ flow }) => flow.orig));
    mirrored.forEach(({ flow, expected }, index) => {
      const present = found[index];
      if (present !== undefined && sameInKernel(present, flow)) return;
      this.#repairs += 1;
      if (present === undefined) this.#restore(flow);
      else if (sameTuple(present.reply, flow.reply))
        this.#once({ type: 'updateFlow', flow: withoutOffsetsOf(present, flow), expected }, flow);
      else this.#healCreate(flow, this.#hasMaster(flow), EEXIST);
    });
  }

  /** With a control flow its announcement has vanished as well. */
  #restore(flow: Flow): void {
    this.#retryCreate(flow, this.#hasMaster(flow));
    const key = tupleKey(flow.orig);
    const lost = Array.from(this.#expectations).filter(
      ([, { expectation }]) => tupleKey(expectation.master) === key,
    );
    for (const [name] of lost) this.#expectations.delete(name);
    this.#write(lost.map(([, { expectation }]) => ({ type: 'expectation', expectation })));
  }

  #held(bucket: number): Change[] {
    return [
      ...Array.from(this.#flows.in(bucket).values(), ({ flow }): Change => ({ type: 'flow', flow })),
      ...Array.from(this.#announcedIn(bucket), ({ expectation }): Change => ({
        type: 'expectation',
        expectation,
      })),
    ];
  }

  #announcedIn(bucket: number): MirroredExpectation[] {
    return Array.from(this.#expectations.values()).filter(
      ({ expectation }) => bucketOf(tupleKey(expectation.master)) === bucket,
    );
  }

  #hasMaster({ master }: Flow): boolean {
    return master !== undefined && this.#flows.has(tupleKey(master));
  }

  /**
   * The rest of the old active's journal, after this director took the role over: what passed through the old
   * one until the last packet. Our kernel may already know better, so nothing newer is overwritten: a flow
   * gets only offsets of a later rewrite, and an announcement only where there is none (`announced`).
   */
  applyLate(changes: readonly Change[], announced: (master: Tuple) => boolean): void {
    for (const change of changes) {
      if (change.type === 'flow') this.#applyLateFlow(change.flow);
      else if (change.type === 'flowGone') this.table.apply([{ type: 'deleteFlow', orig: change.orig }]);
      else if (change.type === 'expectation' && !announced(change.expectation.master)) this.#write([change]);
    }
  }

  #applyLateFlow(flow: Flow): void {
    const present = this.table.get(flow.orig);
    if (present === undefined) {
      const created = this.table.apply([{ type: 'createFlow', flow, withMaster: flow.master !== undefined }]);
      if (created[0] === ENOENT) this.table.apply([{ type: 'createFlow', flow, withMaster: false }]);
      return;
    }
    const seqAdjOrig = later(flow.seqAdjOrig, present.seqAdjOrig);
    const seqAdjReply = later(flow.seqAdjReply, present.seqAdjReply);
    if (seqAdjOrig === undefined && seqAdjReply === undefined) return;
    const expected = (present.status & IPS_EXPECTED) !== 0;
    this.table.apply([{ type: 'updateFlow', flow: { ...present, seqAdjOrig, seqAdjReply }, expected }]);
  }

  /** What the active did not name since the copy or the bucket began. */
  #stale(flows: Iterable<Mirrored>, expectations: Iterable<MirroredExpectation>): TableChange[] {
    const changes: TableChange[] = [];
    for (const { expectation, confirmed } of expectations)
      if (confirmed !== this.#resync) changes.push({ type: 'expectationGone', expectation });
    for (const { flow, confirmed } of flows)
      if (confirmed !== this.#resync) changes.push({ type: 'flowGone', orig: flow.orig });
    return changes;
  }

  #write(changes: readonly TableChange[]): void {
    const operations = changes.flatMap((change) => this.#plan(change));
    if (operations.length === 0) return;
    const errnos = this.table.apply(operations);
    operations.forEach((operation, index) => {
      const errno = errnos[index] ?? 0;
      if (errno !== 0) this.#heal(operation, errno);
    });
  }

  #plan(change: TableChange): TableOperation[] {
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
      this.#flows.set(key, { flow, expected: known.expected, confirmed: this.#resync });
      return [{ type: 'updateFlow', flow, expected: known.expected }];
    }
    const withMaster = this.#hasMaster(flow);
    this.#flows.set(key, { flow, expected: withMaster, confirmed: this.#resync });
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
        if (errno !== ENOENT) this.#count(reasonOf(errno));
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
    if (present !== undefined && sameTuple(present.reply, flow.reply)) {
      this.#remember(flow, (present.status & IPS_EXPECTED) !== 0);
      this.#once({ type: 'updateFlow', flow, expected: (present.status & IPS_EXPECTED) !== 0 }, flow);
      return;
    }
    // A stale entry holds one of our tuples. Ours is the living one: the active has just told us so.
    if (present !== undefined) this.table.apply([{ type: 'deleteFlow', orig: flow.orig }]);
    this.#retryCreate(flow, withMaster);
  }

  #healUpdate(flow: Flow, expected: boolean, errno: number): void {
    if (errno === ENOENT) this.#retryCreate(flow, this.#hasMaster(flow));
    else if (errno === EBUSY) {
      this.#remember(flow, !expected);
      this.#once({ type: 'updateFlow', flow, expected: !expected }, flow);
    } else this.#count(reasonOf(errno));
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
    this.#count(errno === ENOENT ? 'masterMissing' : reasonOf(errno));
  }

  #retryCreate(flow: Flow, withMaster: boolean): void {
    this.#remember(flow, withMaster);
    this.#once({ type: 'createFlow', flow, withMaster }, flow);
  }

  /** A last try for a flow; a refusal is counted and the mirror forgets it, so that the next change tries again. */
  #once(operation: TableOperation, flow: Flow): void {
    const errno = this.table.apply([operation])[0] ?? 0;
    if (errno !== 0) this.#forget(flow, reasonOf(errno));
  }

  #remember(flow: Flow, expected: boolean): void {
    this.#flows.set(tupleKey(flow.orig), { flow, expected, confirmed: this.#resync });
  }

  #forget(flow: Flow, reason: CommitRefusal): void {
    this.#flows.delete(tupleKey(flow.orig));
    this.#count(reason);
  }

  #count(reason: CommitRefusal): void {
    this.#refused.set(reason, (this.#refused.get(reason) ?? 0) + 1);
  }
}

function isTableChange(change: Change): change is TableChange {
  return change.type !== 'digest' && change.type !== 'bucketBegin' && change.type !== 'bucketEnd';
}

/** Everything that a takeover needs. Not the time, which runs, nor TCP's flags, which are written otherwise on purpose. */
function sameInKernel(present: Flow, told: Flow): boolean {
  return (
    sameTuple(present.reply, told.reply) &&
    present.mark === told.mark &&
    present.helper === told.helper &&
    present.tcp?.state === told.tcp?.state &&
    sameSeqAdj(present.seqAdjOrig, told.seqAdjOrig) &&
    sameSeqAdj(present.seqAdjReply, told.seqAdjReply)
  );
}

const NO_OFFSETS: SeqAdj = { correctionPos: 0, offsetBefore: 0, offsetAfter: 0 };

/** What the kernel is told nothing of, it keeps: offsets that should not be there are set to zero. */
function withoutOffsetsOf(present: Flow, told: Flow): Flow {
  return {
    ...told,
    seqAdjOrig: told.seqAdjOrig ?? (present.seqAdjOrig && NO_OFFSETS),
    seqAdjReply: told.seqAdjReply ?? (present.seqAdjReply && NO_OFFSETS),
  };
}

/** The told offsets where they belong to a later rewrite than the ones present; sequence numbers wrap (RFC 9293 §3.4). */
function later(told: SeqAdj | undefined, present: SeqAdj | undefined): SeqAdj | undefined {
  if (told === undefined) return undefined;
  return present === undefined || ((told.correctionPos - present.correctionPos) | 0) > 0 ? told : undefined;
}

function sameTuple(a: Tuple, b: Tuple): boolean {
  return tupleKey(a) === tupleKey(b);
}

function reasonOf(errno: number): CommitRefusal {
  switch (errno) {
    case EEXIST:
      return 'clash';
    case EOPNOTSUPP:
      return 'noHelper';
    case ENOMEM:
    case EMFILE:
      return 'tableFull';
    default:
      return 'other';
  }
}
