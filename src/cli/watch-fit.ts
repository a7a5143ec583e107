/** Parts of a live screen into the terminal's size: what matters most gets its lines first. Pure; knows nothing of what is shown. */
import sliceAnsi from 'slice-ansi';

export interface Size {
  readonly columns: number;
  readonly rows: number;
}

/** Lines that belong together, from top to bottom of the screen. */
export interface Part {
  readonly lines: readonly string[];
  /** 1 is what matters most: it gets its lines before every part of a greater rank does. */
  readonly rank: number;
  /** So many lines, its title among them, before any part gets more. */
  readonly least: number;
}

/** The screen: at most `rows` lines of at most `columns` characters. What is left out is counted where it would stand. */
export function fit(parts: readonly Part[], { columns, rows }: Size): readonly string[] {
  const shares = share(parts, rows);
  return parts
    .flatMap(({ lines }, index) => shortened(lines, shares[index] ?? 0))
    .map((line) => sliceAnsi(line, 0, columns));
}

/** How many lines each part gets: first what it needs at least, then the rest, both in the order of rank. */
function share(parts: readonly Part[], rows: number): readonly number[] {
  const order = parts.map((_, index) => index).toSorted((a, b) => rankOf(parts, a) - rankOf(parts, b));
  const shares = parts.map(() => 0);
  let left = rows;
  for (const wanted of ['least', 'all'] as const)
    for (const index of order) {
      const { lines = [], least = 0 } = parts[index] ?? {};
      const most = wanted === 'all' ? lines.length : Math.min(least, lines.length);
      const more = Math.min(left, most - (shares[index] ?? 0));
      shares[index] = (shares[index] ?? 0) + more;
      left -= more;
    }
  return shares;
}

function rankOf(parts: readonly Part[], index: number): number {
  return parts[index]?.rank ?? 0;
}

function shortened(lines: readonly string[], most: number): readonly string[] {
  if (lines.length <= most) return lines;
  if (most <= 1) return lines.slice(0, most);
  return [...lines.slice(0, most - 1), `  … ${lines.length - most + 1} more`];
}
