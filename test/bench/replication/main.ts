/**
 * `npm run bench:replication`: ftpair and conntrackd in labs of the same shape, in turn; see options.ts for what can be
 * chosen. Ends with 0 when everything was measured, whatever the figures are.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { getPriority } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { labDirectory } from '../../../src/lab/paths.js';
import { monotonicNow } from '../../../src/time.js';
import { conditionLines, conditions, firstLine } from '../conditions.js';
import { benchmark, sayWithTime } from '../program.js';
import { tableText } from '../verdict.js';
import { conntrackdProgram } from './conntrackd.js';
import { measureCost } from './cost.js';
import { measureDelay } from './delay.js';
import { measureFull } from './full.js';
import { HELP, type Options, parseOptions, type Part } from './options.js';
import { measureRate } from './rate.js';
import type { Measured, Results, Versions } from './results.js';
import { makeRoom } from './room.js';
import { measureSurvival } from './survival.js';
import { verdicts } from './verdicts.js';

/** Where the search for the highest rate begins, and ends at the latest: beyond what the generator can make. */
const FIRST_RATE = 500;
const HIGHEST_RATE = 32_000;
const SEARCH_SECONDS = 5;
const LOAD_SECONDS = 20;

function versions(): Versions {
  return {
    ...conditions(),
    conntrackd: /v(\d[\d.]*\d)/.exec(firstLine(conntrackdProgram(), ['-v']) ?? '')?.[1] ?? 'unknown',
    nice: getPriority(),
  };
}

/** The parts that are asked for, each with the way to measure it; `full` is measured once for two of them. */
function partsOf(options: Options): readonly (() => Promise<Measured>)[] {
  const say = sayWithTime();
  const { runs, rate, flows } = options;
  const load = { runs, rate, seconds: options.seconds ?? LOAD_SECONDS };
  const search = { runs, seconds: options.seconds ?? SEARCH_SECONDS, first: FIRST_RATE, most: HIGHEST_RATE };
  const parts: readonly (readonly [readonly Part[], () => Promise<Measured>])[] = [
    [['sessions'], async () => ({ sessions: await measureRate(search, say) })],
    [['cpu'], async () => ({ cpu: await measureCost(load, say) })],
    [['lag'], async () => ({ lag: await measureDelay(load, say) })],
    [['resync', 'memory'], async () => ({ full: await measureFull({ runs, flows }, say) })],
    [['survival'], async () => ({ survival: await measureSurvival(runs, say) })],
  ];
  return parts
    .filter(([names]) => names.some((name) => options.parts.includes(name)))
    .map(([, measure]) => measure);
}

function screen(results: Results): readonly string[] {
  const { conntrackd, nice } = results.versions;
  const niceness =
    nice === 0
      ? []
      : [`run with niceness ${nice}: our work side has it, conntrackd's real-time priority does not`];
  return [
    '',
    ...conditionLines(results.versions, `conntrackd ${conntrackd}`),
    ...niceness,
    tableText(verdicts(results), ['ftpair', 'conntrackd']),
  ];
}

async function run(options: Options): Promise<void> {
  const from = monotonicNow();
  const found = versions();
  const file = resolve(options.json ?? join(labDirectory, 'bench', 'replication.json'));
  mkdirSync(dirname(file), { recursive: true });
  let measured: Measured = {};
  const results = (): Results => {
    const seconds = Math.round((monotonicNow() - from) / 1000);
    return { versions: found, options, seconds, measured };
  };
  const leaveRoom = makeRoom(options.flows);
  try {
    for (const measure of partsOf(options)) {
      measured = { ...measured, ...(await measure()) };
      // What has been measured is not lost with what comes after it.
      writeFileSync(file, `${JSON.stringify(results(), undefined, 1)}\n`);
    }
  } finally {
    leaveRoom();
  }
  for (const line of screen(results())) console.log(line);
  console.log(`\nwritten to ${file}`);
}

await benchmark('bench:replication', HELP, parseOptions(process.argv.slice(2)), run);
