/**
 * Two kernels' tables as they matter for a takeover, and where they differ. Pure: dumps in, differences out. Remaining times,
 * TCP's flags and the kernel's own status bits differ on purpose and are left out.
 */
import type { Expectation } from '../conntrack/expectation.js';
import type { Flow, SeqAdj } from '../conntrack/flow.js';
import { formatTuple, type Tuple, tupleKey } from '../conntrack/tuple.js';
import { bucketOf, BUCKETS } from '../journal/buckets.js';
import type { Change } from '../journal/records.js';

/** One entry that is not the same in both kernels; `here` and `there` say what each has of it, undefined for nothing. */
export interface Difference {
  /** What it is, such as `flow 198.51.100.7:40000 > 198.51.100.100:21`. */
  readonly entry: string;
  readonly here: string | undefined;
  readonly there: string | undefined;
}

/** What a table holds: the name of each entry, and what of it matters. */
export type Contents = ReadonlyMap<string, string>;

/** The services' entries of a dump, by buckets. Expectations of flows that are not among `flows` are left out. */
export function bucketsOf(flows: readonly Flow[], expectations: readonly Expectation[]): Change[][] {
  const masters = new Set(flows.map(({ orig }) => tupleKey(orig)));
  const buckets = Array.from({ length: BUCKETS }, (): Change[] => []);
  const put = (owner: Tuple, change: Change): void => {
    buckets[bucketOf(tupleKey(owner))]?.push(change);
  };
  for (const flow of flows) put(flow.orig, { type: 'flow', flow });
  for (const expectation of expectations)
    if (masters.has(tupleKey(expectation.master)))
      put(expectation.master, { type: 'expectation', expectation });
  return buckets;
}

/** Changes that stand for entries; others say nothing. */
export function contentsOf(changes: Iterable<Change>): Contents {
  const contents = new Map<string, string>();
  for (const change of changes) {
    if (change.type === 'flow') contents.set(`flow ${formatTuple(change.flow.orig)}`, flowWords(change.flow));
    if (change.type === 'expectation') {
      const { expectation } = change;
      contents.set(expectationName(expectation), expectationWords(expectation));
    }
  }
  return contents;
}

/** In the order of their names. */
export function differences(here: Contents, there: Contents): Difference[] {
  return [...new Set([...here.keys(), ...there.keys()])]
    .filter((entry) => here.get(entry) !== there.get(entry))
    .sort()
    .map((entry) => ({ entry, here: here.get(entry), there: there.get(entry) }));
}

/** Those of the second look that the first had as well: what was only under way is no difference. */
export function lasting(first: readonly Difference[], second: readonly Difference[]): Difference[] {
  const before = new Set(first.map(({ entry }) => entry));
  return second.filter(({ entry }) => before.has(entry));
}

function flowWords({ reply, mark, helper, tcp, seqAdjOrig, seqAdjReply }: Flow): string {
  return [
    `reply ${formatTuple(reply)}`,
    `mark ${mark}`,
    `state ${tcp?.state ?? 'none'}`,
    `helper ${helper === '' ? 'none' : helper}`,
    `offsets ${offsetWords(seqAdjOrig)} / ${offsetWords(seqAdjReply)}`,
  ].join(', ');
}

function offsetWords(adj: SeqAdj | undefined): string {
  return adj === undefined ? 'none' : `${adj.offsetBefore} > ${adj.offsetAfter} at ${adj.correctionPos}`;
}

function expectationName(expectation: Expectation): string {
  const { src, sport, dst, dport } = expectation.tuple;
  return `expectation ${formatTuple({ src, sport, dst, dport })} of ${formatTuple(expectation.master)}`;
}

function expectationWords({ flags, class: kind, fn, nat }: Expectation): string {
  const to = nat === undefined ? 'none' : `${nat.direction} ${formatTuple(nat.tuple)}`;
  return `to ${to}, flags ${flags}, class ${kind}, ${fn}`;
}
