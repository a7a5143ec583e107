/** The part of the command tree that is about the command itself: completion and man pages. Words only; no work. */
import { Argument, type Command, type Option } from 'commander';
import { ExitStatus } from '../fatal.js';
import { VIEW_EXAMPLES } from './help-view.js';
import type { Screen } from './screen.js';

interface Outcome {
  status: ExitStatus;
}

const SHELLS = ['bash', 'zsh', 'fish'] as const;
export type Shell = (typeof SHELLS)[number];

const PAGES = ['ftpair.1', 'ftpair.yaml.5', 'ftpair.8'] as const;
export type ManPage = (typeof PAGES)[number];

/** Adds the commands; `runtimeDir` makes the option for those that ask a daemon. */
export function addShellCommands(
  program: Command,
  screen: Screen,
  outcome: Outcome,
  runtimeDir: () => Option,
): void {
  program
    .command('completion')
    .description('print the completion script for a shell')
    .addArgument(new Argument('<shell>', 'whose script').choices(SHELLS))
    .addHelpText('after', VIEW_EXAMPLES.completion)
    .action(async (shell: Shell) => {
      const { completionScript } = await import('./shell.js');
      screen.out(completionScript(shell, program));
    });
  program
    .command('man')
    .description('print a man page')
    .addArgument(new Argument('[page]', 'which one').choices(PAGES).default('ftpair.1'))
    .addHelpText('after', VIEW_EXAMPLES.man)
    .action(async (page: ManPage) => {
      const { manPage } = await import('./shell.js');
      screen.out(manPage(page, program));
    });
  // For the completion scripts.
  program
    .command('__servers', { hidden: true })
    .addOption(runtimeDir())
    .action(async (options: { readonly runtimeDir: string }) => {
      const { serverNames } = await import('./shell.js');
      for (const name of await serverNames(options.runtimeDir)) screen.out(`${name}\n`);
      outcome.status = ExitStatus.ok;
    });
}
