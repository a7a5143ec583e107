/** The benchmark's last screen: versions, the table, a timeline of a typical takeover of each. Text in, text out. */
import { conditionLines } from '../conditions.js';
import { tableText } from '../verdict.js';
import { type PowerResult, typicalRun } from './power.js';
import type { Results } from './results.js';
import { timelineLines } from './timeline.js';
import { verdicts } from './verdicts.js';

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
    ...conditionLines(results.versions, `keepalived ${results.versions.keepalived}`),
    tableText(verdicts(results), ['ftpair', 'keepalived']),
    ...(fast?.power ? timelines('fast', fast.power) : []),
    ...(calm?.power ? timelines('default', calm.power) : []),
  ];
}
