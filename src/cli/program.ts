/**
 * The command tree: words and options in, a command called, an exit status out. It must not do the work of any
 * command itself; what a command needs is loaded only when it is called.
 */
import { Command, CommanderError, InvalidArgumentError, Option } from 'commander';
import type { AnswerName } from '../control/json-schema.js';
import { programVersion } from '../control/version.js';
import { ExitStatus, Fatal } from '../fatal.js';
import { DEFAULT_CONFIG, DEFAULT_RUNTIME_DIR, EXAMPLES } from './help.js';
import type { RunOptions } from '../daemon/options.js';
import type { SessionsOptions } from './sessions.js';
import { addConfigCommands } from './config-commands.js';
import { nameRightWords, withGuess } from './right-words.js';
import { addDrillCommand } from './drill-command.js';
import { addImportCommand } from './import-command.js';
import { addServerCommands } from './server-commands.js';
import { addShellCommands } from './shell-commands.js';
import { addViewCommands } from './view-commands.js';
import { printFatal, type Screen } from './screen.js';

/** What the command tree does not know itself. */
export interface Surroundings {
  readonly screen: Screen;
  /** Runs the daemon until it ends. Throws `Fatal` when it cannot start. */
  readonly runDaemon: (options: RunOptions) => Promise<ExitStatus>;
}

const LOG_LEVELS = ['trace', 'debug', 'info', 'warn', 'error'] as const;

/**
 * Runs one command line (without node and script) and returns the exit status. Only `Fatal` and wrong words are
 * answered here; any other error is a mistake of ours and is passed on.
 */
export async function runCommand(words: readonly string[], surroundings: Surroundings): Promise<ExitStatus> {
  const outcome: Outcome = { status: ExitStatus.ok };
  try {
    await commandTree(surroundings, outcome).parseAsync(words, { from: 'user' });
    return outcome.status;
  } catch (error) {
    if (error instanceof Fatal) {
      printFatal(surroundings.screen, error);
      return error.status;
    }
    // commander has printed its complaint, or the help that was asked for.
    if (error instanceof CommanderError) return error.exitCode === 0 ? ExitStatus.ok : ExitStatus.usage;
    throw error;
  }
}

/** What a command that was run has come to. */
export interface Outcome {
  status: ExitStatus;
}

interface DirectoryOption {
  readonly runtimeDir: string;
}

/** Every command with its options; `parseAsync` runs one, whose exit status goes into `outcome`. */
export function commandTree(surroundings: Surroundings, outcome: Outcome): Command {
  const { screen } = surroundings;
  const program = new Command('ftpair')
    .description('Two routers in front of FTP servers: when one dies, every FTP session goes on.')
    .exitOverride()
    .configureOutput({
      writeOut: screen.out,
      writeErr: screen.err,
      outputError: (text, write) => {
        write(withGuess(text.replace(/^error: /, 'ftpair: ')));
      },
      getOutHelpWidth: () => screen.columns,
      getErrHelpWidth: () => screen.columns,
      getOutHasColors: () => screen.colour,
    })
    .version(programVersion(), '--version', 'print the version')
    .addHelpText('after', EXAMPLES['']);
  addDaemonCommand(program, surroundings, outcome);
  addFileCommands(program, screen, outcome);
  addTalkCommands(program, screen, outcome);
  addServerCommands(program, screen, outcome, runtimeDirOption);
  addConfigCommands(program, screen, outcome, runtimeDirOption);
  addViewCommands(program, screen, outcome, runtimeDirOption);
  addShellCommands(program, screen, outcome, runtimeDirOption);
  addDrillCommand(program, screen, outcome, [configOption, runtimeDirOption]);
  addImportCommand(program, screen, outcome);
  nameRightWords(program);
  return program;
}

function addDaemonCommand(program: Command, { runDaemon }: Surroundings, outcome: Outcome): void {
  program
    .command('run')
    .description('be one of the two directors, in the foreground')
    .addOption(configOption())
    .option('--node <name>', "this director's name in the config (default: the host's name)")
    .addOption(runtimeDirOption())
    .addOption(new Option('--log-level <level>', 'how much is logged').choices(LOG_LEVELS).default('info'))
    .addHelpText('after', EXAMPLES.run)
    .action(async (options: DirectoryOption & { config: string; node?: string; logLevel: string }) => {
      const { config: configFile, node, runtimeDir, logLevel } = options;
      outcome.status = await runDaemon({ configFile, node, runtimeDir, logLevel });
    });
}

function addFileCommands(program: Command, screen: Screen, outcome: Outcome): void {
  program
    .command('check')
    .description('say what is wrong with a config file')
    .addOption(configOption())
    .addHelpText('after', EXAMPLES.check)
    .action(async ({ config }: { config: string }) => {
      const { checkCommand } = await import('./check.js');
      outcome.status = checkCommand(config, (line) => {
        screen.out(`${line}\n`);
      });
    });
  program
    .command('schema')
    .description('print the JSON Schema of the config file, or of what --json prints')
    .addOption(schemaOption('status', 'of "ftpair status --json"').conflicts(['sessions', 'events']))
    .addOption(schemaOption('sessions', 'of "ftpair sessions --json"').conflicts('events'))
    .addOption(schemaOption('events', 'of GET /events on the control socket'))
    .addHelpText('after', EXAMPLES.schema)
    .action(async (options: Readonly<Partial<Record<AnswerName, boolean>>>) => {
      const { schemaCommand } = await import('./schema.js');
      outcome.status = schemaCommand(options, screen);
    });
  program
    .command('keygen')
    .description('print a new key file for the pair')
    .addHelpText('after', EXAMPLES.keygen)
    .action(async () => {
      const { generateKey } = await import('../config/key-file.js');
      screen.out(generateKey());
    });
}

function addTalkCommands(program: Command, screen: Screen, outcome: Outcome): void {
  program
    .command('status')
    .description('show how this director, its peer and the servers are')
    .option('--json', "print the daemon's JSON", false)
    .option('--history', 'show every change of role with its steps', false)
    .option('--probes', "show every server's last probe with the time of each step", false)
    .addOption(runtimeDirOption())
    .addHelpText('after', EXAMPLES.status)
    .action(async (options: DirectoryOption & { json: boolean; history: boolean; probes: boolean }) => {
      const { statusCommand } = await import('./talk.js');
      outcome.status = await statusCommand(options, screen);
    });
  program
    .command('sessions')
    .description('list the FTP sessions, and for each whether it would survive a failover now')
    .option('--json', 'print the list as JSON', false)
    .option('--limit <number>', 'show at most so many; 0 for all', wholeNumber, 100)
    .option('--client <address>', "only this client's")
    .option('--server <server>', 'only those on this real server')
    .option('--lost', 'only those that would not survive', false)
    .addOption(runtimeDirOption())
    .addHelpText('after', EXAMPLES.sessions)
    .action(async (options: Omit<SessionsOptions, 'client' | 'server'> & Partial<SessionsOptions>) => {
      const { sessionsCommand } = await import('./sessions.js');
      const { client, server } = options;
      outcome.status = await sessionsCommand({ ...options, client, server }, screen);
    });
  program
    .command('handover')
    .description('move the active role to the other director, without losing a session')
    .addOption(runtimeDirOption())
    .addHelpText('after', EXAMPLES.handover)
    .action(async ({ runtimeDir }: DirectoryOption) => {
      const { handoverCommand } = await import('./talk.js');
      outcome.status = await handoverCommand(runtimeDir, screen);
    });
  program
    .command('reload')
    .description('take the config file up again, without touching running sessions')
    .option('--dry-run', 'only say what would change', false)
    .option('--json', "print the daemon's JSON", false)
    .addOption(runtimeDirOption())
    .addHelpText('after', EXAMPLES.reload)
    .action(async (options: DirectoryOption & { dryRun: boolean; json: boolean }) => {
      const { reloadCommand } = await import('./reload.js');
      outcome.status = await reloadCommand(options, screen);
    });
  program
    .command('compare')
    .description("compare this kernel's sessions with the peer's, entry by entry")
    .option('--json', "print the daemon's JSON", false)
    .addOption(runtimeDirOption())
    .addHelpText('after', EXAMPLES.compare)
    .action(async (options: DirectoryOption & { json: boolean }) => {
      const { compareCommand } = await import('./talk.js');
      outcome.status = await compareCommand(options, screen);
    });
  program
    .command('version')
    .description('print the version')
    .addHelpText('after', EXAMPLES.version)
    .action(() => {
      screen.out(`${programVersion()}\n`);
    });
}

function wholeNumber(text: string): number {
  if (/^[0-9]{1,9}$/.test(text)) return Number(text);
  throw new InvalidArgumentError('It must be a whole number.');
}

function schemaOption(answer: AnswerName, what: string): Option {
  return new Option(`--${answer}`, what);
}

function configOption(): Option {
  return new Option('--config <file>', 'the config of the pair').default(DEFAULT_CONFIG);
}

function runtimeDirOption(): Option {
  return new Option('--runtime-dir <dir>', 'where the control socket is').default(DEFAULT_RUNTIME_DIR);
}
