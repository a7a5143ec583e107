/** The command line of the faults' benchmark: words in, choices or a complaint out. Pure. */
import { parseArgs } from 'node:util';
import type { Parsed } from '../words.js';

/** What can be chosen. */
export interface Options {
  readonly runs: number;
  /** Ids of faults, and `rounds`. */
  readonly only: readonly string[];
  readonly profile: 'default' | 'fast';
  /** Where the results go; undefined: .lab/bench/faults.json. */
  readonly json: string | undefined;
}

/** The help text, for these ids. */
export function help(ids: readonly string[]): string {
  return `Repeats every fault of the list and prints what an observer on the wire and a client saw of it.

  npm run bench:faults -- [options]

  --runs N         so many runs of each fault; without it 20 (and five times as many rounds of ends and starts)
  --only ID,…      ${ids.join(', ')}
  --profile NAME   default or fast; without it default
  --json FILE      where the results go; without it .lab/bench/faults.json
  --help           this text

Needs root. It works in network namespaces of its own and leaves nothing behind, after Ctrl-C either.
`;
}

const WORDS = {
  runs: { type: 'string', default: '20' },
  only: { type: 'string' },
  profile: { type: 'string', default: 'default' },
  json: { type: 'string' },
  help: { type: 'boolean', default: false },
} as const;

/** Reads the words behind the program's name. `ids` are those that `--only` knows. */
export function parseOptions(words: readonly string[], ids: readonly string[]): Parsed<Options> {
  const wrong = (complaint: string): Parsed<Options> => ({ type: 'wrong', complaint });
  try {
    const { values } = parseArgs({ args: [...words], options: WORDS, strict: true, allowPositionals: false });
    if (values.help) return { type: 'help' };
    const { profile, json } = values;
    const runs = Number(values.runs);
    if (!Number.isInteger(runs) || runs < 1 || runs > 1000)
      return wrong(`--runs: '${values.runs}' is not a whole number from 1 to 1000`);
    if (profile !== 'default' && profile !== 'fast')
      return wrong(`--profile: there is no '${profile}'; there are default and fast`);
    const only = values.only?.split(',') ?? ids;
    const unknown = only.find((id) => !ids.includes(id));
    if (unknown !== undefined) return wrong(`--only: there is no '${unknown}'; there are ${ids.join(', ')}`);
    return { type: 'run', options: { runs, only, profile, json } };
  } catch (error) {
    // parseArgs throws TypeErrors for what it does not know.
    if (!(error instanceof TypeError)) throw error;
    return wrong(error.message);
  }
}
