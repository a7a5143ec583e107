/**
 * The one place of the lab that runs `ip` and starts programs inside namespaces. Synchronous where order and
 * speed matter (pulling cables), asynchronous for everything that lives longer.
 */
import { type ChildProcess, type SpawnOptions, spawn, spawnSync } from 'node:child_process';
import { labEnvironment } from './paths.js';

/** A command that ended badly: what was run, how it ended, what it said. */
export class CommandError extends Error {
  constructor(
    readonly command: string,
    readonly status: number | string,
    readonly output: string,
  ) {
    super(`${command} ended with ${status}: ${output.trim()}`);
    this.name = 'CommandError';
  }
}

/** Runs `ip` with arguments and returns what it printed. @throws CommandError */
export function ip(args: readonly string[], input = ''): string {
  const result = spawnSync('ip', args, { input, encoding: 'utf8', env: labEnvironment });
  if (result.error) throw new CommandError(`ip ${args.join(' ')}`, result.error.message, '');
  if (result.status !== 0)
    throw new CommandError(
      `ip ${args.join(' ')}`,
      result.status ?? result.signal ?? '?',
      result.stderr + input,
    );
  return result.stdout;
}

/** Runs lines by one `ip -batch` inside a namespace; the first that fails ends it. @throws CommandError */
export function ipBatch(namespace: string, lines: readonly string[]): void {
  ip(['-netns', namespace, '-batch', '-'], `${lines.join('\n')}\n`);
}

/** Gives a script to `nft` inside a namespace, as one transaction. @throws CommandError */
export function nftIn(namespace: string, script: string): void {
  ip(['netns', 'exec', namespace, 'nft', '-f', '-'], script);
}

/** Makes namespaces. @throws CommandError */
export function addNamespaces(names: readonly string[]): void {
  ip(['-batch', '-'], `${names.map((name) => `netns add ${name}`).join('\n')}\n`);
}

/** Process ids of everything that runs in a namespace. */
export function pidsIn(namespace: string): readonly number[] {
  return ip(['netns', 'pids', namespace])
    .split('\n')
    .filter((line) => line !== '')
    .map(Number);
}

/** Kills every process in a namespace, and what they start meanwhile. */
export function killAllIn(namespace: string): void {
  for (let pids = pidsIn(namespace); pids.length > 0; pids = pidsIn(namespace)) {
    for (const pid of pids) killQuietly(pid, 'SIGKILL');
  }
}

/** Sends a signal; a process that has gone is fine. */
export function killQuietly(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}

/**
 * Starts a program in a namespace. `ip netns exec` becomes the program, so the child's pid is the program's. It gets
 * a session of its own: a Ctrl-C at the terminal is the lab's business alone.
 */
export function spawnIn(
  namespace: string,
  command: string,
  args: readonly string[],
  options: SpawnOptions = {},
): ChildProcess {
  const all = ['netns', 'exec', namespace, command, ...args];
  return spawn('ip', all, { env: labEnvironment, detached: true, ...options });
}

/** How a program ended. */
export interface Finished {
  readonly status: number | NodeJS.Signals;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a program in a namespace to its end. Rejects only when it cannot be started. */
export function runIn(
  namespace: string,
  command: string,
  args: readonly string[],
  input = '',
): Promise<Finished> {
  return new Promise((resolve, reject) => {
    const child = spawnIn(namespace, command, args, { stdio: ['pipe', 'pipe', 'pipe'] });
    const output = { stdout: '', stderr: '' };
    child.stdout?.setEncoding('utf8').on('data', (text: string) => (output.stdout += text));
    child.stderr?.setEncoding('utf8').on('data', (text: string) => (output.stderr += text));
    // A program that does not read its input closes it; how it ends is what counts.
    child.stdin?.on('error', () => undefined);
    child.on('error', reject);
    child.on('close', (code, signal) => {
      resolve({ status: signal ?? code ?? 0, ...output });
    });
    child.stdin?.end(input);
  });
}

/** As `runIn`, and returns what it printed. @throws CommandError when it does not end with 0. */
export async function mustRunIn(
  namespace: string,
  command: string,
  args: readonly string[],
  input = '',
): Promise<string> {
  const { status, stdout, stderr } = await runIn(namespace, command, args, input);
  if (status !== 0) throw new CommandError(`${command} ${args.join(' ')}`, status, stderr + stdout);
  return stdout;
}
