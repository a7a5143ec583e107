/**
 * Servers of which the two directors think differently for longer than checks need to agree. One of the two reaches the
 * server, so the server works: suspect is the director that does not, or its link. Pure.
 */
import type { Millis } from '../time.js';
import type { Verdict } from './opinion.js';

export interface Disagreement {
  readonly service: string;
  readonly server: string;
  /** Who alone cannot reach it. */
  readonly suspect: 'own' | 'peer';
}

/** One server as both see it. */
export interface Sight {
  readonly service: string;
  readonly server: string;
  readonly own: Verdict;
  /** `unknown` also where the peer has not been heard lately. */
  readonly peer: Verdict;
}

interface Pending extends Disagreement {
  readonly since: Millis;
  readonly told: boolean;
}

export interface DisagreementNews {
  readonly begun: readonly Disagreement[];
  readonly over: readonly Disagreement[];
}

export class Disagreements {
  #pending: readonly Pending[] = [];

  /** `patience`: how long two verdicts may differ until that is news. */
  constructor(readonly patience: Millis) {}

  /** Goes on from another one: what was told is not told again, and its end is. */
  inherit(before: Disagreements): void {
    this.#pending = before.#pending;
  }

  /** Compares both sights of every server at this moment. */
  look(sights: readonly Sight[], now: Millis): DisagreementNews {
    const before = this.#pending;
    const differing = sights.flatMap(differenceOf);
    const pending = differing.map((difference): Pending => {
      const known = before.find((old) => isSame(old, difference));
      const since = known?.since ?? now;
      return { ...difference, since, told: now - since >= this.patience };
    });
    this.#pending = pending;
    const told = (list: readonly Pending[], one: Disagreement): boolean =>
      list.some((other) => other.told && isSame(one, other));
    return {
      begun: pending.filter((one) => one.told && !told(before, one)).map(bare),
      over: before.filter((one) => one.told && !told(pending, one)).map(bare),
    };
  }

  /** When the next difference becomes news. */
  wake(): Millis | undefined {
    const times = this.#pending.filter(({ told }) => !told).map(({ since }) => since + this.patience);
    return times.length === 0 ? undefined : (Math.min(...times) as Millis);
  }

  /** Whether there are any, told or not. */
  get any(): boolean {
    return this.#pending.length > 0;
  }

  /** Those that have been told and go on. */
  current(): readonly Disagreement[] {
    return this.#pending.filter(({ told }) => told).map(bare);
  }
}

function differenceOf({ service, server, own, peer }: Sight): readonly Disagreement[] {
  if (own === peer || own === 'unknown' || peer === 'unknown') return [];
  return [{ service, server, suspect: own === 'down' ? 'own' : 'peer' }];
}

function isSame(one: Disagreement, other: Disagreement): boolean {
  return one.service === other.service && one.server === other.server && one.suspect === other.suspect;
}

function bare({ service, server, suspect }: Disagreement): Disagreement {
  return { service, server, suspect };
}
