/**
 * keepalived in a director's namespace of the lab, as a stand-in for our daemon: the same handle, so that the lab's
 * power switch works on it. Unpacked by src/lab/setup.sh, never installed. It is configured by keepalived.conf.
 */
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, existsSync, mkdirSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { ExitStatus, Fatal } from '../../../src/fatal.js';
import type { LabDirector } from '../../../src/lab/director.js';
import { killQuietly, spawnIn } from '../../../src/lab/ip-command.js';
import type { Lab } from '../../../src/lab/lab.js';
import { serversDirectory } from '../../../src/lab/paths.js';
import type { DirectorName } from '../../../src/lab/plan.js';

/** VRRP's states, as its log names them; undefined before the first. */
export type VrrpState = 'MASTER' | 'BACKUP' | 'FAULT' | 'INIT';

/** The lab's director, with keepalived in it. */
export interface KeepalivedDirector extends LabDirector {
  /** The daemon's processes: the parent and its VRRP child. */
  pids(): readonly number[];
  state(): VrrpState | undefined;
  /** How often it has become master, over all its lives. */
  masterships(): number;
}

/** What a config is made of. */
export interface KeepalivedWords {
  readonly NAME: string;
  /** 1 to 254. */
  readonly PRIORITY: string;
  /** Seconds, such as `0.01`. */
  readonly ADVERT: string;
  readonly OWN: string;
  readonly PEER: string;
  readonly VIP: string;
  readonly GATEWAY: string;
}

/** What decides how soon it takes over: advert_int, and the priority, 1 to 254, for the skew time. */
export interface KeepalivedTiming {
  readonly advertSeconds: number;
  readonly priority: number;
}

/** The program. @throws Fatal when it is not unpacked. */
export function keepalivedProgram(): string {
  const program = join(serversDirectory, 'keepalived', 'usr', 'sbin', 'keepalived');
  if (existsSync(program)) return program;
  throw new Fatal(ExitStatus.system, 'keepalived is missing', 'run: bash src/lab/setup.sh keepalived');
}

/** keepalived.conf with its words filled in. */
export function keepalivedConfig(template: string, words: KeepalivedWords): string {
  return Object.entries(words).reduce(
    (text, [word, value]) => text.replaceAll(`@${word}@`, String(value)),
    template,
  );
}

function wordsOf(lab: Lab, name: DirectorName, timing: KeepalivedTiming): KeepalivedWords {
  const { directors, virtual } = lab.plan;
  const peer = directors[name === 'alpha' ? 'beta' : 'alpha'];
  return {
    NAME: name,
    PRIORITY: String(timing.priority),
    ADVERT: String(timing.advertSeconds),
    OWN: directors[name].public.v4,
    PEER: peer.public.v4,
    VIP: virtual.public[0] ?? '',
    GATEWAY: virtual.gateway[0] ?? '',
  };
}

/** Every state that a log tells of, oldest first. */
export function statesIn(log: string): readonly VrrpState[] {
  return [...log.matchAll(/Entering (MASTER|BACKUP|FAULT|INIT) STATE/g)].map(
    ([, state]) => state as VrrpState,
  );
}

/** One daemon with a log file for each of its lives. */
class Keepalived {
  private child: ChildProcess | undefined;
  private lives = 0;

  constructor(
    private readonly namespace: string,
    private readonly directory: string,
  ) {}

  private at(name: string): string {
    return join(this.directory, name);
  }

  private log(life: number): string {
    const file = this.at(`log.${life}`);
    return existsSync(file) ? readFileSync(file, 'utf8') : '';
  }

  get pid(): number | undefined {
    return this.child?.pid;
  }

  get allLogs(): string {
    return Array.from({ length: this.lives }, (_, index) => this.log(index + 1)).join('');
  }

  start(): void {
    if (this.child) return;
    this.lives += 1;
    // What an earlier life left makes it believe that it runs already.
    for (const file of ['pid', 'vrrp.pid']) rmSync(this.at(file), { force: true });
    const output = openSync(this.at(`log.${this.lives}`), 'a');
    const args = ['-n', '-l', '-P', '-f', this.at('conf'), '-p', this.at('pid'), '-r', this.at('vrrp.pid')];
    const child = spawnIn(this.namespace, keepalivedProgram(), args, { stdio: ['ignore', output, output] });
    closeSync(output);
    child.on('exit', () => {
      if (this.child === child) this.child = undefined;
    });
    child.on('error', () => undefined);
    this.child = child;
  }

  pids(): readonly number[] {
    const file = this.at('vrrp.pid');
    const vrrp = existsSync(file) ? [Number(readFileSync(file, 'utf8'))] : [];
    return this.pid === undefined ? [] : [this.pid, ...vrrp.filter((pid) => pid > 0)];
  }

  state(): VrrpState | undefined {
    return this.child && statesIn(this.log(this.lives)).at(-1);
  }

  /** All its processes at once: a parent alone would take its child down in order. */
  signal(signal: NodeJS.Signals): void {
    for (const pid of this.pids()) killQuietly(pid, signal);
  }

  async end(signal: NodeJS.Signals): Promise<void> {
    const child = this.child;
    if (!child) return;
    const gone = once(child, 'exit');
    this.signal(signal);
    await gone;
  }
}

/** Puts keepalived in the place of our daemon; it starts with `start`. */
export function keepalivedDirector(
  lab: Lab,
  name: DirectorName,
  timing: KeepalivedTiming,
): KeepalivedDirector {
  const place = lab.director(name);
  const directory = join(dirname(lab.config), `keepalived-${name}`);
  mkdirSync(directory);
  const template = readFileSync(new URL('./keepalived.conf', import.meta.url), 'utf8');
  writeFileSync(join(directory, 'conf'), keepalivedConfig(template, wordsOf(lab, name, timing)));
  const daemon = new Keepalived(place.namespace, directory);
  return {
    ...place,
    get pid() {
      return daemon.pid;
    },
    start: () => {
      daemon.start();
    },
    stop: async (signal = 'SIGTERM') => {
      await daemon.end(signal);
      return undefined;
    },
    kill: async () => {
      await daemon.end('SIGKILL');
      return undefined;
    },
    pause: () => {
      daemon.signal('SIGSTOP');
    },
    resume: () => {
      daemon.signal('SIGCONT');
    },
    log: () => daemon.allLogs,
    wipe: () => undefined,
    pids: () => daemon.pids(),
    state: () => daemon.state(),
    masterships: () => statesIn(daemon.allLogs).filter((state) => state === 'MASTER').length,
  };
}
