/** The command line of the nannies' benchmark: words in, choices or a complaint out. Pure. */
import { parseArgs } from 'node:util';
import { complaintOf, positive, type Parsed } from '../words.js';

/** What can be chosen. */
export interface Options {
  /** Servers that are checked at once for the cost. */
  readonly servers: number;
  /** Seconds between two probes of one of them. */
  readonly interval: number;
  /** How long the cost is measured. */
  readonly seconds: number;
  /** Servers that die in each case of the detection time. */
  readonly deaths: number;
  /** Where the results go; undefined: .lab/bench/nanny.json. */
  readonly json: string | undefined;
}

export const HELP = `Measures what the nannies cost, and how soon they find a dead server.

  npm run bench:nanny -- [options]

  --servers N      servers checked at once for the cost; without it 200
  --interval S     seconds between two probes of one; without it 2
  --seconds S      how long the cost is measured; without it 30
  --deaths N       servers that die in each case; without it 20
  --json FILE      where the results go; without it .lab/bench/nanny.json
  --help           this text

Uses addresses of the loopback interface only, and leaves nothing behind.
`;

const WORDS = {
  servers: { type: 'string', default: '200' },
  interval: { type: 'string', default: '2' },
  seconds: { type: 'string', default: '30' },
  deaths: { type: 'string', default: '20' },
  json: { type: 'string' },
  help: { type: 'boolean', default: false },
} as const;

/** Reads the words behind the program's name. */
export function parseOptions(words: readonly string[]): Parsed<Options> {
  try {
    const { values } = parseArgs({ args: [...words], options: WORDS, strict: true, allowPositionals: false });
    if (values.help) return { type: 'help' };
    const options: Options = {
      servers: positive('servers', values.servers, { whole: true, most: 1000 }),
      interval: positive('interval', values.interval, { most: 60 }),
      seconds: positive('seconds', values.seconds, { most: 3600 }),
      deaths: positive('deaths', values.deaths, { whole: true, most: 200 }),
      json: values.json,
    };
    return { type: 'run', options };
  } catch (error) {
    return { type: 'wrong', complaint: complaintOf(error) };
  }
}
