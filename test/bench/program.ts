/** What every benchmark does around its measuring: help, complaints, exit statuses, progress with the time beside it. */
import { ExitStatus, Fatal } from '../../src/fatal.js';
import { isEnding } from '../../src/lab/guard.js';
import { monotonicNow } from '../../src/time.js';
import type { Say } from './runs.js';
import type { Parsed } from './words.js';

/** Progress on stdout, with the seconds since this call in front. */
export function sayWithTime(): Say {
  const from = monotonicNow();
  return (line) => {
    const at = ((monotonicNow() - from) / 1000).toFixed(0).padStart(5);
    // Told to end: what fails because the labs are being taken down is no news.
    if (!isEnding()) console.log(`${at} s  ${line}`);
  };
}

/**
 * Runs a benchmark as its command line wants and sets the process's exit status: 0 when everything was measured, whatever
 * the figures are. `script` is its name in package.json.
 */
export async function benchmark<Options>(
  script: string,
  help: string,
  parsed: Parsed<Options>,
  run: (options: Options) => Promise<void>,
): Promise<void> {
  try {
    process.exitCode = await carryOut(script, help, parsed, run);
  } catch (error) {
    if (isEnding()) return;
    process.exitCode = error instanceof Fatal ? error.status : 1;
    console.error(`bench: ${error instanceof Error ? error.message : String(error)}`);
    if (error instanceof Fatal) console.error(`  cure: ${error.cure}`);
  }
}

async function carryOut<Options>(
  script: string,
  help: string,
  parsed: Parsed<Options>,
  run: (options: Options) => Promise<void>,
): Promise<ExitStatus> {
  switch (parsed.type) {
    case 'help':
      console.log(help);
      return ExitStatus.ok;
    case 'wrong':
      console.error(`bench: ${parsed.complaint}\n  cure: npm run ${script} -- --help`);
      return ExitStatus.usage;
    case 'run':
      await run(parsed.options);
      return ExitStatus.ok;
  }
}
