/** Everything that one run of the benchmark found out, as it goes into the JSON file. Types only. */
import type { Conditions } from '../conditions.js';
import type { CostResult } from './cost.js';
import type { DelayResult } from './delay.js';
import type { FullResult } from './full.js';
import type { Options } from './options.js';
import type { RateResult } from './rate.js';
import type { SurvivalResult } from './survival.js';

/** What ran, and where. */
export interface Versions extends Conditions {
  readonly conntrackd: string;
  /** This process's and so both systems' niceness: conntrackd's real-time priority ignores it, our work side does not. */
  readonly nice: number;
}

/** The parts that were measured. */
export interface Measured {
  readonly sessions?: RateResult;
  readonly cpu?: CostResult;
  readonly lag?: DelayResult;
  /** Both resync and memory. */
  readonly full?: FullResult;
  readonly survival?: SurvivalResult;
}

export interface Results {
  readonly versions: Versions;
  readonly options: Options;
  readonly seconds: number;
  readonly measured: Measured;
}
