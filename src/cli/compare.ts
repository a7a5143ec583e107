/** What `ftpair compare` prints. Pure: the daemon's answer in, text out. */
import type { CompareResult } from '../control/schema.js';

/** One line for each side of a difference, as in a diff: `-` is this director's kernel, `+` the peer's. */
export function renderComparison({ entries, differences }: CompareResult): string {
  const lines = differences.flatMap(({ entry, here, there }) => [
    entry,
    `  - ${here ?? 'not here'}`,
    `  + ${there ?? 'not there'}`,
  ]);
  return `${[...lines, summary(entries, differences.length)].join('\n')}\n`;
}

function summary(entries: number, different: number): string {
  const held = `${entries} ${entries === 1 ? 'entry' : 'entries'} in this kernel`;
  if (different === 0) return `${held}, the same in the peer's`;
  return `${held}, ${different} not as in the peer's (- here, + there)`;
}
