/** One picture of the daemon for all who look, made at most once a second and only when somebody asks. */
import type { StatusView } from '../control/status.js';
import { overview, type Overview } from './overview.js';
import type { WebSources } from './sources.js';

export interface Snapshot {
  readonly status: StatusView;
  readonly overview: Overview;
  /** Wall clock of the moment, in milliseconds. */
  readonly wallNow: number;
}

export interface Clocks {
  /** Monotonic milliseconds. */
  readonly now: () => number;
  readonly wallNow: () => number;
}

/** A little less than the second between two live pictures, whose timer may be early. */
const FRESH_MILLIS = 900;

export class Snapshots {
  #last: { readonly at: number; readonly snapshot: Snapshot } | undefined;

  constructor(
    private readonly sources: WebSources,
    private readonly clocks: Clocks,
  ) {}

  /** Throws what the daemon throws. */
  get(): Snapshot {
    const at = this.clocks.now();
    if (this.#last !== undefined && at - this.#last.at < FRESH_MILLIS) return this.#last.snapshot;
    const wallNow = this.clocks.wallNow();
    const status = this.sources.status();
    const snapshot = { status, overview: overview(status, this.sources.events(), wallNow), wallNow };
    this.#last = { at, snapshot };
    return snapshot;
  }
}
