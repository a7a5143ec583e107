/**
 * `npm run bench:nanny`: what checking many servers costs, and how soon a dead one is found; see options.ts for what can be
 * chosen. Ends with 0 when everything was measured, whatever the figures are.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { labDirectory } from '../../../src/lab/paths.js';
import { conditions } from '../conditions.js';
import { median, worst } from '../numbers.js';
import { benchmark, sayWithTime } from '../program.js';
import { checkOf, measureCost, measureDetection, type Cost, type Detection } from './measure.js';
import { HELP, type Options, parseOptions } from './options.js';

/** The config's defaults, and once a second. */
const CHECKS = [checkOf(5000, 3000), checkOf(1000, 900)] as const;

const WAYS = { close: 'refuses connections', silence: 'accepts and is silent' } as const;

function costLine({ servers, interval, rate, bad, core, mebibytes }: Cost): string {
  const figures = `${rate.toFixed(0)} probes/s, ${bad} bad, ${(core * 100).toFixed(1)} % of a core`;
  return `${servers} servers every ${interval} s: ${figures}, ${mebibytes.toFixed(0)} MiB`;
}

function detectionLine({ interval, timeout, death, took }: Detection): string {
  const seconds = (value: number | undefined): string => ((value ?? 0) / 1000).toFixed(2);
  const check = `interval ${interval / 1000} s, timeout ${timeout / 1000} s`;
  return `${check}, a server that ${WAYS[death]}: median ${seconds(median(took))} s, worst ${seconds(worst(took))} s of ${took.length}`;
}

async function run(options: Options): Promise<void> {
  const say = sayWithTime();
  const found = conditions();
  say(
    `Node.js ${found.node}, Linux ${found.kernel}, ${found.cores} cores, load ${found.loadAtStart.toFixed(2)}`,
  );
  const cost = await measureCost(options.servers, options.interval, options.seconds);
  say(costLine(cost));
  const detections: Detection[] = [];
  for (const check of CHECKS)
    for (const death of ['close', 'silence'] as const) {
      const detection = await measureDetection(check, death, options.deaths);
      detections.push(detection);
      say(detectionLine(detection));
    }
  const file = resolve(options.json ?? join(labDirectory, 'bench', 'nanny.json'));
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, `${JSON.stringify({ conditions: found, options, cost, detections }, undefined, 1)}\n`);
  console.log(`\nwritten to ${file}`);
}

await benchmark('bench:nanny', HELP, parseOptions(process.argv.slice(2)), run);
