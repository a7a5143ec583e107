/**
 * What this director's kernel would not take, by entry and by reason: as long as the entry lasts and no later try
 * succeeds. The counts go on for ever. Pure.
 */
import type { Expectation } from '../conntrack/expectation.js';
import type { Flow } from '../conntrack/flow.js';
import { tupleKey } from '../conntrack/tuple.js';
import type { Millis } from '../time.js';
import type { CommitRefusal, RefusedEntry } from '../journal/refusal-report.js';
import type { KnownFlow } from './ledger.js';

/** Refusals of the kernel that have a meaning here (errno.h). */
const ENOMEM = 12;
const EEXIST = 17;
const EMFILE = 24;
const EOPNOTSUPP = 95;

/** What was refused at first: `missing`: an entry that should have been there; `busy`: its EXPECTED bit was not as it had been written. */
export type HealedRefusal = 'clash' | 'masterMissing' | 'noHelper' | 'missing' | 'busy';

/** Serials of refused flows come behind those of all others. */
const FIRST_SERIAL = 2 ** 40;

export interface RefusedFlow extends KnownFlow {
  readonly reason: CommitRefusal;
  readonly since: Millis;
}

export interface RefusedExpectation {
  readonly expectation: Expectation;
  readonly reason: CommitRefusal;
}

export class Refusals {
  readonly #counts = new Map<CommitRefusal, number>();
  readonly #healed = new Map<HealedRefusal, number>();
  readonly #flows = new Map<string, RefusedFlow>();
  /** By control flow: FTP's helper allows one announcement at a time. */
  readonly #expectations = new Map<string, RefusedExpectation>();
  #serial = FIRST_SERIAL;
  #toldUpTo = 0;
  /** Keys of what was refused since `newToTell`. */
  readonly #newFlows = new Set<string>();
  readonly #newExpectations = new Set<string>();

  /** How many entries are refused at present. */
  get size(): number {
    return this.#flows.size + this.#expectations.size;
  }

  get counts(): Readonly<Record<string, number>> {
    return Object.fromEntries(this.#counts);
  }

  /** Refusals behind which another try succeeded at once; not among `counts`. */
  get healed(): Readonly<Record<string, number>> {
    return Object.fromEntries(this.#healed);
  }

  /** Counts it if the other try is `done`. */
  heal(reason: HealedRefusal, done: boolean): void {
    if (done) this.#healed.set(reason, (this.#healed.get(reason) ?? 0) + 1);
  }

  count(reason: CommitRefusal): void {
    this.#counts.set(reason, (this.#counts.get(reason) ?? 0) + 1);
  }

  refuseFlow(flow: Flow, reason: CommitRefusal, now: Millis): void {
    this.count(reason);
    const key = tupleKey(flow.orig);
    const { serial, since } = this.#flows.get(key) ?? { serial: this.#serial++, since: now };
    this.#flows.set(key, { flow, reason, serial, since });
    this.#newFlows.add(key);
  }

  refuseExpectation(expectation: Expectation, reason: CommitRefusal): void {
    this.count(reason);
    const master = tupleKey(expectation.master);
    this.#expectations.set(master, { expectation, reason });
    this.#newExpectations.add(master);
  }

  /** A later try succeeded. */
  flowTaken(key: string): void {
    this.#flows.delete(key);
  }

  /** The flow has ended, and its announcement with it. */
  flowGone(key: string): void {
    this.#flows.delete(key);
    this.#expectations.delete(key);
  }

  /** This control flow's announcement was taken, or has ended. */
  expectationSettled(master: string): void {
    this.#expectations.delete(master);
  }

  clear(): void {
    this.#flows.clear();
    this.#expectations.clear();
    this.#newFlows.clear();
    this.#newExpectations.clear();
  }

  /** What is refused at present, at most `most` of it; asked again and again, all of it has its turn. */
  nextToTell(most: number): RefusedEntry[] {
    const all: RefusedEntry[] = [
      ...Array.from(this.#flows.values(), flowEntry),
      ...Array.from(this.#expectations.values(), expectationEntry),
    ];
    if (all.length <= most) return all;
    const from = this.#toldUpTo % all.length;
    this.#toldUpTo = from + most;
    return [...all.slice(from), ...all].slice(0, most);
  }

  /** What was refused since the last question, as far as it still is: goes out before the word that it was committed. */
  newToTell(): RefusedEntry[] {
    const refusals = [
      ...Array.from(this.#newFlows, (key) => this.#flows.get(key)).flatMap((it) =>
        it ? [flowEntry(it)] : [],
      ),
      ...Array.from(this.#newExpectations, (key) => this.#expectations.get(key)).flatMap((it) =>
        it ? [expectationEntry(it)] : [],
      ),
    ];
    this.#newFlows.clear();
    this.#newExpectations.clear();
    return refusals;
  }

  flows(): Iterable<RefusedFlow> {
    return this.#flows.values();
  }

  flow(key: string): RefusedFlow | undefined {
    return this.#flows.get(key);
  }

  expectation(master: string): RefusedExpectation | undefined {
    return this.#expectations.get(master);
  }
}

function flowEntry({ flow, reason }: RefusedFlow): RefusedEntry {
  return { part: 'flow', reason, orig: flow.orig };
}

function expectationEntry({ expectation, reason }: RefusedExpectation): RefusedEntry {
  return { part: 'announcement', reason, orig: expectation.master };
}

/** What an errno of a write to the connection table means. */
export function reasonOf(errno: number): CommitRefusal {
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
