/** The part of the command tree that is about single servers: drain, undrain, force, weight. Words only; no work. */
import { Argument, type Command, InvalidArgumentError, type Option } from 'commander';
import { parseDuration } from '../config/duration.js';
import { type OrderRequest, readWeight } from '../control/order-query.js';
import type { ExitStatus } from '../fatal.js';
import type { Millis } from '../time.js';
import { EXAMPLES } from './help.js';
import type { Screen } from './screen.js';

interface Outcome {
  status: ExitStatus;
}

interface DirectoryOption {
  readonly runtimeDir: string;
}

type Forced = Extract<OrderRequest, { kind: 'force' }>['to'];

const SERVER = 'its name, or SERVICE/SERVER where several services have one of that name';

/** Adds the commands; `runtimeDir` makes the option that all of them have. */
export function addServerCommands(
  program: Command,
  screen: Screen,
  outcome: Outcome,
  runtimeDir: () => Option,
): void {
  program
    .command('drain')
    .description('give a server no new sessions, and wait until its running ones have ended')
    .argument('<server>', SERVER)
    .option('--timeout <time>', 'wait at most so long, such as 90s or 10m', duration)
    .option('--no-wait', 'do not wait for the running sessions')
    .addOption(runtimeDir())
    .addHelpText('after', EXAMPLES.drain)
    .action(async (server: string, options: DirectoryOption & { timeout?: Millis; wait: boolean }) => {
      const { drainCommand } = await import('./servers.js');
      outcome.status = await drainCommand({ server, timeout: undefined, ...options }, screen);
    });
  const give = async (server: string, options: DirectoryOption, order: OrderRequest): Promise<void> => {
    const { orderCommand } = await import('./servers.js');
    outcome.status = await orderCommand({ server, ...options }, order, screen);
  };
  program
    .command('undrain')
    .description('give a drained server new sessions again')
    .argument('<server>', SERVER)
    .addOption(runtimeDir())
    .addHelpText('after', EXAMPLES.undrain)
    .action((server: string, options: DirectoryOption) =>
      give(server, options, { kind: 'drain', on: false }),
    );
  program
    .command('force')
    .description('let a server be up or down whatever its checks say; auto leaves it to them again')
    .argument('<server>', SERVER)
    .addArgument(
      new Argument('<state>', 'what it is from now on').choices(['up', 'down', 'auto'] satisfies Forced[]),
    )
    .addOption(runtimeDir())
    .addHelpText('after', EXAMPLES.force)
    .action((server: string, to: Forced, options: DirectoryOption) =>
      give(server, options, { kind: 'force', to }),
    );
  program
    .command('weight')
    .description("change a server's share of new sessions; running ones are not touched")
    .argument('<server>', SERVER)
    .argument('<weight>', '0 to 100, or "config" for that of the config', weight)
    .addOption(runtimeDir())
    .addHelpText('after', EXAMPLES.weight)
    .action((server: string, order: OrderRequest, options: DirectoryOption) => give(server, options, order));
}

function duration(text: string): Millis {
  const parsed = parseDuration(text);
  if (parsed.ok) return parsed.value;
  throw new InvalidArgumentError(`${parsed.problem}; ${parsed.cure}.`);
}

function weight(text: string): OrderRequest {
  const parsed = readWeight(text);
  if (parsed.ok) return parsed.value;
  throw new InvalidArgumentError('It must be a whole number from 0 to 100, or "config".');
}
