/**
 * Fitness: how well a director could serve, as one number that travels in the pulse, so that both compare the same
 * things in the same order: links first, then tracked addresses, then the administrator's preference. Pure.
 */
import type { Offer } from './model.js';

/** What makes a director fit. Counts above 127 say no more than 127. */
export interface FitnessParts {
  /** Service links that carry. */
  readonly links: number;
  /** Tracked addresses that answer and have not failed lately. */
  readonly tracked: number;
  /** The administrator wants this director to be active, and it has been able to for long enough. */
  readonly preferred: boolean;
}

const MOST = 0x7f;

/** One number of 15 bits, greater for the fitter director: links, tracked addresses, preference. */
export function fitnessOf({ links, tracked, preferred }: FitnessParts): number {
  return (Math.min(links, MOST) << 8) | (Math.min(tracked, MOST) << 1) | Number(preferred);
}

/** Whether any service link carries: without one there is nobody to serve and nobody to ask. */
export function connected(fitness: number): boolean {
  return fitness >> 8 > 0;
}

/**
 * The peer's fitness for a comparison with ours, where the two have different configs: the one may track addresses that the other
 * does not know, so links alone are compared.
 */
export function byLinksAlone(theirs: number, ours: number): number {
  return (theirs & ~0xff) | (ours & 0xff);
}

/** Why a director with `theirs` should serve rather than one with `ours`; undefined when it should not. */
export function whyFitter(theirs: number, ours: number): Offer | undefined {
  if (theirs <= ours) return undefined;
  if (theirs >> 8 !== ours >> 8) return 'linkDown';
  return theirs >> 1 !== ours >> 1 ? 'uplinkDown' : 'preferred';
}
