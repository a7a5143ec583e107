/**
 * How many tracked addresses (uplink routers, a switch) a director reaches, as far as it may influence who is active:
 * what fails counts at once, what comes back counts after a quiet time, so that a flapping uplink moves nothing.
 * Pure.
 */
import { type Millis, millis } from '../time.js';

/** An address must answer without a break for so long before it counts again. */
export const HOLD_DOWN = millis(10_000);

/**
 * So long after it was first watched an address that has never answered is not held against a director that serves. A backup has no
 * such grace: the moment at which it ends is another one there, and an address that answers nobody would move the role.
 */
export const START_GRACE = millis(5000);

/** What is remembered of each address that did not count when it was last looked at. */
export interface FitnessState {
  /** Address → since when it answers again; undefined while it does not. */
  readonly failed: ReadonlyMap<string, Millis | undefined>;
  /** Addresses that have answered at least once: the first answer counts at once. */
  readonly seen: ReadonlySet<string>;
  /** When each address was first counted. */
  readonly since: ReadonlyMap<string, Millis>;
}

export const freshFitness: FitnessState = { failed: new Map(), seen: new Set(), since: new Map() };

/** Counts the addresses that answer and have not failed lately. `backup`: this director does not serve. */
export function countFit(
  state: FitnessState,
  views: readonly { readonly address: string; readonly alive: boolean }[],
  now: Millis,
  backup: boolean,
): { readonly state: FitnessState; readonly fit: number } {
  const failed = new Map<string, Millis | undefined>();
  const seen = new Set(state.seen);
  const watched = new Map<string, Millis>();
  let fit = 0;
  for (const { address, alive } of views) {
    const watchedAt = state.since.get(address) ?? now;
    watched.set(address, watchedAt);
    if (!alive) {
      if (!backup && !seen.has(address) && now - watchedAt < START_GRACE) fit += 1;
      else failed.set(address, undefined);
      continue;
    }
    const since =
      state.failed.has(address) && seen.has(address) ? (state.failed.get(address) ?? now) : undefined;
    seen.add(address);
    if (since === undefined || now - since >= HOLD_DOWN) fit += 1;
    else failed.set(address, since);
  }
  return { state: { failed, seen, since: watched }, fit };
}
