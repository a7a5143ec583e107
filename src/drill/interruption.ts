/** That a drill may be ended before its time: one word of who or what ended it, which every wait of the drill listens to. */

/** Thrown by whatever waited when it came. */
export class Interrupted extends Error {
  constructor(readonly reason: string) {
    super(`interrupted: ${reason}`);
    this.name = 'Interrupted';
  }
}

export interface Interruption {
  /** The first word counts. */
  interrupt(reason: string): void;
  readonly reason: string | undefined;
  /** The value of the promise, or `Interrupted`. */
  race<T>(promise: Promise<T>): Promise<T>;
}

/** Nothing has been interrupted yet. */
export function createInterruption(): Interruption {
  let reason: string | undefined;
  let stop: (error: Interrupted) => void = () => undefined;
  const stopped = new Promise<never>((_, reject) => (stop = reject));
  // It may come when nobody waits.
  stopped.catch(() => undefined);
  return {
    interrupt: (word) => {
      reason ??= word;
      stop(new Interrupted(reason));
    },
    get reason() {
      return reason;
    },
    race: (promise) => {
      promise.catch(() => undefined);
      return Promise.race([stopped, promise]);
    },
  };
}
