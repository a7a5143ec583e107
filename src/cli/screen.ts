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
}

/** Says what went wrong and what to do, in the one form that every command uses. */
export function printFatal(screen: Screen, { message, cure }: Fatal): void {
  screen.err(`ftpair: ${message}\n  cure: ${cure}\n`);
}
