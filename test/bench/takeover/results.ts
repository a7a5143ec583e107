/** Everything that one run of the benchmark found out, as it goes into the JSON file. Types only. */
import type { Conditions } from '../conditions.js';
import type { Runs } from './bench.js';
import type { DoubleResult } from './doubles.js';
import type { HandoverRun } from './handover.js';
import type { IdleResult } from './idle.js';
import type { LoadResult } from './load.js';
import type { Options, Profile } from './options.js';
import type { PowerResult } from './power.js';

/** What ran, and where. */
export interface Versions extends Conditions {
  readonly keepalived: string;
}

/** The parts that were measured at one profile. */
export interface ProfileResults {
  readonly power?: PowerResult;
  readonly handover?: Runs<HandoverRun>;
  readonly doubles?: DoubleResult;
  readonly load?: LoadResult;
  readonly idle?: IdleResult;
}

export interface Results {
  readonly versions: Versions;
  readonly options: Options;
  readonly seconds: number;
  readonly profiles: Readonly<Partial<Record<Profile, ProfileResults>>>;
}
