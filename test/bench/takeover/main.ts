/**
 * `npm run bench:takeover`: ftpair and keepalived in labs of the same shape, one after the other and side by side; see
 * options.ts for what can be chosen. Ends with 0 when everything was measured, whatever the figures are.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { labDirectory } from '../../../src/lab/paths.js';
import { monotonicNow } from '../../../src/time.js';
import { conditions, firstLine } from '../conditions.js';
import { benchmark, sayWithTime } from '../program.js';
import type { Ground, Say } from './bench.js';
import { measureDoubles } from './doubles.js';
import { measureHandover, TRANSFER_RATE } from './handover.js';
import { measureIdle } from './idle.js';
import { keepalivedProgram } from './keepalived.js';
import { measureLoad } from './load.js';
import { HELP, type Options, parseOptions, type Part, type Profile } from './options.js';
import { raiseKeepalived, raiseOurs } from './pair.js';
import { measurePower } from './power.js';
import type { ProfileResults, Results, Versions } from './results.js';
import { screen } from './screen.js';

const RUNS: Readonly<Record<Profile, number>> = { fast: 30, default: 10 };
const DOUBLE_RUNS = 5;

function versions(): Versions {
  return {
    ...conditions(),
    keepalived: firstLine(keepalivedProgram(), ['--version'])?.replace(/^Keepalived /, '') ?? 'unknown',
  };
}

/** The parts that are asked for and exist at a profile: handovers and load only at the fast one, the harsher. */
async function measureOn(
  ground: Ground,
  profile: Profile,
  options: Options,
  say: Say,
): Promise<ProfileResults> {
  const wanted = (part: Part): boolean =>
    options.parts.includes(part) && (profile === 'fast' || (part !== 'handover' && part !== 'load'));
  const runs = options.runs ?? RUNS[profile];
  return {
    // Before anything has happened to them.
    ...(wanted('idle') && { idle: await measureIdle(ground, say) }),
    ...(wanted('power') && { power: await measurePower(ground, runs, say) }),
    ...(wanted('handover') && { handover: await measureHandover(ground.ours, runs, say) }),
    ...(wanted('doubles') && { doubles: await measureDoubles(ground, options.runs ?? DOUBLE_RUNS, say) }),
    ...(wanted('load') && { load: await measureLoad(ground, options.minutes, say) }),
  };
}

async function measure(profile: Profile, options: Options, say: Say): Promise<ProfileResults> {
  if (profile === 'default' && !options.parts.some((part) => part !== 'handover' && part !== 'load'))
    return {};
  say(`raising two labs, ${profile} profile`);
  const ours = await raiseOurs(profile, TRANSFER_RATE);
  try {
    const theirs = await raiseKeepalived(profile);
    try {
      return await measureOn({ ours, theirs }, profile, options, say);
    } finally {
      await theirs.lab.down();
    }
  } finally {
    await ours.lab.down();
  }
}

async function run(options: Options): Promise<void> {
  const from = monotonicNow();
  const say = sayWithTime();
  const found = versions();
  const profiles: Partial<Record<Profile, ProfileResults>> = {};
  const file = resolve(options.json ?? join(labDirectory, 'bench', 'takeover.json'));
  mkdirSync(dirname(file), { recursive: true });
  const results = (): Results => {
    const seconds = Math.round((monotonicNow() - from) / 1000);
    return { versions: found, options, seconds, profiles };
  };
  for (const profile of options.profiles) {
    profiles[profile] = await measure(profile, options, say);
    // What has been measured is not lost with what comes after it.
    writeFileSync(file, `${JSON.stringify(results(), undefined, 1)}\n`);
  }
  for (const line of screen(results())) console.log(line);
  console.log(`\nwritten to ${file}`);
}

await benchmark('bench:takeover', HELP, parseOptions(process.argv.slice(2)), run);
