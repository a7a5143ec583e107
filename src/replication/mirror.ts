/**
 * What the backup has written into its kernel. Decides between creating and updating in place: a control flow that was
 * deleted and created again would lose its expectations. Pure: changes in, operations for the kernel's table out.
 */
import { IPS_EXPECTED } from '../conntrack/ctnetlink.js';
import { type Expectation, expectationKey } from '../conntrack/expectation.js';
import { isData } from '../conntrack/mark.js';
import type { Flow } from '../conntrack/flow.js';
import type { TableOperation } from '../conntrack/table.js';
import { Tally } from '../conntrack/tally.js';
import { sameTuple, type Tuple, tupleKey } from '../conntrack/tuple.js';
import type { Millis } from '../time.js';
import { withoutOffsetsOf } from './same-entry.js';
import { bucketOf, Buckets } from '../journal/buckets.js';
import type { KnownFlow } from './ledger.js';
import type { Change } from '../journal/records.js';

/** Changes of the table, and those that only speak about it. */
export type AuditChange = Extract<Change, { type: 'digest' | 'bucketBegin' | 'bucketEnd' }>;
export type TableChange = Exclude<Change, AuditChange | { type: 'sticky' }>;

export interface Mirrored extends KnownFlow {
  /** When this director was told of it first. */
  readonly since: Millis;
  /** When `flow.timeout` was the remaining time. */
  readonly at: Millis;
  /** The kernel's entry has IPS_EXPECTED: it was created with its master. */
  readonly expected: boolean;
  /** The last copy, of everything or of a bucket, that named it. */
  readonly confirmed: number;
}

export interface MirroredExpectation {
  readonly expectation: Expectation;
  readonly confirmed: number;
  /** Its control flow's. */
  readonly bucket: number;
}

export class Mirror {
  readonly #now: () => Millis;
  #flows = new Buckets<Mirrored>();
  readonly #expectations = new Map<string, MirroredExpectation>();
  /** Keys of the expectations of each control flow: one that ends must not be looked up among all of them. */
  readonly #announced = new Map<string, Set<string>>();
  #copy = 0;
  #serial = 0;

  /** `tally` is told of every flow that comes, changes or goes. */
  constructor(
    now: () => Millis,
    readonly tally = new Tally(),
  ) {
    this.#now = now;
  }

  get counts(): { readonly control: number; readonly data: number; readonly announced: number } {
    let data = 0;
    for (const { flow } of this.#flows.values()) if (isData(flow)) data += 1;
    return { control: this.#flows.size - data, data, announced: this.#expectations.size };
  }

  /** By `tupleKey`; later changes are seen. */
  get flows(): Pick<Buckets<Mirrored>, 'get' | 'has' | 'values' | 'in'> {
    return this.#flows;
  }

  /** By `expectationKey`; later changes are seen. */
  get expectations(): ReadonlyMap<string, MirroredExpectation> {
    return this.#expectations;
  }

  /** What the kernel holds already, from an earlier role or an earlier run. */
  load(flows: readonly Flow[], expectations: readonly Expectation[]): void {
    const before = this.#flows;
    this.clear();
    for (const flow of flows) {
      const key = tupleKey(flow.orig);
      const since = before.get(key)?.since ?? this.#now();
      const expected = (flow.status & IPS_EXPECTED) !== 0;
      this.tally.saw(this.#flows.get(key)?.flow, flow);
      this.#flows.set(key, { flow, serial: this.#serial++, since, at: this.#now(), expected, confirmed: -1 });
    }
    for (const expectation of expectations)
      if (this.#flows.has(tupleKey(expectation.master))) this.#putExpectation(expectation, -1);
  }

  clear(): void {
    this.#flows = new Buckets();
    this.tally.clear();
    this.#expectations.clear();
    this.#announced.clear();
  }

  /** A copy of everything or of a bucket begins: what it does not name is stale at its end. */
  beginCopy(): void {
    this.#copy += 1;
  }

  /** What the active did not name since the copy began, in one bucket or anywhere, as changes. */
  stale(bucket?: number): TableChange[] {
    const flows = bucket === undefined ? this.#flows.values() : this.#flows.in(bucket).values();
    const announced = bucket === undefined ? this.#expectations.values() : this.#announcedIn(bucket);
    const changes: TableChange[] = [];
    for (const { expectation, confirmed } of announced)
      if (confirmed !== this.#copy) changes.push({ type: 'expectationGone', expectation });
    for (const { flow, confirmed } of flows)
      if (confirmed !== this.#copy) changes.push({ type: 'flowGone', orig: flow.orig });
    return changes;
  }

  /** All that a bucket holds, as changes. */
  held(bucket: number): TableChange[] {
    return [
      ...Array.from(this.#flows.in(bucket).values(), ({ flow }): TableChange => ({ type: 'flow', flow })),
      ...this.announcedIn(bucket).map((expectation): TableChange => ({ type: 'expectation', expectation })),
    ];
  }

  /** The announcements of a bucket's control flows. */
  announcedIn(bucket: number): Expectation[] {
    return this.#announcedIn(bucket).map(({ expectation }) => expectation);
  }

  /** Whether the flow is a data flow and its control flow is here. */
  hasMaster({ master }: Flow): boolean {
    return master !== undefined && this.#flows.has(tupleKey(master));
  }

  /** Takes a change as written, and says what writes it. */
  plan(change: TableChange): TableOperation[] {
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

  /** The kernel has this flow; `expected` says whether with IPS_EXPECTED. */
  remember(flow: Flow, expected: boolean): void {
    const key = tupleKey(flow.orig);
    const known = this.#flows.get(key);
    const serial = known?.serial ?? this.#serial++;
    const since = known?.since ?? this.#now();
    this.tally.saw(known?.flow, flow);
    this.#flows.set(key, { flow, serial, since, at: this.#now(), expected, confirmed: this.#copy });
  }

  /** The kernel has it not, so that the next change creates it. */
  forget(orig: Tuple): void {
    this.#dropFlow(orig);
  }

  /** The same for an announcement. */
  forgetExpectation(expectation: Expectation): void {
    this.#dropExpectation(expectation);
  }

  /** The announcements of a control flow. */
  announcedBy(master: Tuple): Expectation[] {
    return Array.from(this.#announced.get(tupleKey(master)) ?? []).flatMap(
      (key) => this.#expectations.get(key)?.expectation ?? [],
    );
  }

  /** Whether it was there. */
  #dropFlow(orig: Tuple): boolean {
    const key = tupleKey(orig);
    this.tally.saw(this.#flows.get(key)?.flow, undefined);
    return this.#flows.delete(key);
  }

  #putExpectation(expectation: Expectation, confirmed: number): void {
    const key = expectationKey(expectation);
    const master = tupleKey(expectation.master);
    this.#expectations.set(key, { expectation, confirmed, bucket: bucketOf(master) });
    const keys = this.#announced.get(master);
    if (keys === undefined) this.#announced.set(master, new Set([key]));
    else keys.add(key);
  }

  /** Whether it was there. */
  #dropExpectation(expectation: Expectation): boolean {
    const key = expectationKey(expectation);
    const master = tupleKey(expectation.master);
    const keys = this.#announced.get(master);
    keys?.delete(key);
    if (keys?.size === 0) this.#announced.delete(master);
    return this.#expectations.delete(key);
  }

  #announcedIn(bucket: number): MirroredExpectation[] {
    return Array.from(this.#expectations.values()).filter((announced) => announced.bucket === bucket);
  }

  #planFlow(flow: Flow): TableOperation[] {
    const known = this.#flows.get(tupleKey(flow.orig));
    // A control flow that came later than its data flow: the kernel takes a master only when it makes an entry.
    const adopted = known?.expected === false && this.hasMaster(flow);
    if (
      known !== undefined &&
      !adopted &&
      !otherMaster(known, flow) &&
      sameTuple(known.flow.reply, flow.reply)
    ) {
      this.remember(flow, known.expected);
      // What an earlier role left behind in this kernel may have offsets that the active's has not.
      return [{ type: 'updateFlow', flow: withoutOffsetsOf(known.flow, flow), expected: known.expected }];
    }
    const withMaster = this.hasMaster(flow);
    this.remember(flow, withMaster);
    const create: TableOperation = { type: 'createFlow', flow, withMaster };
    return known === undefined ? [create] : [{ type: 'deleteFlow', orig: flow.orig }, create];
  }

  #planFlowGone(orig: Tuple): TableOperation[] {
    if (!this.#dropFlow(orig)) return [];
    // The kernel removes a control flow's expectations with it.
    for (const expectation of this.announcedBy(orig)) this.forgetExpectation(expectation);
    return [{ type: 'deleteFlow', orig }];
  }

  /** The second message sets the remaining time, which the kernel ignores at creation. */
  #planExpectation(expectation: Expectation): TableOperation[] {
    const known = this.#expectations.has(expectationKey(expectation));
    this.#putExpectation(expectation, this.#copy);
    const refresh: TableOperation = { type: 'refreshExpectation', expectation };
    return known ? [refresh] : [{ type: 'createExpectation', expectation }, refresh];
  }

  #planExpectationGone(expectation: Expectation): TableOperation[] {
    return this.#dropExpectation(expectation) ? [{ type: 'deleteExpectation', expectation }] : [];
  }
}

/** A client's port is used again, by another session, while the kernel still remembers the connection before. */
function otherMaster(known: Mirrored, { master }: Flow): boolean {
  const before = known.flow.master;
  return known.expected && before !== undefined && master !== undefined && !sameTuple(before, master);
}
