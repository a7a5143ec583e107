/**
 * What a drill's record means: good or not, and its figures. Pure. The same record gives the same verdict for ever, so that old ones
 * can be compared.
 */
import type { DrillRecord, SessionRecord, Span } from './record.js';

/** Numbers of one drill. Lengths of time are milliseconds. */
export interface Figures {
  /** The longest silence of a probe from the fault on; 0 for less than the probe notes down. Undefined where there is no probe. */
  readonly outageMillis: number | undefined;
  /** How long the probe itself stood still: a silence of that length proves nothing. */
  readonly resolutionMillis: number;
  /** The longest silence of a running transfer from the fault on. */
  readonly worstStallMillis: number;
  /** The same before the fault: what the servers and the network do anyway. */
  readonly usualStallMillis: number;
  readonly survived: number;
  readonly lost: number;
  /** From the fault until another director was seen to be active; undefined where none was. */
  readonly takeoverMillis: number | undefined;
}

/** What an administrator allows. */
export interface DrillLimits {
  readonly maxOutageMillis?: number | undefined;
  readonly maxStallMillis?: number | undefined;
}

/** Why a drill is not good: a word for scripts, a sentence for people. */
export interface Finding {
  readonly code: 'lost' | 'trouble' | 'interrupted' | 'outage' | 'stall' | 'noFault';
  readonly text: string;
}

export interface Verdict {
  readonly ok: boolean;
  /** None where it is ok. */
  readonly findings: readonly Finding[];
  readonly figures: Figures;
}

/** Judges a record. */
export function judge(record: DrillRecord, limits: DrillLimits = {}): Verdict {
  const figures = figuresOf(record);
  const findings = [...failures(record), ...excesses(figures, limits)];
  return { ok: findings.length === 0, findings, figures };
}

function failures({ sessions, troubles, interrupted, faultAt }: DrillRecord): readonly Finding[] {
  const lost = sessions.flatMap(({ name, outcome }): Finding[] =>
    outcome.type === 'lost' ? [{ code: 'lost', text: `${name}: ${outcome.reason}` }] : [],
  );
  return [
    ...(interrupted === undefined
      ? []
      : [{ code: 'interrupted', text: `it was interrupted: ${interrupted}` } as const]),
    ...(faultAt === undefined && interrupted === undefined
      ? [{ code: 'noFault', text: 'it never came to what it should do' } as const]
      : []),
    ...lost,
    ...troubles.map((text) => ({ code: 'trouble', text }) as const),
  ];
}

function excesses(figures: Figures, { maxOutageMillis, maxStallMillis }: DrillLimits): readonly Finding[] {
  const { outageMillis, worstStallMillis } = figures;
  const over = (value: number | undefined, limit: number | undefined): boolean =>
    value !== undefined && limit !== undefined && value > limit;
  return [
    ...(over(outageMillis, maxOutageMillis)
      ? [
          {
            code: 'outage',
            text: `the address was silent for ${tenths(outageMillis ?? 0)} ms; ${maxOutageMillis} are allowed`,
          } as const,
        ]
      : []),
    ...(over(worstStallMillis, maxStallMillis)
      ? [
          {
            code: 'stall',
            text: `a transfer stood still for ${tenths(worstStallMillis)} ms; ${maxStallMillis} are allowed`,
          } as const,
        ]
      : []),
  ];
}

function figuresOf({ faultAt, probes, sessions, roles }: DrillRecord): Figures {
  const after = faultAt ?? 0;
  const outages = probes.map(({ silences }) =>
    longest(silences.filter(({ to }) => faultAt === undefined || to > after)),
  );
  const stalls = (of: (session: SessionRecord) => number | undefined): number =>
    Math.max(0, ...sessions.map((session) => of(session) ?? 0));
  const before = roles.filter(({ at }) => at <= after).at(-1)?.active;
  const moved = roles.find(({ at, active }) => at > after && active !== before && active !== NOBODY);
  return {
    outageMillis: outages.length === 0 ? undefined : Math.max(...outages),
    resolutionMillis: Math.max(0, ...probes.map(({ ownStallMillis }) => ownStallMillis)),
    worstStallMillis: stalls(({ stallAcrossMillis }) => stallAcrossMillis),
    usualStallMillis: stalls(({ stallBeforeMillis }) => stallBeforeMillis),
    survived: sessions.filter(({ outcome }) => outcome.type === 'survived').length,
    lost: sessions.filter(({ outcome }) => outcome.type === 'lost').length,
    takeoverMillis: moved && faultAt !== undefined ? moved.at - faultAt : undefined,
  };
}

/** In `roles`, while nobody is known to be active. */
const NOBODY = 'nobody';

function longest(spans: readonly Span[]): number {
  return Math.max(0, ...spans.map(({ from, to }) => to - from));
}

/** `12.3`, `12`. */
export function tenths(value: number): string {
  return String(Math.round(value * 10) / 10);
}
