/**
 * One flow and one announced channel as the active keeps them, and the questions about one of them alone: how much of
 * its time is left, and whether the kernel's entry differs from what was told. Pure.
 */
import type { Expectation } from '../conntrack/expectation.js';
import { type Flow, sameSeqAdj } from '../conntrack/flow.js';
import { sameTuple } from '../conntrack/tuple.js';
import type { Millis } from '../time.js';
import { noTraffic, type Traffic } from './ledger.js';
import type { Change } from '../journal/records.js';

/** Larger than every index of a batch: seen, and not told in this epoch of the journal. */
export const UNTOLD = Infinity;

export interface TrackedFlow {
  flow: Flow;
  /** When `flow.timeout` was the remaining time. */
  at: Millis;
  /** Rises with every flow that is new here. */
  readonly serial: number;
  /** When this director saw it first. */
  readonly since: Millis;
  /** Index of the last batch of the journal that told it. */
  told: number;
  /** Of a control flow: what its data channels that have ended carried. */
  ended: Traffic;
}

export interface TrackedExpectation {
  readonly expectation: Expectation;
  readonly at: Millis;
  told: number;
}

/** A flow that was not known before. */
export function freshFlow(flow: Flow, serial: number, now: Millis): TrackedFlow {
  return { flow, at: now, serial, since: now, told: UNTOLD, ended: noTraffic };
}

/**
 * What is known together with what is seen now: events omit the master and the offsets, which last. Counters are left
 * out; they are old as soon as they are read.
 */
export function merged(seen: Flow, known: Flow | undefined): Flow {
  return {
    orig: seen.orig,
    reply: seen.reply,
    status: seen.status,
    timeout: seen.timeout,
    tcp: seen.tcp ?? known?.tcp,
    helper: seen.helper === '' ? (known?.helper ?? '') : seen.helper,
    mark: seen.mark,
    master: seen.master ?? known?.master,
    seqAdjOrig: seen.seqAdjOrig ?? known?.seqAdjOrig,
    seqAdjReply: seen.seqAdjReply ?? known?.seqAdjReply,
  };
}

/** The backup's remaining time may lag by a quarter and half a minute before it is told again. */
const TIMEOUT_SLACK = 1.25;
const TIMEOUT_GRACE_SECONDS = 30;

export function mastersFirst(flows: readonly Flow[]): Flow[] {
  return [
    ...flows.filter((flow) => flow.master === undefined),
    ...flows.filter((flow) => flow.master !== undefined),
  ];
}

/** With the remaining times as of now; control flows before their data flows, and all flows before the expectations. */
export function asChanges(
  tracked: Iterable<TrackedFlow>,
  announced: Iterable<TrackedExpectation>,
  now: Millis,
): Change[] {
  const flows = Array.from(tracked, ({ flow, at }) => ({
    ...flow,
    timeout: remaining(flow.timeout, at, now),
  }));
  const expectations = Array.from(announced, ({ expectation, at }) => ({
    ...expectation,
    timeout: remaining(expectation.timeout, at, now),
  }));
  return [
    ...mastersFirst(flows).map((flow): Change => ({ type: 'flow', flow })),
    ...expectations.map((expectation): Change => ({ type: 'expectation', expectation })),
  ];
}

/** Seconds that are left now, at least one, of `timeout` seconds that were left at `at`. */
export function remaining(timeout: number, at: Millis, now: Millis): number {
  return Math.max(1, Math.round(timeout - (now - at) / 1000));
}

/** Whether the backup should hear of `flow`, of which it has been told `known`. */
export function differs(known: TrackedFlow, flow: Flow, now: Millis): boolean {
  const expected = remaining(known.flow.timeout, known.at, now);
  return (
    !sameOffsets(known.flow, flow) ||
    // Only the event of a flow's beginning names its master, and that one may have been lost.
    (known.flow.master === undefined && flow.master !== undefined) ||
    known.flow.status !== flow.status ||
    known.flow.tcp?.state !== flow.tcp?.state ||
    !sameTuple(known.flow.reply, flow.reply) ||
    flow.timeout > expected * TIMEOUT_SLACK + TIMEOUT_GRACE_SECONDS
  );
}

/** Whether both have the same sequence offsets in both directions. */
export function sameOffsets(a: Flow, b: Flow): boolean {
  return sameSeqAdj(a.seqAdjOrig, b.seqAdjOrig) && sameSeqAdj(a.seqAdjReply, b.seqAdjReply);
}
