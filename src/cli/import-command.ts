/** `ftpair import` and its options. What it does is loaded when it is called. */
import { Option, type Command } from 'commander';
import type { ExitStatus } from '../fatal.js';
import { EXAMPLES } from './help.js';
import type { ImportOptions } from './import.js';
import type { Screen } from './screen.js';

/** As migration/formats.ts has them, which is not loaded for this. */
const FORMATS = ['piranha', 'keepalived'] as const;

export function addImportCommand(program: Command, screen: Screen, outcome: { status: ExitStatus }): void {
  program
    .command('import')
    .description("translate Piranha's lvs.cf or a keepalived.conf into a config of ours")
    .argument('<file>', "Piranha's lvs.cf, or a keepalived.conf")
    .addOption(new Option('--format <format>', 'what it is; default: its content decides').choices(FORMATS))
    .option('--output <file>', 'where the config goes (default: standard output)')
    .option('--peer-file <file>', "the other router's file, to be compared and to fill what this one lacks")
    .option('--force', 'write over an output file that exists', false)
    .option('--verbose', 'say also what was translated as it is', false)
    .addHelpText('after', EXAMPLES.import)
    .action(async (file: string, options: ImportOptions) => {
      const { importCommand } = await import('./import.js');
      outcome.status = importCommand(file, options, screen);
    });
}
