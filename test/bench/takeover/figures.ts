/**
 * What the benchmark computes from times that its instruments wrote down: silences, losses, stalls, and how long two
 * directors answered at once. Pure: numbers in, numbers out; nothing is measured here.
 */

/** A length of time with its ends, CLOCK_MONOTONIC milliseconds. */
export interface Span {
  readonly from: number;
  readonly to: number;
}

/** How long a span is, in milliseconds; 0 of none. */
export function lengthOf(span: Span | undefined): number {
  return span === undefined ? 0 : span.to - span.from;
}

/** Probes in the order in which they were sent; an answer that has not come is null. Milliseconds. */
export interface ProbeLog {
  readonly sentAt: readonly number[];
  readonly answeredAt: readonly (number | null)[];
}

/** The longest time between two answers in a row, or of those that begin in a span; undefined where there is none. */
export function longestSilence({ answeredAt }: ProbeLog, begins?: Span): Span | undefined {
  const answers = answeredAt.filter((at) => at !== null).sort((a, b) => a - b);
  return longestGap(answers, begins);
}

/** How many of the probes that were sent within a span have not been answered. */
export function lostProbes(log: ProbeLog, span: Span): { readonly sent: number; readonly lost: number } {
  const inside = log.sentAt.flatMap((at, index) => (at >= span.from && at <= span.to ? [index] : []));
  return { sent: inside.length, lost: inside.filter((index) => log.answeredAt[index] === null).length };
}

/** The longest time without a piece inside a span; its ends count as pieces, so that equal spans compare. */
export function longestStall(pieces: readonly number[], span: Span): number {
  const inside = pieces.filter((at) => at > span.from && at < span.to);
  return lengthOf(longestGap([span.from, ...inside, span.to]));
}

function longestGap(times: readonly number[], begins?: Span): Span | undefined {
  let longest: Span | undefined;
  times.slice(1).forEach((to, index) => {
    const from = times[index] ?? to;
    if (begins !== undefined && (from < begins.from || from > begins.to)) return;
    if (longest === undefined || to - from > lengthOf(longest)) longest = { from, to };
  });
  return longest;
}

/** An answer to "who has the VIP": when it came, and the hardware address that answered. */
export interface Answer {
  readonly at: number;
  readonly mac: string;
}

/** Two who answered in the same span. */
export interface Overlap extends Span {
  /** Who answered already. */
  readonly first: string;
  readonly second: string;
}

/**
 * Milliseconds without an answer after which somebody has stopped answering. Twenty questions of the observer: this
 * errs against the answerer.
 */
export const ANSWER_PATIENCE = 100;

interface Spell extends Span {
  readonly mac: string;
}

/**
 * Times in which one address answered without a pause longer than `patience`. A pause within it counts as answering:
 * what was asked and not answered in between says nothing against the one that answers before and after.
 */
function spells(answers: readonly Answer[], patience: number): readonly Spell[] {
  const done: Spell[] = [];
  const open = new Map<string, Spell>();
  for (const { at, mac } of answers) {
    const last = open.get(mac);
    if (last !== undefined && at - last.to > patience) done.push(last);
    const from = last === undefined || at - last.to > patience ? at : last.from;
    open.set(mac, { mac, from, to: at });
  }
  return [...done, ...open.values()];
}

/**
 * The longest time in which two different addresses answered: from the first answer of the second to the last answer
 * of the first. Undefined when they never did. `answers` are in the order of their times.
 */
export function longestOverlap(answers: readonly Answer[], patience: number): Overlap | undefined {
  const all = spells(answers, patience);
  let longest: Overlap | undefined;
  for (const first of all)
    for (const second of all) {
      if (first.mac === second.mac || second.from < first.from || second.from > first.to) continue;
      const overlap = {
        from: second.from,
        to: Math.min(first.to, second.to),
        first: first.mac,
        second: second.mac,
      };
      if (longest === undefined || lengthOf(overlap) > lengthOf(longest)) longest = overlap;
    }
  return longest;
}
