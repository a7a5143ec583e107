/**
 * The verdict on one real server: a pure filter over probe results. So many good probes in a row bring a server
 * up, so many bad ones bring it down. The only place where a verdict changes.
 */
import { assertNever } from '../assert.js';
import type { ProbeReason, ProbeResult } from './result.js';

export type Verdict = 'unknown' | 'up' | 'down';

export interface VerdictState {
  readonly verdict: Verdict;
  /** Results in a row that contradict the verdict. */
  readonly against: number;
}

/** Why a server is up or down: `ok`, or what the deciding probe failed with. */
export type VerdictReason = ProbeReason | 'ok';

export interface VerdictChange {
  readonly from: Verdict;
  readonly to: 'up' | 'down';
  readonly reason: VerdictReason;
}

/** Counts of probes in a row, at least 1 (`HealthCheck` has both). */
export interface RiseFall {
  readonly rise: number;
  readonly fall: number;
}

/** Before the first probe: such a server is trusted, see daemon/rotation.ts. */
export const unknownServer: VerdictState = { verdict: 'unknown', against: 0 };

/**
 * Takes one result. The first one decides at once; that a server was down from the start is a change, too, so
 * that somebody hears of it. A `local` failure says nothing about the server and changes nothing.
 */
export function judge(
  state: VerdictState,
  result: ProbeResult,
  limits: RiseFall,
): { readonly state: VerdictState; readonly change: VerdictChange | undefined } {
  if (!result.ok && result.reason === 'local') return { state, change: undefined };
  const to = result.ok ? 'up' : 'down';
  if (state.verdict === to) return { state: { verdict: to, against: 0 }, change: undefined };
  const against = state.against + 1;
  if (against < needed(state.verdict, limits)) return { state: { ...state, against }, change: undefined };
  const reason = result.ok ? 'ok' : result.reason;
  return { state: { verdict: to, against: 0 }, change: { from: state.verdict, to, reason } };
}

function needed(verdict: Verdict, limits: RiseFall): number {
  switch (verdict) {
    case 'unknown':
      return 1;
    case 'up':
      return limits.fall;
    case 'down':
      return limits.rise;
    default:
      return assertNever(verdict);
  }
}
