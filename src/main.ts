#!/usr/bin/env node
/**
 * The command `ftpair`: joins the command tree to this process's streams and to the daemon. It must not decide
 * anything.
 */
import { isatty } from 'node:tty';
import { runCommand } from './cli/program.js';
import { processStage } from './cli/stage.js';
import type { RunOptions } from './daemon/options.js';
import type { ExitStatus } from './fatal.js';

/** Loaded only for `ftpair run`: the other commands need no addon and start faster without it. */
async function runDaemon(options: RunOptions): Promise<ExitStatus> {
  const daemon = await import('./daemon/run.js');
  return daemon.runDaemon(options);
}

// `ftpair status | head -1`: nobody reads the rest, which is no failure.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
});

// Asked of the kernel: a stream's own `isTTY` is missing, not false, when it is a pipe.
const terminal = isatty(1);

process.exitCode = await runCommand(process.argv.slice(2), {
  screen: {
    out: (text) => process.stdout.write(text),
    err: (text) => process.stderr.write(text),
    colour: terminal && process.env['NO_COLOR'] === undefined && process.env['TERM'] !== 'dumb',
    columns: terminal ? process.stdout.columns : 100,
    stage: processStage(terminal),
  },
  runDaemon,
});
