/**
 * One director of the lab: the daemon in its namespace, as a handle to start, stop, freeze and kill it, and to look
 * at its status, its log and its syslog lines. It decides nothing; powering off is done by the lab, which has the cables.
 */
import type { ChildProcess } from 'node:child_process';
import { closeSync, existsSync, mkdirSync, openSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { request } from '../control/client.js';
import type { StatusView } from '../control/status.js';
import { millis } from '../time.js';
import { type Finished, killQuietly, runIn, spawnIn } from './ip-command.js';
import { prepared } from './paths.js';
import type { DirectorName, DirectorPlan } from './plan.js';

/** How the daemon ended: its exit status, or the signal that ended it. */
export type Ending = number | NodeJS.Signals;

/** A director of the lab. */
export interface LabDirector {
  readonly name: DirectorName;
  readonly namespace: string;
  readonly runtimeDir: string;
  /** What the daemon reads. */
  readonly configFile: string;
  /** Process id of the daemon while it runs. */
  readonly pid: number | undefined;
  /**
   * Starts the daemon, by default that of this repository; does not wait for anything. Nothing happens when it runs already.
   * @param main path of another release's main.js
   */
  start(main?: string): void;
  /** Sends SIGTERM, or another signal, and waits for the end. */
  stop(signal?: NodeJS.Signals): Promise<Ending | undefined>;
  /** SIGKILL; the namespace, its addresses and its cables stay. */
  kill(): Promise<Ending | undefined>;
  /** SIGSTOP: the process stands still, its kernel goes on. */
  pause(): void;
  /** SIGCONT. */
  resume(): void;
  /** Asks the control socket. Rejects while nobody answers. */
  status(): Promise<StatusView>;
  /** Resident memory of the daemon in MiB, or undefined while none runs. */
  residentMebibytes(): number | undefined;
  /** What the daemon has written to stdout and stderr. */
  log(): string;
  /** Runs a program in the director's namespace. */
  run(command: string, args: readonly string[], input?: string): Promise<Finished>;
  /** Runs `ftpair` there, talking to its daemon. */
  ftpair(...words: readonly string[]): Promise<Finished>;
  /** As after a reboot: an empty runtime directory. */
  wipe(): void;
}

/** `VmRSS` of /proc/PID/status, in MiB. */
export function residentMebibytes(pid: number): number | undefined {
  const file = `/proc/${pid}/status`;
  const kibibytes = existsSync(file)
    ? /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(file, 'utf8'))?.[1]
    : undefined;
  return kibibytes === undefined ? undefined : Number(kibibytes) / 1024;
}

class Daemon {
  private child: ChildProcess | undefined;
  private ended: Promise<Ending> = Promise.resolve(0);

  constructor(
    private readonly namespace: string,
    private readonly logFile: string,
  ) {}

  get pid(): number | undefined {
    return this.child?.pid;
  }

  start(args: readonly string[]): void {
    if (this.child) return;
    const output = openSync(this.logFile, 'a');
    const child = spawnIn(this.namespace, process.execPath, args, { stdio: ['ignore', output, output] });
    closeSync(output);
    this.child = child;
    this.ended = new Promise((resolve) => {
      child.on('exit', (code, signal) => {
        this.child = undefined;
        resolve(signal ?? code ?? 0);
      });
      child.on('error', () => {
        this.child = undefined;
        resolve(-1);
      });
    });
  }

  signal(signal: NodeJS.Signals): void {
    if (this.pid !== undefined) killQuietly(this.pid, signal);
  }

  /** Undefined when nothing ran. */
  async end(signal: NodeJS.Signals): Promise<Ending | undefined> {
    if (!this.child) return undefined;
    this.signal(signal);
    return this.ended;
  }
}

/** Where a director's files are. */
export interface DirectorPlaces {
  readonly configFile: string;
  /** A directory of this director alone. */
  readonly directory: string;
}

/** Prepares a director; nothing runs until `start`. */
export function createDirector(plan: DirectorPlan, places: DirectorPlaces): LabDirector {
  const { name } = plan;
  const { namespace } = plan.machine;
  const runtimeDir = join(places.directory, 'run');
  const logFile = join(places.directory, 'daemon.log');
  mkdirSync(runtimeDir, { recursive: true });
  const options = ['--config', places.configFile, '--node', name, '--runtime-dir', runtimeDir];
  let daemon: Daemon | undefined;
  return {
    name,
    namespace,
    runtimeDir,
    configFile: places.configFile,
    get pid() {
      return daemon?.pid;
    },
    start: (main = prepared('dist/main.js')) => {
      daemon ??= new Daemon(namespace, logFile);
      daemon.start([main, 'run', ...options]);
    },
    stop: async (signal = 'SIGTERM') => daemon?.end(signal),
    kill: async () => daemon?.end('SIGKILL'),
    pause: () => daemon?.signal('SIGSTOP'),
    resume: () => daemon?.signal('SIGCONT'),
    status: async () => {
      const { body } = await request(join(runtimeDir, 'control.sock'), 'GET', '/status', millis(2000));
      return body as StatusView;
    },
    residentMebibytes: () => (daemon?.pid === undefined ? undefined : residentMebibytes(daemon.pid)),
    log: () => (existsSync(logFile) ? readFileSync(logFile, 'utf8') : ''),
    run: (command, args, input) => runIn(namespace, command, args, input),
    ftpair: (...words) =>
      runIn(namespace, process.execPath, [prepared('dist/main.js'), ...words, '--runtime-dir', runtimeDir]),
    wipe: () => {
      rmSync(runtimeDir, { recursive: true, force: true });
      mkdirSync(runtimeDir, { recursive: true });
    },
  };
}
