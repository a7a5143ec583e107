/**
 * A pair of directors under test in a lab of its own: ours, or two conntrackd. What every part of the benchmark does to
 * either goes through this one face, so that both are treated alike. Types only.
 */
import type { Lab } from '../../../src/lab/lab.js';
import type { DirectorName } from '../../../src/lab/plan.js';
import type { Millis } from '../../../src/time.js';

/** Who is compared. */
export type System = 'ftpair' | 'conntrackd';
export const SYSTEMS: readonly System[] = ['ftpair', 'conntrackd'];

/** Why a daemon says that something was lost, and how often since it started. Nothing lost: all the same as before. */
export type Losses = Readonly<Record<string, number>>;

export interface Pair {
  readonly system: System;
  readonly lab: Lab;
  /** Whose kernel is followed, and who follows. Both are up and in step. */
  readonly active: DirectorName;
  readonly backup: DirectorName;
  /** The process of a director's daemon, while it runs. */
  pids(name: DirectorName): readonly number[];
  losses(): Promise<Losses>;
  /** SIGKILL for the backup's daemon; its kernel stays as it is. */
  killBackup(): Promise<void>;
  /** Starts it again and asks for everything, as its manual says; the moment from which it was ready to be filled. */
  startBackup(): Promise<Millis>;
  /** The active loses its power. Returns when the backup has been told what its manual says, and serves. */
  losePower(): Promise<void>;
  /** What the daemons say of themselves: for a run that went wrong. */
  describe(): Promise<string>;
}

/** What can be chosen about a pair. */
export interface PairOptions {
  /** Limit of one transfer, bytes per second: makes a transfer last. Default none. */
  readonly ratePerSecond?: number;
}
