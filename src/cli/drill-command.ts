/** The part of the command tree that is about drills. Words only; no work. */
import { Argument, type Command, InvalidArgumentError, type Option } from 'commander';
import { parseDuration } from '../config/duration.js';
import { SCENARIOS } from '../drill/record.js';
import type { ExitStatus } from '../fatal.js';
import { type Millis, millis } from '../time.js';
import type { DrillOptions } from './drill.js';
import { EXAMPLES } from './help.js';
import type { Screen } from './screen.js';

interface Outcome {
  status: ExitStatus;
}

/** Adds the command; `options` makes those that other commands have as well. */
export function addDrillCommand(
  program: Command,
  screen: Screen,
  outcome: Outcome,
  options: readonly (() => Option)[],
): void {
  const command = program
    .command('drill')
    .description('do a failover on purpose, and measure it from a client of its own')
    .addArgument(
      new Argument('[scenario]', 'what is done to the pair')
        .choices([...SCENARIOS, 'all'])
        .default('handover'),
    )
    .option('--yes', 'do not ask', false)
    .option('--destructive', 'scenarios that break something may be run', false)
    .option('--duration <time>', 'how long is measured after the fault', duration, millis(5000))
    .option('--sessions <number>', 'sessions of each kind', positive, 1)
    .option('--server <name>', 'the server of server-down (default: the last one that is up)')
    .option('--json <file>', 'write the record there as JSON; - for standard output')
    .option('--svg <file>', 'write the picture of the last scenario there as well')
    .option('--max-outage <time>', 'fail when the address was silent for longer', duration)
    .option('--max-stall <time>', 'fail when a transfer stood still for longer', duration)
    .option('--history', 'only list the drills that were kept, and what got slower', false)
    .option('--directory <dir>', 'where records are kept (default: drills in the state_dir of the config)')
    .option('--node <name>', "this director's name in the config (default: the host's name)");
  for (const option of options) command.addOption(option());
  command
    .addHelpText('after', EXAMPLES.drill)
    .action(async (scenario: DrillOptions['scenario'], given: Omit<DrillOptions, 'scenario'>) => {
      const { drillCommand } = await import('./drill.js');
      outcome.status = await drillCommand({ ...given, scenario }, screen);
    });
}

function duration(text: string): Millis {
  const parsed = parseDuration(text);
  if (!parsed.ok) throw new InvalidArgumentError(`It ${parsed.problem}: ${parsed.cure}.`);
  if (parsed.value > 600_000) throw new InvalidArgumentError('It must be 10m at most.');
  return parsed.value;
}

function positive(text: string): number {
  if (/^[0-9]{1,3}$/.test(text) && Number(text) > 0) return Number(text);
  throw new InvalidArgumentError('It must be a whole number from 1 to 999.');
}
