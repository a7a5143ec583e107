/**
 * `npm run bench:faults`: every fault of test/lab/faults.test.ts, many times; see options.ts for what can be chosen. Ends
 * with 0 when everything was measured, whatever the figures are.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { cpus, loadavg, release } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { isEnding } from '../../../src/lab/guard.js';
import { labDirectory } from '../../../src/lab/paths.js';
import { FAULTS } from '../../lab/support/faults-list.js';
import { planRounds, type RoundSeen } from '../../lab/support/faults-rounds.js';
import { benchmark } from '../program.js';
import { Labs } from './measure.js';
import { help, type Options, parseOptions } from './options.js';
import { type FaultResult, type FaultRun, tableLines } from './table.js';

const SEED = 20_260_101;
const ROUNDS_PER_RUN = 5;
const IDS = [...FAULTS.map(({ id }) => id), 'rounds'];

const conditions = (): string =>
  `Linux ${release()}, Node.js ${process.version}, ${cpus().length} cores, load ${(loadavg()[0] ?? 0).toFixed(2)}`;

function write(options: Options, results: readonly FaultResult[], rounds: readonly RoundSeen[]): string {
  const file = resolve(options.json ?? join(labDirectory, 'bench', 'faults.json'));
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(
    file,
    `${JSON.stringify({ conditions: conditions(), options, results, rounds }, undefined, 1)}\n`,
  );
  return file;
}

/** One line per run, so that a long run can be watched. */
function say(id: string, { after, outage, overlap, alone, settled }: FaultRun): void {
  const figures = [outage, overlap, alone].map((value) => value.toFixed(0)).join('  ');
  if (!isEnding())
    console.log(`${id.padEnd(18)} ${after.join(',')}  ${figures}  ${settled ? '' : 'not whole again'}`);
}

async function run(options: Options): Promise<void> {
  console.log(conditions());
  console.log('fault, who serves on the LANs; ms: VIP silent, two answer, alone again after');
  const labs = new Labs(options.profile);
  const results: FaultResult[] = [];
  const rounds: RoundSeen[] = [];
  try {
    for (const fault of FAULTS.filter(({ id }) => options.only.includes(id))) {
      const runs: FaultRun[] = [];
      const { id, title, serves, alerts, noAlerts } = fault;
      results.push({ fault: { id, title, serves, alerts, noAlerts }, runs });
      for (let count = 0; count < options.runs; count++) {
        const seen = await labs.suffer(fault);
        runs.push(seen);
        say(id, seen);
        write(options, results, rounds);
      }
    }
    if (options.only.includes('rounds'))
      for (const round of planRounds(SEED, options.runs * ROUNDS_PER_RUN))
        rounds.push(await labs.round(round));
  } finally {
    await labs.down();
  }
  const file = write(options, results, rounds);
  console.log(`\n${tableLines(results, rounds).join('\n')}\n\n${conditions()}\nwritten to ${file}`);
}

await benchmark('bench:faults', help(IDS), parseOptions(process.argv.slice(2), IDS), run);
