/** The part of the command tree that looks and does not touch: servers, history, explain, watch. Words only; no work. */
import { type Command, InvalidArgumentError, Option } from 'commander';
import { parseDuration } from '../config/duration.js';
import type { ExitStatus } from '../fatal.js';
import { type Millis, millis } from '../time.js';
import { VIEW_EXAMPLES } from './help-view.js';
import type { Screen } from './screen.js';

interface Outcome {
  status: ExitStatus;
}

interface JsonOptions {
  readonly runtimeDir: string;
  readonly json: boolean;
}

/** Adds the commands; `runtimeDir` makes the option that all of them have. */
export function addViewCommands(
  program: Command,
  screen: Screen,
  outcome: Outcome,
  runtimeDir: () => Option,
): void {
  program
    .command('servers')
    .description('list the real servers, or tell everything of one')
    .argument('[server]', 'its name, or SERVICE/SERVER; all of that name where several services have one')
    .option('--json', "print the servers' part of the status as JSON", false)
    .addOption(runtimeDir())
    .addHelpText('after', VIEW_EXAMPLES.servers)
    .action(async (server: string | undefined, options: JsonOptions) => {
      const { serversCommand } = await import('./servers-view.js');
      outcome.status = await serversCommand(server, options, screen);
    });
  program
    .command('history')
    .description('show changes of role with their steps, and the alerts, on one timeline')
    .option('--json', 'print the timeline as JSON', false)
    .option('--limit <number>', 'the newest so many; 0 for all', wholeNumber, 50)
    .addOption(runtimeDir())
    .addHelpText('after', VIEW_EXAMPLES.history)
    .action(async (options: JsonOptions & { limit: number }) => {
      const { historyCommand } = await import('./history.js');
      outcome.status = await historyCommand(options, screen);
    });
  program
    .command('explain')
    .description('say why this director is (not) active, and what would happen if either died now')
    .option('--json', 'print the sentences as JSON', false)
    .addOption(runtimeDir())
    .addHelpText('after', VIEW_EXAMPLES.explain)
    .action(async (options: JsonOptions) => {
      const { explainCommand } = await import('./explain.js');
      outcome.status = await explainCommand(options, screen);
    });
  program
    .command('watch')
    .description('watch this director and its peer live')
    .addOption(intervalOption())
    .option('--json', 'print one JSON object for each change', false)
    .addOption(runtimeDir())
    .addHelpText('after', VIEW_EXAMPLES.watch)
    .action(async (options: JsonOptions & { interval: Millis }) => {
      const { watchCommand } = await import('./watch.js');
      outcome.status = await watchCommand(options, screen);
    });
}

function intervalOption(): Option {
  return new Option('--interval <time>', 'how often to look, from 100ms to 1h')
    .argParser(interval)
    .default(millis(1000), '1s');
}

function interval(text: string): Millis {
  const parsed = parseDuration(text);
  if (!parsed.ok) throw new InvalidArgumentError(`${parsed.problem}; ${parsed.cure}.`);
  if (parsed.value >= 100 && parsed.value <= 3_600_000) return parsed.value;
  throw new InvalidArgumentError('It must be from 100ms to 1h.');
}

function wholeNumber(text: string): number {
  if (/^[0-9]{1,9}$/.test(text)) return Number(text);
  throw new InvalidArgumentError('It must be a whole number.');
}
