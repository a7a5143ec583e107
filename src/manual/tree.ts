/** The command tree as plain data, for completion and man pages. Types, and the walk through it. No commander here. */

/** A word that a command or an option takes. */
export interface ValuePage {
  /** As the help names it: `server`, `file`, `time`. Completion goes by it. */
  readonly name: string;
  readonly required: boolean;
  /** Takes any number of words. */
  readonly variadic: boolean;
  /** The only words that are allowed; empty where any is. */
  readonly choices: readonly string[];
}

export interface OptionPage {
  readonly short: string | undefined;
  readonly long: string;
  readonly value: ValuePage | undefined;
  readonly description: string;
  /** What holds without it, where that is worth a word. */
  readonly otherwise: string | undefined;
}

export interface ArgumentPage extends ValuePage {
  readonly description: string;
}

export interface CommandPage {
  readonly name: string;
  readonly description: string;
  readonly arguments: readonly ArgumentPage[];
  readonly options: readonly OptionPage[];
  readonly commands: readonly CommandPage[];
  /** What `--help` shows below the options: examples and further sentences. */
  readonly text: string;
}

/** A command with the words that lead to it: `ftpair drain`. */
export interface Placed {
  readonly path: readonly string[];
  readonly page: CommandPage;
}

/** The command and everything below it, in the order of the help. */
export function everyCommand(page: CommandPage, above: readonly string[] = []): readonly Placed[] {
  const path = [...above, page.name];
  return [{ path, page }, ...page.commands.flatMap((child) => everyCommand(child, path))];
}
