/** Ctrl-C and the like during a drill: it ends in good order first, and only then the process. */
import type { Interruption } from '../drill/interruption.js';
import type { Screen } from './screen.js';

export interface Ending {
  /** The terminal is gone: nothing may be written to it. */
  readonly gone: boolean;
  /** If a signal came, it now does what its sender meant. */
  done(): void;
}

const SIGNALS = {
  SIGINT: 'Ctrl-C',
  SIGTERM: 'SIGTERM',
  SIGHUP: 'the terminal is gone',
} as const;

/** A signal ends the drill in good order, and only then the process. */
export function listenForSignals(interruption: Interruption): Ending {
  let caught: keyof typeof SIGNALS | undefined;
  const names = Object.keys(SIGNALS) as (keyof typeof SIGNALS)[];
  const on = (signal: NodeJS.Signals): void => {
    caught ??= names.find((name) => name === signal);
    if (caught !== undefined) interruption.interrupt(SIGNALS[caught]);
  };
  for (const name of names) process.on(name, on);
  return {
    get gone() {
      return caught === 'SIGHUP';
    },
    done: () => {
      for (const name of names) process.off(name, on);
      if (caught !== undefined) process.kill(process.pid, caught);
    },
  };
}

/** What people read goes to standard error where the record goes to standard output. */
export function quietWhenGone(screen: Screen, ending: Ending, jsonOut: boolean): Screen {
  const unlessGone =
    (write: (text: string) => void) =>
    (text: string): void => {
      if (!ending.gone) write(text);
    };
  return { ...screen, out: unlessGone(jsonOut ? screen.err : screen.out), err: unlessGone(screen.err) };
}
