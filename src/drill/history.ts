/**
 * A drill beside earlier ones of the same scenario: what got slower. Pure. A figure has got slower when it is more than half as much
 * again as the median of the earlier ones, and by more than noise: 20 ms, or three times the middle deviation of the earlier ones.
 */
import type { DrillRecord } from './record.js';
import { type Figures, judge, tenths } from './verdict.js';

/** A record that was kept, or why it cannot be read. */
export type Kept =
  | { readonly file: string; readonly record: DrillRecord }
  | { readonly file: string; readonly problem: string };

export interface HistoryLine {
  readonly file: string;
  readonly record: DrillRecord;
  readonly ok: boolean;
  readonly figures: Figures;
  /** In sentences. */
  readonly slower: readonly string[];
}

/** So many earlier ones are needed for a comparison, and so many count. */
const LEAST = 3;
const MOST = 20;
const NOISE_MILLIS = 20;

const COMPARED = {
  outageMillis: 'outage',
  worstStallMillis: 'longest stall',
  takeoverMillis: 'time until the other one was active',
} as const satisfies Partial<Record<keyof Figures, string>>;

/** The oldest first, each compared with those before it. */
export function history(
  records: readonly { readonly file: string; readonly record: DrillRecord }[],
): HistoryLine[] {
  const sorted = records.toSorted((a, b) => (a.record.startedAt < b.record.startedAt ? -1 : 1));
  const lines: HistoryLine[] = [];
  for (const { file, record } of sorted) {
    const { ok, figures } = judge(record);
    const earlier = lines
      .filter((line) => line.ok && line.record.scenario === record.scenario)
      .slice(-MOST)
      .map((line) => line.figures);
    lines.push({ file, record, ok, figures, slower: ok ? slowerThan(earlier, figures) : [] });
  }
  return lines;
}

function slowerThan(earlier: readonly Figures[], now: Figures): readonly string[] {
  if (earlier.length < LEAST) return [];
  return Object.entries(COMPARED).flatMap(([key, words]) => {
    const name = key as keyof typeof COMPARED;
    const known = earlier.map((figures) => figures[name]).filter((value) => value !== undefined);
    const value = now[name];
    if (value === undefined || known.length < LEAST) return [];
    const middle = median(known);
    const deviation = median(known.map((each) => Math.abs(each - middle)));
    const limit = Math.max(1.5 * middle, middle + NOISE_MILLIS, middle + 3 * deviation);
    if (value <= limit) return [];
    return [
      `${words} ${tenths(value)} ms, where ${known.length} earlier drills had ${tenths(middle)} ms in the middle`,
    ];
  });
}

/** Of at least one number. */
function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const half = sorted.length >> 1;
  const [low = 0, high = 0] = [sorted[half - (sorted.length % 2 === 0 ? 1 : 0)], sorted[half]];
  return (low + high) / 2;
}
