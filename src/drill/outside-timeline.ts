/** A measurement from outside as one picture, in the same hand as a drill's. Pure. */
import type { OutsideRecord } from './outside-record.js';
import { type OutsideVerdict, outageWords } from './outside-verdict.js';
import { draw } from './timeline.js';
import { probeLane, sessionLane } from './timeline-lanes.js';

/** The whole file. Where the address was silent for longest stands for the fault. */
export function outsideTimeline(record: OutsideRecord, verdict: OutsideVerdict): string {
  const { address, startedAt, sessions, durationMillis, outage } = record;
  const survived = sessions.filter(({ outcome }) => outcome.type === 'survived').length;
  return draw({
    heading: {
      title: `ftpair probe of ${address}`,
      facts: [
        verdict.ok ? 'passed' : 'failed',
        `outage ${outageWords(record) ?? 'not measured'}`,
        `${survived} of ${sessions.length} sessions survived`,
        startedAt.replace('T', ' ').replace(/\.\d+Z$/, ' UTC'),
      ].join(' · '),
    },
    ok: verdict.ok,
    findings: verdict.findings.map(({ text }) => text),
    lanes: [
      ...(record.probe === undefined ? [] : [probeLane(record.probe, durationMillis)]),
      ...sessions.map(sessionLane),
    ],
    durationMillis,
    faultAt: outage?.from,
    panels: { whole: 'the whole measurement', close: 'around the longest silence' },
    lists: [],
  });
}
