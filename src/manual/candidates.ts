/**
 * What may stand at each place of a command line: for every command its options, its commands or the words of its
 * arguments, and for every option the words of its value. Pure; the shells' scripts are made from this list.
 */
import { type CommandPage, everyCommand, type OptionPage, type ValuePage } from './tree.js';

/** Words, or what the shell itself (files, directories) or the daemon (servers) knows. */
export type Source = 'files' | 'directories' | 'servers';

export interface Candidate {
  readonly word: string;
  /** One line, shown beside the word where the shell can. */
  readonly meaning: string;
}

export interface Place {
  /**
   * The words that lead to the command, a colon, and `options`, `commands`, an argument's number from 1 on (`*` for every one
   * from there) or the option whose value it is: `ftpair drain:1`, `ftpair run:--log-level`.
   */
  readonly key: string;
  readonly candidates: readonly Candidate[];
  readonly source: Source | undefined;
}

/** Values are told apart by the name that the help gives them. */
const SOURCES: Readonly<Record<string, Source>> = {
  server: 'servers',
  file: 'files',
  'lvs.cf': 'files',
  'keepalived.conf': 'files',
  dir: 'directories',
  directory: 'directories',
};

/** Every place of the tree where something is known. */
export function placesOf(root: CommandPage): readonly Place[] {
  return everyCommand(root).flatMap(({ path, page }) => {
    const key = (what: string): string => `${path.join(' ')}:${what}`;
    return [
      words(key('options'), page.options.flatMap(optionCandidates)),
      words(
        key('commands'),
        page.commands.map(({ name, description }) => ({ word: name, meaning: oneLine(description) })),
      ),
      ...page.arguments.map((value, index) =>
        valuePlace(key(value.variadic ? '*' : String(index + 1)), value),
      ),
      ...page.options.flatMap(({ long, short, value }) =>
        value === undefined
          ? []
          : [long, short].flatMap((flag) => (flag === undefined ? [] : [valuePlace(key(flag), value)])),
      ),
    ].filter(({ candidates, source }) => candidates.length > 0 || source !== undefined);
  });
}

/** `PATH:FLAG` of every option that takes a word, so that a script can step over that word. */
export function valueFlags(root: CommandPage): readonly string[] {
  return everyCommand(root).flatMap(({ path, page }) =>
    page.options.flatMap(({ long, short, value }) =>
      value?.required !== true
        ? []
        : [long, short].flatMap((flag) => (flag === undefined ? [] : [`${path.join(' ')}:${flag}`])),
    ),
  );
}

/** `PATH NAME` of every command below another one. */
export function commandPaths(root: CommandPage): readonly string[] {
  return everyCommand(root)
    .slice(1)
    .map(({ path }) => path.join(' '));
}

function optionCandidates({ long, description }: OptionPage): readonly Candidate[] {
  return [{ word: long, meaning: oneLine(description) }];
}

function valuePlace(key: string, { name, choices }: ValuePage): Place {
  if (choices.length > 0)
    return words(
      key,
      choices.map((word) => ({ word, meaning: '' })),
    );
  return { key, candidates: [], source: Object.hasOwn(SOURCES, name) ? SOURCES[name] : undefined };
}

function words(key: string, candidates: readonly Candidate[]): Place {
  return { key, candidates, source: undefined };
}

function oneLine(text: string): string {
  return text.replaceAll(/\s+/g, ' ').trim();
}
