/** What a benchmark's runs leave behind, and how their progress is told. */

/** One line of progress for whoever waits. */
export type Say = (line: string) => void;

/** What came of a case: one entry for each run that could be measured, one sentence for each that could not. */
export interface Runs<T> {
  readonly measured: readonly T[];
  readonly failed: readonly string[];
}

/** `12.3`, or `-` where there is nothing. */
export function tenths(value: number | undefined): string {
  return value === undefined ? '-' : value.toFixed(1);
}
