/** What a drill has shown, and how it compares with earlier ones, as text. Pure. */
import type { HistoryLine } from '../drill/history.js';
import type { DrillRecord, SessionRecord } from '../drill/record.js';
import { type DrillLimits, type Figures, judge, tenths } from '../drill/verdict.js';
import { createPaint, type Paint, table } from './paint.js';

/** Verdict, outage, every session, and everything that went wrong. */
export function drillLines(record: DrillRecord, limits: DrillLimits, colour: boolean): string {
  const paint = createPaint(colour);
  const { ok, findings, figures } = judge(record, limits);
  const { survived, lost, worstStallMillis, usualStallMillis } = figures;
  const lines = [
    ...table([
      ['session', 'bytes', 'stall before', 'stall across', 'outcome'].map((title) => paint(title, 'faint')),
      ...record.sessions.map((session) => sessionRow(session, paint)),
    ]),
    '',
    `  verdict   ${ok ? paint('ok', 'good') : paint('failed', 'bad')}`,
    `  active    ${record.roles.map(({ at, active }) => `${paint(active)} ${offset(at, record)}`).join(', ')}`,
    `  outage    ${outageWords(figures)}`,
    `  sessions  ${survived} of ${survived + lost} survived`,
    `  stall     ${tenths(worstStallMillis)} ms at most in a transfer (${tenths(usualStallMillis)} ms before)`,
    ...findings.map(({ code, text }) => `  ${code.padEnd(9)} ${paint(text, 'bad')}`),
  ];
  return `${lines.join('\n')}\n`;
}

function sessionRow(session: SessionRecord, paint: Paint): string[] {
  const { name, bytes, stallBeforeMillis, stallAcrossMillis, outcome } = session;
  const millis = (value: number | undefined): string => (value === undefined ? '-' : `${tenths(value)} ms`);
  return [
    paint(name),
    String(bytes),
    millis(stallBeforeMillis),
    millis(stallAcrossMillis),
    outcome.type === 'survived' ? paint('survived', 'good') : paint('lost', 'bad'),
  ];
}

/** `at +0.31 s`: from what was done. */
function offset(at: number, { faultAt = 0 }: DrillRecord): string {
  const seconds = (at - faultAt) / 1000;
  return `${seconds < 0 ? '-' : '+'}${Math.abs(seconds).toFixed(2)} s`;
}

function outageWords({ outageMillis, resolutionMillis }: Figures): string {
  if (outageMillis === undefined) return 'not measured';
  const length = outageMillis === 0 ? 'less than 10 ms' : `${tenths(outageMillis)} ms`;
  return `${length} (the probe itself stood still for ${tenths(resolutionMillis)} ms at most)`;
}

/** Earlier drills, one a line, and what of the newest of each scenario got slower. */
export function historyLines(lines: readonly HistoryLine[], colour: boolean): string {
  const paint = createPaint(colour);
  if (lines.length === 0) return 'no drill has been kept yet\n';
  const rows = lines.map(({ record, ok, figures }) => [
    paint(record.startedAt.replace(/\.\d+Z$/, 'Z')),
    paint(record.scenario),
    paint(record.node),
    ok ? paint('ok', 'good') : paint('failed', 'bad'),
    figures.outageMillis === undefined ? '-' : `${tenths(figures.outageMillis)} ms`,
    `${tenths(figures.worstStallMillis)} ms`,
    figures.takeoverMillis === undefined ? '-' : `${tenths(figures.takeoverMillis)} ms`,
    `${figures.survived}/${figures.survived + figures.lost}`,
  ]);
  const titles = ['when', 'scenario', 'on', 'verdict', 'outage', 'stall', 'takeover', 'sessions'];
  const newest = new Map(lines.map((line) => [line.record.scenario, line]));
  const slower = [...newest.values()].flatMap((line) =>
    line.slower.map((text) => paint(`${line.record.scenario} got slower: ${text}`, 'warn')),
  );
  return `${[...table([titles.map((title) => paint(title, 'faint')), ...rows]), ...slower].join('\n')}\n`;
}
