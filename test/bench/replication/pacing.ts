/** When which stage of which session is due at a given rate. Pure: the clock's times go in. */
import { STAGES } from './sessions.js';

/** Something to do: a stage (index into STAGES) of a session. */
export interface Due {
  readonly session: number;
  readonly stage: number;
}

/** Gaps between the stages, the first of which has none before it. */
const GAPS = STAGES.map(({ after }, stage) => after - (STAGES[stage - 1]?.after ?? 0));

/**
 * Sessions that begin at an even pace; those that are late begin at once. Each stage comes its time after the one before
 * it really came, as in a dialogue: what is late is never made up for by a session whose steps fall together.
 */
export class Pacer {
  /** For each stage the sessions that will reach it, in order, with the time. The first one has no queue. */
  readonly #waiting: { readonly session: number; readonly at: number }[][] = STAGES.map(() => []);
  #begun = 0;
  #ended = 0;
  #closed = false;

  /** `rate` sessions a second from `startedAt` (ms) on, numbered from `first`. */
  constructor(
    private readonly rate: number,
    private readonly startedAt: number,
    private readonly first: number,
  ) {}

  /** How many sessions have begun. */
  get begun(): number {
    return this.#begun;
  }

  /** Everything that is due at `now` (ms) and has not been given out yet. */
  due(now: number): Due[] {
    const all: Due[] = [];
    while (!this.#closed && this.startedAt + (this.#begun * 1000) / this.rate <= now) {
      all.push({ session: this.first + this.#begun, stage: 0 });
      this.#begun += 1;
    }
    this.#waiting.forEach((waiting, stage) => {
      const end = waiting.findIndex(({ at }) => at > now);
      for (const { session } of waiting.splice(0, end < 0 ? waiting.length : end))
        all.push({ session, stage });
    });
    for (const { session, stage } of all) this.#follow(session, stage, now);
    return all;
  }

  /** Begins no more sessions; those that have begun go on. */
  close(): void {
    this.#closed = true;
  }

  /** Closed, and every session has come to its end. */
  get done(): boolean {
    return this.#closed && this.#ended === this.#begun;
  }

  #follow(session: number, stage: number, now: number): void {
    const gap = GAPS[stage + 1];
    if (gap === undefined) this.#ended += 1;
    else this.#waiting[stage + 1]?.push({ session, at: now + gap });
  }
}
