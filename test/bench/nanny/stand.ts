/** The two processes of the nannies' benchmark, servers and nannies, and the lines between them and us. */
import { spawn, type ChildProcess } from 'node:child_process';
import { createInterface, type Interface } from 'node:readline';
import { join } from 'node:path';
import type { HealthCheck, RealServer } from '../../../src/config/model.js';
import { repositoryRoot } from '../../../src/lab/paths.js';

/** A verdict of the nannies; `at` is monotonic, the same clock as ours. */
export interface Verdict {
  readonly server: string;
  readonly up: boolean;
  readonly reason: string;
  readonly at: number;
}

/** Probes that have ended so far, and those of them that were good. */
export interface Tally {
  readonly probes: number;
  readonly good: number;
}

/** A child that speaks lines of JSON. */
class Talker {
  readonly child: ChildProcess;
  readonly #lines: Interface;

  constructor(program: string, argument: string) {
    const file = join(repositoryRoot, 'test/bench/nanny', program);
    this.child = spawn(process.execPath, ['--import', 'tsx', file, argument], {
      cwd: repositoryRoot,
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    this.#lines = createInterface({ input: this.child.stdout! });
  }

  get pid(): number {
    return this.child.pid ?? 0;
  }

  tell(line: string): void {
    this.child.stdin?.write(`${line}\n`);
  }

  onLine(listener: (value: unknown) => void): void {
    this.#lines.on('line', (line) => {
      listener(JSON.parse(line) as unknown);
    });
  }

  async end(): Promise<void> {
    if (this.child.exitCode !== null) return;
    const gone = new Promise((done) => this.child.once('exit', done));
    this.child.stdin?.end();
    await gone;
  }
}

export interface Stand {
  /** Of the nannies' process. */
  readonly pid: number;
  readonly verdicts: readonly Verdict[];
  tally(): Promise<Tally>;
  /** The server ends and refuses connections, or accepts them and says nothing. */
  die(index: number, how: 'close' | 'silence'): void;
  end(): Promise<void>;
}

/** Raises both. The servers' names are their numbers. */
export async function raise(count: number, check: HealthCheck): Promise<Stand> {
  const servers = new Talker('servers-main.ts', String(count));
  const places = await new Promise<readonly { address: string; port: number }[]>((done, fail) => {
    servers.onLine((value) => {
      done(value as readonly { address: string; port: number }[]);
    });
    servers.child.once('exit', () => {
      fail(new Error('the servers ended'));
    });
  });
  const real = places.map((place, index): RealServer => ({ ...place, name: String(index), weight: 1 }));
  const nannies = new Talker('nannies-main.ts', JSON.stringify({ servers: real, check }));
  const verdicts: Verdict[] = [];
  let waiting: ((tally: Tally) => void) | undefined;
  nannies.onLine((value) => {
    if ('probes' in (value as object)) waiting?.(value as Tally);
    else verdicts.push(value as Verdict);
  });
  return {
    pid: nannies.pid,
    verdicts,
    tally: () =>
      new Promise((done) => {
        waiting = done;
        nannies.tell('count');
      }),
    die: (index, how) => {
      servers.tell(`${how} ${index}`);
    },
    end: async () => {
      await nannies.end();
      await servers.end();
    },
  };
}
