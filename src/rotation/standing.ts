/**
 * The one weight with which a server gets new sessions, and why: from the config, the verdicts, what operators ordered, the
 * time since it returned, and how many servers must stay. Pure; daemon/rotation.ts carries it into the kernel.
 */
import type { Millis } from '../time.js';
import type { Belief } from './opinion.js';
import type { Orders } from './orders.js';

/** A closed set: log, alerts, status and tests share it. */
export type StandingReason =
  /** It passed its checks. */
  | 'ok'
  /** It was not probed yet, by either director, and is trusted. */
  | 'unproven'
  /** It has returned a moment ago, and its share grows. */
  | 'slowStart'
  /** It fails its checks, and stays because otherwise fewer than `min_servers` were left. */
  | 'held'
  | 'forcedUp'
  /** It fails its checks. */
  | 'down'
  | 'drained'
  | 'forcedDown'
  /** Its weight is 0, by the config or by an operator. */
  | 'noWeight';

export interface Standing {
  /** 0: no new sessions. During a slow start a fraction of its weight. */
  readonly weight: number;
  readonly reason: StandingReason;
}

/** What is known of one server at one moment. */
export interface Candidate {
  /** Of the config. */
  readonly weight: number;
  readonly orders: Orders;
  readonly belief: Belief;
  /** While it is believed to be down: a number that is higher the later it fell. */
  readonly fell: number;
  /** Since when it is back after a time without new sessions; undefined when it never was out. */
  readonly returnedAt: Millis | undefined;
}

/** A service's rules (`VirtualService.rotation` has both). */
export interface StandingRules {
  /** So many servers at least are not taken out by verdicts. */
  readonly minServers: number;
  /** The time in which a returning server's weight grows to its full; undefined for at once. */
  readonly slowStart: Millis | undefined;
}

/** A slow start's steps: each is a change of the kernel's slots. */
export const SLOW_STEPS = 10;

/** The standing of each candidate of one service, in their order. */
export function standingsOf(
  candidates: readonly Candidate[],
  rules: StandingRules,
  now: Millis,
): readonly Standing[] {
  const judged = candidates.map(judgedStanding);
  const serving = judged.filter(({ weight }) => weight > 0).length;
  const held = lastToFall(candidates, judged, rules.minServers - serving);
  return candidates.map((candidate, index): Standing => {
    if (held.has(index)) return { weight: fullWeight(candidate), reason: 'held' };
    const standing = judged[index] ?? { weight: 0, reason: 'noWeight' };
    const share = standing.reason === 'ok' ? shareOf(candidate.returnedAt, rules.slowStart, now) : 1;
    return share === 1 ? standing : { weight: standing.weight * share, reason: 'slowStart' };
  });
}

/** When a server's share grows next; undefined when it has its full one. */
export function nextStep(
  returnedAt: Millis | undefined,
  slowStart: Millis | undefined,
  now: Millis,
): Millis | undefined {
  if (shareOf(returnedAt, slowStart, now) === 1) return undefined;
  const [from, length] = [returnedAt ?? now, slowStart ?? 0];
  const step = Math.floor(((now - from) * SLOW_STEPS) / length) + 1;
  return (from + (step * length) / SLOW_STEPS) as Millis;
}

/** Orders first: they hold against every verdict. Of two orders the one that keeps clients away. */
function judgedStanding(candidate: Candidate): Standing {
  const { orders, belief } = candidate;
  if (orders.force === 'down') return { weight: 0, reason: 'forcedDown' };
  if (orders.drain) return { weight: 0, reason: 'drained' };
  const weight = fullWeight(candidate);
  if (weight === 0) return { weight, reason: 'noWeight' };
  if (orders.force === 'up') return { weight, reason: 'forcedUp' };
  if (belief.verdict === 'down') return { weight: 0, reason: 'down' };
  return { weight, reason: belief.verdict === 'up' ? 'ok' : 'unproven' };
}

function fullWeight({ weight, orders }: Candidate): number {
  return orders.weight ?? weight;
}

/** Of those that verdicts have taken out the last `count`: who is out already stays out. */
function lastToFall(
  candidates: readonly Candidate[],
  judged: readonly Standing[],
  count: number,
): ReadonlySet<number> {
  const fallen = candidates
    .map(({ fell }, index) => ({ fell, index }))
    .filter(({ index }) => judged[index]?.reason === 'down')
    .sort((one, other) => other.fell - one.fell);
  return new Set(fallen.slice(0, Math.max(0, count)).map(({ index }) => index));
}

/** A tenth at first, then what has passed of the time, in whole tenths. */
function shareOf(returnedAt: Millis | undefined, slowStart: Millis | undefined, now: Millis): number {
  if (returnedAt === undefined || slowStart === undefined || now >= returnedAt + slowStart) return 1;
  return Math.max(1, Math.floor(((now - returnedAt) * SLOW_STEPS) / slowStart)) / SLOW_STEPS;
}
