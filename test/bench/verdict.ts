/** Rows of a benchmark's table: a figure, what either system reached, and whether that is enough. Pure. */
import Table from 'cli-table3';

export type Verdict = 'reached' | 'NOT reached' | 'compared';

/** One row. Texts for people; the numbers behind them are in the results. */
export interface Row {
  readonly figure: string;
  readonly ours: string;
  readonly theirs: string;
  readonly target: string;
  readonly verdict: Verdict;
  /** `reached` or `NOT reached` where the figure has a second, harder target. */
  readonly stretch: string;
}

/** In the place of a figure that is missing. */
export const NOTHING = '–';

/** A figure for people, with so many digits behind the point. */
export function number(value: number | undefined, digits = 1): string {
  return value === undefined ? NOTHING : value.toFixed(digits);
}

/** Whether a figure holds; one that is missing has not been reached. */
export function met(value: number | undefined, holds: (value: number) => boolean): Verdict {
  return value !== undefined && holds(value) ? 'reached' : 'NOT reached';
}

/** The rows as a table for a terminal, as text. `systems` are the names of the two columns of figures. */
export function tableText(rows: readonly Row[], systems: readonly [ours: string, theirs: string]): string {
  const table = new Table({
    head: ['figure', ...systems, 'to reach', '', 'stretch'],
    colWidths: [44, 30, 28, 18, 13, 30],
    wordWrap: true,
    style: { head: [], border: [] },
  });
  for (const { figure, ours, theirs, target, verdict, stretch } of rows)
    table.push([figure, ours, theirs, target, verdict, stretch]);
  return table.toString();
}
