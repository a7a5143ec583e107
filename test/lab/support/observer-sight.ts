/**
 * What an observer on the wire has seen, and what follows from it: who answered for an address from when to when,
 * how long two did, how long nobody did, and since when exactly one does. Pure: sightings in, figures out.
 */

/** One ARP frame in which somebody says that it has an address. */
export interface Sighting {
  /** CLOCK_MONOTONIC milliseconds, when the observer saw it. */
  readonly at: number;
  readonly address: string;
  readonly mac: string;
  /** `answer`: a reply to the observer's question. `claim`: anything that was said to everybody, such as gratuitous ARP. */
  readonly kind: 'answer' | 'claim';
  /** How many questions for this address the observer had asked by then. Counts on over the observer's whole life. */
  readonly asked: number;
}

/** A stretch of an observer's life. Two that follow each other can be joined. */
export interface Watch {
  readonly from: number;
  readonly to: number;
  /** In order of time. */
  readonly sightings: readonly Sighting[];
  /** The longest time in which the observer itself did not get to ask. Nothing is known finer than that. */
  readonly ownStallMillis: number;
}

/** A time in which one station answered question after question. */
export interface Span {
  readonly mac: string;
  readonly first: number;
  readonly last: number;
}

/**
 * So many questions in a row must stay without its answer until a station counts as silent. Questions, not
 * milliseconds: an observer that stood still has not asked, and must not take its own pause for silence.
 */
export const MISSED_QUESTIONS = 4;

/** The stretches of one watch after another, as one. @throws Error when there is none. */
export function joinWatches(watches: readonly Watch[]): Watch {
  const [first] = watches;
  const last = watches.at(-1);
  if (first === undefined || last === undefined) throw new Error('no watch to join');
  return {
    from: first.from,
    to: last.to,
    sightings: watches.flatMap(({ sightings }) => sightings),
    ownStallMillis: Math.max(...watches.map(({ ownStallMillis }) => ownStallMillis)),
  };
}

/** What was seen from a time on. */
export function since(watch: Watch, from: number): Watch {
  return { ...watch, from, sightings: watch.sightings.filter(({ at }) => at >= from) };
}

function answersFor(watch: Watch, address: string): readonly Sighting[] {
  return watch.sightings.filter((seen) => seen.kind === 'answer' && seen.address === address);
}

/** Who answered for an address, in the order of their first answers. A station that fell silent between has two spans. */
export function spansOf(watch: Watch, address: string): readonly Span[] {
  const spans: { mac: string; first: number; last: number; asked: number }[] = [];
  for (const { mac, at, asked } of answersFor(watch, address)) {
    const open = spans.findLast((span) => span.mac === mac);
    if (open === undefined || asked - open.asked > MISSED_QUESTIONS)
      spans.push({ mac, first: at, last: at, asked });
    else Object.assign(open, { last: at, asked });
  }
  return spans.map(({ mac, first, last }) => ({ mac, first, last }));
}

/** The longest time, in milliseconds, in which two stations answered for one address. 0 when it never happened. */
export function overlapOf(watch: Watch, address: string): number {
  const spans = spansOf(watch, address);
  let longest = 0;
  for (const [index, one] of spans.entries())
    for (const other of spans.slice(index + 1)) {
      if (other.mac === one.mac) continue;
      longest = Math.max(longest, Math.min(one.last, other.last) - Math.max(one.first, other.first));
    }
  return longest;
}

/** The longest time, in milliseconds, in which nobody answered, the edges of the watch included. */
export function silenceOf(watch: Watch, address: string): number {
  const times = [watch.from, ...answersFor(watch, address).map(({ at }) => at), watch.to];
  let longest = 0;
  for (const [index, at] of times.slice(1).entries()) longest = Math.max(longest, at - (times[index] ?? at));
  return longest;
}

/** Who answers at the end of a watch. */
export type Answering =
  | { readonly who: 'nobody' }
  | { readonly who: 'several'; readonly macs: readonly string[] }
  /** Exactly one, and it has answered alone and without a break since `since`. */
  | { readonly who: 'one'; readonly mac: string; readonly since: number };

/** Who answered within the last `window` milliseconds of a watch. */
export function answeringAtEnd(watch: Watch, address: string, window: number): Answering {
  const spans = spansOf(watch, address);
  const late = spans.filter(({ last }) => last >= watch.to - window);
  const macs = [...new Set(late.map(({ mac }) => mac))];
  const own = late.at(-1);
  if (own === undefined) return { who: 'nobody' };
  if (macs.length > 1) return { who: 'several', macs };
  const others = spans.filter(({ mac }) => mac !== own.mac).map(({ last }) => last);
  return { who: 'one', mac: own.mac, since: Math.max(own.first, ...others) };
}

/** Who claimed an address of its own accord, each station once, in the order of their first claims. */
export function claimants(watch: Watch, address: string): readonly string[] {
  const claims = watch.sightings.filter((seen) => seen.kind === 'claim' && seen.address === address);
  return [...new Set(claims.map(({ mac }) => mac))];
}
