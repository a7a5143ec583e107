/** The programs of the system that a drill runs (`ip`, `tc`, `nft`), and what it reads of processes. Decides nothing. */
import { type ChildProcess, execFile, spawn, type SpawnOptions } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { ExitStatus, Fatal } from '../fatal.js';
import type { ProcessMark } from './undo.js';

/** /usr/sbin is missing in the PATH of some shells. */
export const drillEnvironment: NodeJS.ProcessEnv = {
  ...process.env,
  LC_ALL: 'C',
  PATH: `${process.env['PATH'] ?? ''}:/usr/local/sbin:/usr/sbin:/sbin`,
};

const RUN_LIMIT_MILLIS = 10_000;

/** Runs a program to its end and returns what it printed. Throws `Fatal` (`system`) with its own words. */
export function run(command: string, args: readonly string[], input = ''): Promise<string> {
  return new Promise((resolve, reject) => {
    const options = { env: drillEnvironment, timeout: RUN_LIMIT_MILLIS };
    const child = execFile(command, args, options, (error, out, words) => {
      if (error === null) resolve(out);
      else reject(failure(command, args, error, words));
    });
    child.stdin?.on('error', () => undefined);
    child.stdin?.end(input);
  });
}

/** Starts a program in the network namespace of a process, in a session of its own: a Ctrl-C is the drill's business alone. */
export function spawnBeside(
  holder: number,
  command: string,
  args: readonly string[],
  options: SpawnOptions,
): ChildProcess {
  const words = [`--net=/proc/${holder}/ns/net`, '--', command, ...args];
  return spawn('nsenter', words, { env: drillEnvironment, detached: true, ...options });
}

/** The mark of a process as it is now; undefined when there is none. */
export function processMark(pid: number): ProcessMark | undefined {
  try {
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8')
      .replace(/^.*\) /s, '')
      .split(' ');
    return { pid, start: fields[19] ?? '' };
  } catch {
    return undefined;
  }
}

function failure(
  command: string,
  args: readonly string[],
  error: Error & { code?: unknown },
  words: string,
): Fatal {
  if (error.code === 'ENOENT')
    return new Fatal(
      ExitStatus.system,
      `${command} is not installed`,
      `install the package with "${command}"`,
    );
  const said = words.trim().split('\n')[0] ?? '';
  const what = [command, ...args].join(' ');
  return new Fatal(
    ExitStatus.system,
    `"${what}" failed: ${said === '' ? error.message : said}`,
    'run as root; the kernel needs veth, sch_ingress, cls_u32 and act_mirred',
  );
}
