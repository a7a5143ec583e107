/**
 * What a fault is, and the bounds that its outcome is held to. Each fault speaks of the active and the backup, whoever
 * they are at that time; faults-network.ts and faults-daemons.ts write them down.
 */
import type { Lab } from '../../../src/lab/lab.js';
import type { DirectorName } from '../../../src/lab/plan.js';
import { millis, type Millis } from '../../../src/time.js';
import type { Observer } from './observer.js';

/** A pair that has settled, and who is what. */
export interface Stage {
  readonly lab: Lab;
  readonly observer: Observer;
  readonly active: DirectorName;
  readonly backup: DirectorName;
}

/** One fault. */
export interface Fault {
  /** Short, for `--only`. */
  readonly id: string;
  readonly title: string;
  strike(stage: Stage): void | Promise<void>;
  /** How long it lasts until it is mended: a property of the fault. */
  readonly lasts: Millis;
  mend(stage: Stage): void | Promise<void>;
  /** Who serves afterwards: the one that was active, the other one, or one of them, whichever. */
  readonly serves: 'active' | 'backup' | 'either';
  /** The longest time, in milliseconds, in which nobody on the wire may answer. */
  readonly silence: number;
  /** Both serve while it lasts, because nobody could know better; the bound on two answering holds from the mending on. */
  readonly divides?: true;
  /** Alerts that must come, `WHO:ID` with the role of before, and alerts that must not. */
  readonly alerts: readonly string[];
  readonly noAlerts: readonly string[];
}

/** A fault as it is written down here: no alerts are demanded or forbidden where none are named. */
export type Written = Omit<Fault, 'alerts' | 'noAlerts'> & Partial<Pick<Fault, 'alerts' | 'noAlerts'>>;

/** Asked every 5 ms, and a span of silence is known only to a few questions. */
export const NO_SILENCE = 50;
/**
 * interval (50) + silence (150), with which the default profile answers a death, and what a busy machine with two cores
 * adds.
 */
export const TAKEOVER = 350;
/** As before, and the wait for a lease that nobody renews: lease (200) + two intervals (100) + probes (20). */
export const LEASE_TAKEOVER = 450;

/** Loading the program, a listen of 1 s, and what a busy machine adds: a start has no bound of its own on silence. */
export const START = 8000;

/** How long a fault lasts that has no length of its own: long enough for everything that follows from it. */
export const LASTS = millis(1200);
