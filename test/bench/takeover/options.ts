/** The benchmark's command line: words in, choices or a complaint out. Pure. */
import { parseArgs } from 'node:util';
import { complaintOf, listed, type Parsed, positive } from '../words.js';

/** What can be measured. */
export const PARTS = ['power', 'handover', 'doubles', 'load', 'idle'] as const;
export type Part = (typeof PARTS)[number];

/** Our two profiles, each with its counterpart: 10 ms and 1 s adverts. */
export const PROFILES = ['fast', 'default'] as const;
export type Profile = (typeof PROFILES)[number];

export interface Options {
  readonly parts: readonly Part[];
  readonly profiles: readonly Profile[];
  /** Replaces each part's own number of runs. */
  readonly runs: number | undefined;
  /** Length of the part `load`. */
  readonly minutes: number;
  /** Where the results go; undefined: .lab/bench/takeover.json. */
  readonly json: string | undefined;
}

export const HELP = `Measures takeovers of ftpair and of keepalived in the same lab, side by side, and prints what was reached.

  npm run bench:takeover -- [options]

  --only PART,…      power     power loss to the first answered probe
                     handover  probes lost and transfers stalled by a handover
                     doubles   two actives on the wire after SIGKILL, SIGSTOP and a cut pulse network
                     load      false takeovers with both cores busy and a large connection table
                     idle      what a director costs while nothing happens
  --profile NAME,…   fast (against 10 ms adverts), default (against 1 s adverts); without it both
  --runs N           so many runs of each case, instead of 30 (fast), 10 (default) and 5 (doubles)
  --minutes M        length of load; without it 10
  --json FILE        where the results go; without it .lab/bench/takeover.json
  --help             this text

Examples:
  npm run bench:takeover                                             everything: about half an hour
  npm run bench:takeover -- --only power --profile fast --runs 5     a first look, in a minute
  npm run bench:takeover -- --only load --minutes 2

Needs root. It works in network namespaces of its own and leaves nothing behind, after Ctrl-C either.
`;

const WORDS = {
  only: { type: 'string' },
  profile: { type: 'string' },
  runs: { type: 'string' },
  minutes: { type: 'string' },
  json: { type: 'string' },
  help: { type: 'boolean' },
} as const;

/** Reads the words behind the program's name. */
export function parseOptions(words: readonly string[]): Parsed<Options> {
  try {
    const { values } = parseArgs({ args: [...words], options: WORDS, strict: true, allowPositionals: false });
    if (values.help === true) return { type: 'help' };
    const options: Options = {
      parts: listed('only', values.only, PARTS),
      profiles: listed('profile', values.profile, PROFILES),
      runs: values.runs === undefined ? undefined : positive('runs', values.runs, { whole: true }),
      minutes: values.minutes === undefined ? 10 : positive('minutes', values.minutes),
      json: values.json,
    };
    return { type: 'run', options };
  } catch (error) {
    return { type: 'wrong', complaint: complaintOf(error) };
  }
}
