/** What `ftpair probe` has measured, as text. Pure. */
import { type OutsideRecord, worstStall } from '../drill/outside-record.js';
import { outageWords, type OutsideVerdict, resolutionMillis } from '../drill/outside-verdict.js';
import { createPaint, table } from './paint.js';
import { bytesWords, durationWords, endpointWords } from './words.js';

/** The report on one screen. */
export function probeReport(record: OutsideRecord, verdict: OutsideVerdict, colour: boolean): string {
  const paint = createPaint(colour);
  const further = verdict.findings.slice(verdict.ok ? 0 : 1);
  const lines = [
    '',
    `${paint(endpointWords(record.address, record.port), 'title')} for ${durationWords(record.durationMillis)}`,
    ...table([
      ['  outage', outageLine(record)],
      ['  probe', probeLine(record)],
    ]).map((line) => line.slice(2)),
    '',
    ...table([
      ['session', 'received', 'longest stall', 'outcome'].map((word) => paint(word, 'faint')),
      ...record.sessions.map((session) => {
        const { outcome } = session;
        const stall = worstStall(session);
        return [
          paint(session.name),
          bytesWords(session.bytes),
          stall === undefined ? 'under 20 ms' : `${stall} ms`,
          outcome.type === 'survived' ? paint('survived', 'good') : paint(`lost: ${outcome.reason}`, 'bad'),
        ];
      }),
    ]),
    '',
    paint(`${verdict.ok ? 'ok' : 'not ok'}: ${verdict.text}`, verdict.ok ? 'good' : 'bad'),
    ...further.map(({ text }) => paint(`        ${text}`, 'bad')),
  ];
  return `${lines.join('\n')}\n`;
}

function outageLine(record: OutsideRecord): string {
  const words = outageWords(record);
  if (words === undefined)
    return 'not measured: the address does not refuse connections to the port of the probe';
  const finer = resolutionMillis(record) ?? 0;
  const at =
    record.outage === undefined ? '' : `, ${(record.outage.from / 1000).toFixed(1)} s after the beginning`;
  return words.startsWith('none') ? words : `${words}${at} (not measured finer than ${finer} ms)`;
}

function probeLine({ probe }: OutsideRecord): string {
  if (probe === undefined) return '-';
  return `${probe.answered} answers to ${probe.sent} questions, one every ${probe.everyMillis} ms; stood still itself for ${probe.ownStallMillis} ms`;
}
