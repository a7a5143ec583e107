/** The benchmark's last screen: versions, the table, a timeline of a typical takeover of each. Text in, text out. */
import Table from 'cli-table3';
import { type PowerResult, typicalRun } from './power.js';
import type { Results, Versions } from './results.js';
import { timelineLines } from './timeline.js';
import { verdicts } from './verdicts.js';

function versionLines({ ftpair, node, kernel, keepalived, cores, loadAtStart }: Versions): readonly string[] {
  return [
    `ftpair ${ftpair} · keepalived ${keepalived} · Node.js ${node} · Linux ${kernel}`,
    `${cores} cores; load of the machine at the start ${loadAtStart.toFixed(2)}`,
  ];
}

function tableText(results: Results): string {
  const table = new Table({
    head: ['figure', 'ftpair', 'keepalived', 'to reach', '', 'stretch'],
    colWidths: [44, 30, 28, 18, 13, 30],
    wordWrap: true,
    style: { head: [], border: [] },
  });
  for (const { figure, ours, theirs, target, verdict, stretch } of verdicts(results))
    table.push([figure, ours, theirs, target, verdict, stretch]);
  return table.toString();
}

function timelines(profile: string, { ours, theirs }: PowerResult): readonly string[] {
  const [mine, other] = [typicalRun(ours), typicalRun(theirs)];
  return [
    ...(mine
      ? ['', ...timelineLines(`A takeover by ftpair, ${profile} profile, step by step:`, mine.moments)]
      : []),
    ...(other
      ? ['', ...timelineLines('The same by keepalived, as far as the wire shows it:', other.moments)]
      : []),
  ];
}

/** Everything, as lines. */
export function screen(results: Results): readonly string[] {
  const { fast, default: calm } = results.profiles;
  return [
    '',
    ...versionLines(results.versions),
    tableText(results),
    ...(fast?.power ? timelines('fast', fast.power) : []),
    ...(calm?.power ? timelines('default', calm.power) : []),
  ];
}
