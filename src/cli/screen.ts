/** What a command prints to, so that tests can read it. Knows nothing of commands. */
import type { Fatal } from '../fatal.js';

export interface Screen {
  /** Standard output: whole lines, with their newline. */
  readonly out: (text: string) => void;
  /** Standard error: the same. */
  readonly err: (text: string) => void;
  /** Standard output is a terminal that takes colours. */
  readonly colour: boolean;
  /** Width of standard output in characters. */
  readonly columns: number;
  /** For commands that go on; without it they print lines until they are killed. */
  readonly stage?: Stage;
}

/** What a command that goes on hears of where it prints. */
export interface Stage {
  /** Undefined where standard output is no terminal. */
  readonly size: (() => { readonly columns: number; readonly rows: number }) | undefined;
  /** Listens until the returned function is called. */
  readonly listen: (listeners: StageListeners) => () => void;
}

export interface StageListeners {
  readonly resized?: () => void;
  /** One key each; with it the terminal is put into raw mode, in which Ctrl-C is a key too. */
  readonly key?: (letter: string) => void;
  /** Nobody reads any more, or the process is asked to end. */
  readonly gone: () => void;
}

/** Says what went wrong and what to do, in the one form that every command uses. */
export function printFatal(screen: Screen, { message, cure }: Fatal): void {
  screen.err(`ftpair: ${message}\n  cure: ${cure}\n`);
}
