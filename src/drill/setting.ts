/** Everything that a drill works with, put together once from config and command line. Types, and one choice. */
import type { Config, DirectorConfig, DrillConfig, VirtualService } from '../config/model.js';
import type { Cargo } from './contender.js';
import type { Interruption } from './interruption.js';
import type { NumberedLink } from './lan-link.js';
import type { Talk } from './talk.js';

/** What happens, for whoever shows it. */
export interface DrillProgress {
  /** A step was done: for a person, in a sentence. */
  step(text: string): void;
  /** Bytes of a session so far. */
  session(name: string, state: 'opened' | 'ready' | 'survived' | 'lost', bytes: number): void;
  role(active: string): void;
}

/** What several drills of one command share, so that it is fetched once. */
export interface Stock {
  reference: Cargo['download'];
}

export interface DrillSetting {
  readonly stock: Stock;
  readonly config: Config;
  readonly drill: DrillConfig;
  readonly self: DirectorConfig;
  readonly peer: DirectorConfig;
  readonly lan: NumberedLink;
  readonly mac: string;
  /** The drilled service at each of its addresses that the drill can reach. */
  readonly services: readonly VirtualService[];
  readonly talk: Talk;
  /** How long is measured after the fault. */
  readonly durationMillis: number;
  /** Sessions of each kind. */
  readonly times: number;
  /** For `server-down`; undefined for the last one that is up. */
  readonly server: string | undefined;
  readonly interruption: Interruption;
  readonly progress: DrillProgress;
}

/** The drilled service, once for each address whose family the drill has. */
export function drilledServices(config: Config, drill: DrillConfig): readonly VirtualService[] {
  const able = config.services.filter(({ mode }) => mode !== 'passive_range');
  const wanted = drill.service ?? able[0]?.name;
  return able
    .filter(({ name }) => name === wanted || name.startsWith(`${wanted ?? ''}@`))
    .filter(({ family }) => drill.addresses.some((own) => own.family === family));
}
