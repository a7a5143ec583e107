/**
 * What a director knows of its flows and announced channels, and what of it the backup may not have: as the active from
 * its kernel and the acknowledgements, as the backup from the journal and its kernel's refusals. Types and small
 * values; who asks is in sessions/.
 */
import type { Expectation } from '../conntrack/expectation.js';
import type { Flow } from '../conntrack/flow.js';
import type { Tuple } from '../conntrack/tuple.js';
import type { CommitRefusal } from '../journal/refusal-report.js';
import type { Millis } from '../time.js';

/**
 * `unacknowledged`: told or about to be told, and the backup has not said that it is in its kernel as it is; else that
 * kernel's word.
 */
export type Lacking = 'unacknowledged' | CommitRefusal;

/** Bytes by where they went, headers included. */
export interface Traffic {
  readonly toClient: number;
  readonly fromClient: number;
}

export const noTraffic: Traffic = { toClient: 0, fromClient: 0 };

/** One flow of the ledger, by its number. */
export interface KnownFlow {
  readonly flow: Flow;
  /** Rises in the order in which this director came to know them; the same for as long as the flow and the director's role last. */
  readonly serial: number;
}

export interface LedgerFlow extends KnownFlow {
  /** When this director saw it first. */
  readonly since: Millis;
  /** Of a control flow: what its data channels that have ended carried through this director. */
  readonly ended: Traffic;
  readonly lacking: Lacking | undefined;
}

export interface LedgerExpectation {
  readonly expectation: Expectation;
  readonly lacking: Lacking | undefined;
}

/** Answers are as of the moment of the question. */
export interface Ledger {
  /** Every flow, in no certain order. Not to be kept over a turn of the event loop. */
  known(): Iterable<KnownFlow>;
  flow(orig: Tuple): LedgerFlow | undefined;
  /** The channel that this control flow has announced. */
  announced(master: Tuple): LedgerExpectation | undefined;
}
