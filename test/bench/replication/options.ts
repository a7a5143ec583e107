/** The benchmark's command line: words in, choices or a complaint out. Pure. */
import { parseArgs } from 'node:util';
import { complaintOf, listed, type Parsed, positive } from '../words.js';

/** What can be measured. */
export const PARTS = ['sessions', 'cpu', 'lag', 'resync', 'memory', 'survival'] as const;
export type Part = (typeof PARTS)[number];

export interface Options {
  readonly parts: readonly Part[];
  readonly runs: number;
  /** Length of one load in seconds; undefined: each part's own. */
  readonly seconds: number | undefined;
  /** Sessions per second of `cpu` and `lag`. */
  readonly rate: number;
  /** Control flows of `resync` and `memory`. */
  readonly flows: number;
  /** Where the results go; undefined: .lab/bench/replication.json. */
  readonly json: string | undefined;
}

export const HELP = `Measures how ftpair and conntrackd carry FTP sessions into the backup's kernel, in the same lab, side by side.

  npm run bench:replication -- [options]

  --only PART,…    sessions  FTP sessions per second carried completely and without loss
                   cpu       CPU seconds for 10,000 sessions, both daemons of the pair
                   lag       from the active kernel's event to the backup's kernel
                   resync    a full table to an emptied backup, and the pulse meanwhile
                   memory    what each daemon takes with a full table
                   survival  real sessions that are intact after a power loss
  --runs N         so many runs of each part for each system; without it 3
  --seconds S      length of one load; without it 5 (sessions) and 20 (cpu, lag)
  --rate R         sessions per second of cpu and lag; without it 500
  --flows N        control flows of a full table; without it 100000
  --json FILE      where the results go; without it .lab/bench/replication.json
  --help           this text

Examples:
  npm run bench:replication                                              everything: about half an hour
  npm run bench:replication -- --only resync,memory --flows 1000 --runs 1    a first look, in a minute

survival is real clients and servers; everything else is sessions made in the active's kernel over ctnetlink.
Needs root. It works in network namespaces of its own and leaves nothing behind, after Ctrl-C either.
`;

const WORDS = {
  only: { type: 'string' },
  runs: { type: 'string', default: '3' },
  seconds: { type: 'string' },
  rate: { type: 'string', default: '500' },
  flows: { type: 'string', default: '100000' },
  json: { type: 'string' },
  help: { type: 'boolean', default: false },
} as const;

/** More do not fit conntrackd's cache as its config here makes it. */
const FLOWS_AT_MOST = 250_000;

/** Reads the words behind the program's name. */
export function parseOptions(words: readonly string[]): Parsed<Options> {
  try {
    const { values } = parseArgs({ args: [...words], options: WORDS, strict: true, allowPositionals: false });
    if (values.help) return { type: 'help' };
    const options: Options = {
      parts: listed('only', values.only, PARTS),
      runs: positive('runs', values.runs, { whole: true, most: 100 }),
      seconds: values.seconds === undefined ? undefined : positive('seconds', values.seconds, { most: 3600 }),
      rate: positive('rate', values.rate),
      flows: positive('flows', values.flows, { whole: true, most: FLOWS_AT_MOST }),
      json: values.json,
    };
    return { type: 'run', options };
  } catch (error) {
    return { type: 'wrong', complaint: complaintOf(error) };
  }
}
