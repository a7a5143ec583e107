/** `ftpair drill --history`: the drills that were kept, and what got slower. */
import { writeFileSync } from 'node:fs';
import { history } from '../drill/history.js';
import { readKept } from '../drill/store.js';
import { ExitStatus } from '../fatal.js';
import { historyLines } from './drill-report.js';
import type { Screen } from './screen.js';

/** `ok` unless the newest drill of a scenario was slower than the earlier ones, for cron. */
export function listHistory(
  directory: string,
  json: string | undefined,
  screen: Screen,
  plain: Screen,
): ExitStatus {
  const kept = readKept(directory);
  for (const { file, problem } of kept.problems) screen.err(`ftpair: ${file} is left out: ${problem}\n`);
  const lines = history(kept.records);
  if (json === undefined) screen.out(historyLines(lines, screen.colour));
  else {
    const text = `${JSON.stringify(
      lines.map(({ file, ok, figures, slower }) => ({ file, ok, figures, slower })),
      undefined,
      2,
    )}\n`;
    if (json === '-') plain.out(text);
    else writeFileSync(json, text, { mode: 0o644 });
  }
  const newest = new Map(lines.map((line) => [line.record.scenario, line]));
  return [...newest.values()].some(({ slower }) => slower.length > 0) ? ExitStatus.no : ExitStatus.ok;
}
