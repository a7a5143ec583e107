/**
 * What makes this director fit to be active besides its links: the tracked addresses that it reaches, and the
 * administrator's preference. Pure: what is known goes in with the time, and the pulse side gets what comes out.
 */
import type { Config } from '../config/model.js';
import { countFit, freshFitness, type FitnessState } from '../nanny/fitness.js';
import type { Role } from '../pulse/face.js';
import type { Millis } from '../time.js';

export interface Merits {
  readonly tracked: number;
  readonly preferred: boolean;
}

export interface MeritsState {
  readonly fitness: FitnessState;
  /** Since when this director has been active, or a backup in sync; undefined while it is neither. */
  readonly ableSince: Millis | undefined;
}

export const freshMerits: MeritsState = { fitness: freshFitness, ableSince: undefined };

/** What is known of this director at one moment. */
export interface Facts {
  readonly role: Role;
  readonly inSync: boolean;
  readonly echo: readonly { readonly address: string; readonly alive: boolean }[];
}

/** An active is preferred as it is; a backup only after the delay that the config asks for. */
export function weigh(
  state: MeritsState,
  config: Pick<Config, 'track' | 'preferred'>,
  name: string,
  facts: Facts,
  now: Millis,
): { readonly state: MeritsState; readonly merits: Merits } {
  const tracked = facts.echo.filter(({ address }) => config.track.includes(address));
  const { state: fitness, fit } = countFit(state.fitness, tracked, now, facts.role === 'backup');
  // An active's time does not count: who was handed away waits the whole delay, however soon it is in sync again.
  const able = facts.role === 'backup' && facts.inSync;
  const ableSince = able ? (state.ableSince ?? now) : undefined;
  const { preferred } = config;
  const waited = ableSince !== undefined && preferred !== undefined && now - ableSince >= preferred.after;
  const wanted = preferred?.node === name && (facts.role === 'active' || waited);
  return { state: { fitness, ableSince }, merits: { tracked: fit, preferred: wanted } };
}
