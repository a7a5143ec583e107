/** Two kernels' tables held against each other, entry by entry. Pure: lists in, what differs out. */
import type { Expectation } from '../../../src/conntrack/expectation.js';
import type { Flow, SeqAdj } from '../../../src/conntrack/flow.js';
import { TCP_CONNTRACK } from '../../../src/conntrack/ctnetlink.js';
import { formatTuple } from '../../../src/conntrack/tuple.js';

/** What may differ in an entry that both have. */
export const PARTS = ['nat', 'state', 'mark', 'helper', 'master', 'offsets'] as const;
export type Part = (typeof PARTS)[number];

/** An entry as text: what it is, and its parts in the order of PARTS. */
export type Entry = readonly [key: string, ...parts: string[]];

function offsets(adj: SeqAdj | undefined): string {
  return adj === undefined ? '' : `${adj.correctionPos} ${adj.offsetBefore} ${adj.offsetAfter}`;
}

/** A flow as an entry. Its remaining time is not compared: it runs. */
export function flowEntry(flow: Flow): Entry {
  return [
    `flow ${formatTuple(flow.orig)}`,
    formatTuple(flow.reply),
    TCP_CONNTRACK[flow.tcp?.state ?? 0] ?? '',
    String(flow.mark),
    flow.helper,
    flow.master === undefined ? '' : formatTuple(flow.master),
    `${offsets(flow.seqAdjOrig)}|${offsets(flow.seqAdjReply)}`,
  ];
}

/** An announced channel as an entry: its NAT and its control flow are what can be missing. */
export function expectationEntry({ tuple, master, nat, fn }: Expectation): Entry {
  return [
    `expectation ${formatTuple(tuple)}`,
    nat === undefined ? '' : `${nat.direction} ${formatTuple(nat.tuple)} ${fn}`,
    '',
    '',
    '',
    formatTuple(master),
    '',
  ];
}

/** What is not the same. All zero: the tables are equal. */
export interface Difference {
  readonly missing: number;
  readonly extra: number;
  readonly flows: Readonly<Record<Part, number>>;
  /** Announced channels whose translation differs. */
  readonly expectationNat: number;
  /** A few of the keys, for people. */
  readonly examples: readonly string[];
}

const EXAMPLES = 3;

/** What the backup's table lacks, has too much, or has otherwise than the active's. */
export function difference(active: readonly Entry[], backup: readonly Entry[]): Difference {
  const there = new Map(backup.map((entry) => [entry[0], entry]));
  const flows: Record<Part, number> = { nat: 0, state: 0, mark: 0, helper: 0, master: 0, offsets: 0 };
  const examples: string[] = [];
  const example = (text: string): void => {
    if (examples.length < EXAMPLES) examples.push(text);
  };
  let missing = 0;
  let expectationNat = 0;
  for (const entry of active) {
    const other = there.get(entry[0]);
    there.delete(entry[0]);
    if (other === undefined) {
      missing += 1;
      example(`missing: ${entry[0]}`);
      continue;
    }
    PARTS.forEach((part, index) => {
      if (entry[index + 1] === other[index + 1]) return;
      if (entry[0].startsWith('flow')) flows[part] += 1;
      else if (part === 'nat') expectationNat += 1;
      example(`${part} of ${entry[0]}`);
    });
  }
  for (const key of there.keys()) example(`too much: ${key}`);
  return { missing, extra: there.size, flows, expectationNat, examples };
}

/** The same entries with the same translation, state and mark: whatever is alive at the active is alive at the backup. */
export function follows({ missing, extra, flows }: Difference): boolean {
  return missing + extra + flows.nat + flows.state + flows.mark === 0;
}

/** Every part of every entry. */
export function equals(found: Difference): boolean {
  const { flows, expectationNat } = found;
  return follows(found) && flows.helper + flows.master + flows.offsets + expectationNat === 0;
}
