/** When which stage of which session is due at a given rate. Pure: the clock's times go in. */
import { STAGES } from './sessions.js';

/** Something to do: a stage (index into STAGES) of a session. */
export interface Due {
  readonly session: number;
  readonly stage: number;
}

/** Sessions that begin at an even pace. What is late is due at once, each session's stages always in their order. */
export class Pacer {
  /** For each stage the next session whose turn it is. */
  readonly #next: number[];
  #end = Infinity;

  /** `rate` sessions a second from `startedAt` (ms) on, numbered from `first`. */
  constructor(
    private readonly rate: number,
    private readonly startedAt: number,
    private readonly first: number,
  ) {
    this.#next = STAGES.map(() => first);
  }

  /** How many sessions have begun. */
  get begun(): number {
    return (this.#next[0] ?? this.first) - this.first;
  }

  /** Everything that is due at `now` (ms) and has not been given out yet. */
  due(now: number): Due[] {
    const all: Due[] = [];
    STAGES.forEach(({ after }, stage) => {
      let session = this.#next[stage] ?? this.first;
      for (; session < this.#end && this.#beginOf(session) + after <= now; session++)
        all.push({ session, stage });
      this.#next[stage] = session;
    });
    return all;
  }

  /** Begins no more sessions; those that have begun go on. */
  close(): void {
    this.#end = this.first + this.begun;
  }

  /** Closed, and everything has been given out. */
  get done(): boolean {
    return this.#next.every((session) => session === this.#end);
  }

  #beginOf(session: number): number {
    return this.startedAt + ((session - this.first) * 1000) / this.rate;
  }
}
