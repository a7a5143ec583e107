/** The part of the command tree that is about the pair's one config: `config diff`, `config push`. Words only; no work. */
import type { Command, Option } from 'commander';
import type { ExitStatus } from '../fatal.js';
import type { ConfigOptions } from './config-exchange.js';
import { DEFAULT_CONFIG, EXAMPLES } from './help.js';
import type { Screen } from './screen.js';

/** Adds `ftpair config` to the tree. */
export function addConfigCommands(
  program: Command,
  screen: Screen,
  outcome: { status: ExitStatus },
  runtimeDirOption: () => Option,
): void {
  const config = program
    .command('config')
    .description("compare the config with the peer's, and send it there")
    .addHelpText('after', EXAMPLES.config);
  config
    .command('diff')
    .description('show what the peer runs otherwise')
    .option('--json', "print the daemon's JSON", false)
    .addOption(runtimeDirOption())
    .addHelpText('after', EXAMPLES.configDiff)
    .action(async (options: ConfigOptions) => {
      const { diffCommand } = await import('./config-exchange.js');
      outcome.status = await diffCommand(options, screen);
    });
  config
    .command('push')
    .description('let both directors take a config file up, or neither')
    .argument('[file]', 'the new config', DEFAULT_CONFIG)
    .option('--json', "print the daemon's JSON", false)
    .addOption(runtimeDirOption())
    .addHelpText('after', EXAMPLES.configPush)
    .action(async (file: string, options: ConfigOptions) => {
      const { pushCommand } = await import('./config-exchange.js');
      outcome.status = await pushCommand(file, options, screen);
    });
}
