/** What a drill has shown, in a few lines for the screen. Pure. */
import type { Conducted } from '../drill/conduct.js';
import { createPaint } from './paint.js';

/** Verdict, outage, sessions, and everything that went wrong. */
export function drillLines({ record, troubles }: Conducted, colour: boolean): string {
  const paint = createPaint(colour);
  const lost = record.sessions.flatMap(({ name, outcome }) =>
    outcome.type === 'lost' ? [`${name}: ${outcome.reason}`] : [],
  );
  const good = lost.length === 0 && troubles.length === 0 && record.interrupted === undefined;
  const outages = record.probes.map(({ address, silences }) => {
    const longest = Math.max(0, ...silences.map(({ from, to }) => to - from));
    return `  outage    ${longest === 0 ? 'less than 10' : longest.toFixed(1)} ms (${address})`;
  });
  const stalls = record.sessions.map(({ stallAcrossMillis }) => stallAcrossMillis ?? 0);
  return [
    `  verdict   ${good ? paint('ok', 'good') : paint('failed', 'bad')}`,
    ...outages,
    `  sessions  ${record.sessions.length - lost.length} of ${record.sessions.length} survived`,
    `  stall     ${Math.max(0, ...stalls)} ms at most in a transfer`,
    ...lost.map((line) => `  lost      ${paint(line, 'bad')}`),
    ...troubles.map((line) => `  trouble   ${paint(line, 'bad')}`),
    '',
  ].join('\n');
}
