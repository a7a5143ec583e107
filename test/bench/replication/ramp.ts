/** The search for the highest rate that is carried: which rate is tried next, and what was found. Pure. */

/** One rate that was tried. */
export interface Step {
  /** Sessions per second that were asked for. */
  readonly asked: number;
  /** That the generator made of it. */
  readonly achieved: number;
  /** The backup's kernel followed completely and nothing was lost. */
  readonly carried: boolean;
}

/** A generator that makes less than this share of what was asked for is at its own end. */
export const PACE_KEPT = 0.9;
/** The search ends when the lowest rate that is too high is this much above the highest that is not. */
const FINE = 1.15;
const LEAST = 20;

const kept = ({ asked, achieved }: Step): boolean => achieved >= asked * PACE_KEPT;

/**
 * The rate to try next: doubled until one is too high, then halfway between, as ratios go; undefined at the end, which is
 * also where the generator makes no more and all of it is carried.
 */
export function nextRate(steps: readonly Step[], first: number, most: number): number | undefined {
  if (steps.length === 0) return Math.min(first, most);
  const low = Math.max(0, ...steps.filter((step) => step.carried && kept(step)).map(({ asked }) => asked));
  const high = Math.min(...steps.filter(({ carried }) => !carried).map(({ asked }) => asked));
  if (high === Infinity) return low >= most || !steps.every(kept) ? undefined : Math.min(low * 2, most);
  // What is carried at a higher rate than one that was not proves that one try is not the truth: no closer look.
  if (high <= low * FINE) return undefined;
  const next = Math.round(low === 0 ? high / 2 : Math.sqrt(low * high));
  return next < LEAST || steps.some(({ asked }) => asked === next) ? undefined : next;
}

/** What a search found. */
export interface Found {
  /** Sessions per second; 0 where none was carried. */
  readonly rate: number;
  /** Nothing that could be made was too much: the true rate may be higher. */
  readonly atLeast: boolean;
}

/** The highest rate that was made and carried. */
export function highest(steps: readonly Step[]): Found {
  const rate = Math.max(0, ...steps.filter(({ carried }) => carried).map(({ achieved }) => achieved));
  return { rate, atLeast: steps.length > 0 && steps.every(({ carried }) => carried) };
}
