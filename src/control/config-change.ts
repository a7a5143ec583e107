/** What became of a new config: POST /reload and POST /config, and the difference from the peer's: GET /config/diff. Plain data, and its check on arrival. */
import { z } from 'zod';

/** One key that differs (src/config/difference.ts). */
const change = z.object({
  path: z.string(),
  /** As written; null where the thing is not there. */
  before: z.string().nullable(),
  after: z.string().nullable(),
  /** It asks for a restart. */
  restart: z.boolean(),
});

export const configChange = z.object({
  /**
   * `applied`: it holds from now on. `unchanged`: it means the same as what runs. `wouldApply`: nothing was done, as asked.
   * `invalid`: the file has errors. `restart`: it asks for a restart. `refused`: `detail` says by whom, and why. Of these three
   * nothing holds, neither here nor at the peer.
   */
  outcome: z.enum(['applied', 'unchanged', 'wouldApply', 'invalid', 'restart', 'refused']),
  file: z.string(),
  /** Errors and warnings, each `FILE:LINE:COL: path: what is wrong; what would be right`. */
  complaints: z.array(z.string()),
  changes: z.array(change),
  detail: z.string(),
});

/** GET /config/diff: what the peer runs otherwise; `before` is ours, `after` the peer's. */
export const configDiff = z.object({ node: z.string(), peer: z.string(), changes: z.array(change) });

export type ConfigDiff = z.output<typeof configDiff>;
export type ConfigChange = z.output<typeof configChange>;
export type ChangedKey = z.output<typeof change>;
