/**
 * Starting another program: without a shell, in a process group of its own, with an environment that holds nothing of the
 * daemon's but PATH; and killing it with everything that it has started. It waits for nothing and judges nothing.
 */
import { spawn, type ChildProcess } from 'node:child_process';

export interface ProgramStart {
  readonly path: string;
  readonly args: readonly string[];
  /** Beside PATH and LC_ALL. */
  readonly environment: Readonly<Record<string, string>>;
  /** Whether something will be written to its standard input. */
  readonly input: 'none' | 'pipe';
}

const USUAL_PATH = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';

/** What every program is told. */
export function wholeEnvironment(own: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  return { PATH: process.env['PATH'] ?? USUAL_PATH, LC_ALL: 'C', ...own };
}

/** Some refusals come as an `error` event later, some (no executable format, no memory) are thrown at once. */
export function startProgram({ path, args, environment, input }: ProgramStart): ChildProcess {
  return spawn(path, args, {
    detached: true,
    cwd: '/',
    env: wholeEnvironment(environment),
    stdio: [input === 'pipe' ? 'pipe' : 'ignore', 'pipe', 'pipe'],
  });
}

/** Kills the whole group; one that has gone is fine. */
export function killProgram(child: ChildProcess | undefined): void {
  if (child?.pid === undefined) return;
  try {
    process.kill(-child.pid, 'SIGKILL');
  } catch {
    // ESRCH: nobody of it is left. EPERM: it has changed its user.
  }
}
