/** Whether what was measured from outside is good: findings with stable codes, words and numbers. Pure. */
import { longestOf, type OutsideRecord, worstStall } from './outside-record.js';

/** What may not be exceeded, in milliseconds; undefined: not judged. */
export interface OutsideLimits {
  readonly maxOutage: number | undefined;
  readonly maxStall: number | undefined;
}

export interface OutsideFinding {
  readonly code: 'silent-at-end' | 'session-lost' | 'outage-too-long' | 'outage-unknown' | 'stall-too-long';
  readonly text: string;
  /** Milliseconds, where it is about a length of time. */
  readonly millis?: number;
}

export interface OutsideVerdict {
  readonly ok: boolean;
  /** In one line. */
  readonly text: string;
  readonly findings: readonly OutsideFinding[];
}

/** Lost sessions, an address that nobody has at the end, and every limit that was exceeded make it bad. */
export function judgeOutside(record: OutsideRecord, limits: OutsideLimits): OutsideVerdict {
  const findings = [
    ...silence(record),
    ...losses(record),
    ...outage(record, limits),
    ...stalls(record, limits),
  ];
  const ok = findings.length === 0;
  return { ok, text: ok ? goodWords(record) : (findings[0]?.text ?? ''), findings };
}

/** How finely a silence was measured: no finer than the probe asks, nor than it could run itself. */
export function resolutionMillis({ probe }: OutsideRecord): number | undefined {
  return probe && Math.max(probe.everyMillis, probe.ownStallMillis);
}

/** `34.2 ms`, or that there was none that could be seen; undefined where it was not measured. */
export function outageWords(record: OutsideRecord): string | undefined {
  const resolution = resolutionMillis(record);
  if (resolution === undefined) return undefined;
  const length = record.outage && record.outage.to - record.outage.from;
  if (length === undefined || length <= resolution)
    return `none of more than ${ms(Math.max(10, resolution))}`;
  return ms(length);
}

function silence({ silentAtEnd, address }: OutsideRecord): OutsideFinding[] {
  return silentAtEnd ? [{ code: 'silent-at-end', text: `nobody answered for ${address} at the end` }] : [];
}

function losses({ sessions }: OutsideRecord): OutsideFinding[] {
  return sessions.flatMap(({ name, outcome }) =>
    outcome.type === 'lost'
      ? [{ code: 'session-lost' as const, text: `${name} was lost: ${outcome.reason}` }]
      : [],
  );
}

function outage(record: OutsideRecord, { maxOutage }: OutsideLimits): OutsideFinding[] {
  if (maxOutage === undefined) return [];
  if (record.probe === undefined)
    return [
      { code: 'outage-unknown', text: 'the outage could not be measured, so its limit cannot be judged' },
    ];
  const millis = record.outage === undefined ? 0 : record.outage.to - record.outage.from;
  if (millis <= maxOutage) return [];
  const text = `${record.address} was silent for ${ms(millis)}, longer than the limit of ${ms(maxOutage)}`;
  return [{ code: 'outage-too-long', text, millis }];
}

function stalls({ sessions }: OutsideRecord, { maxStall }: OutsideLimits): OutsideFinding[] {
  if (maxStall === undefined) return [];
  return sessions.flatMap((session) => {
    const millis = worstStall(session) ?? 0;
    if (millis <= maxStall) return [];
    const text = `${session.name} stood still for ${ms(millis)}, longer than the limit of ${ms(maxStall)}`;
    return [{ code: 'stall-too-long' as const, text, millis }];
  });
}

function goodWords(record: OutsideRecord): string {
  const count = record.sessions.length;
  const all = count === 1 ? 'the session' : `all ${count} sessions`;
  const stall = longestOf(record.sessions.flatMap((session) => session.stalls));
  const longest = stall === undefined ? '' : `, longest stall ${ms(stall.to - stall.from)}`;
  return `${all} survived; outage: ${outageWords(record) ?? 'not measured'}${longest}`;
}

function ms(value: number): string {
  return `${Math.round(value * 10) / 10} ms`;
}
