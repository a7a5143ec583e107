/**
 * conntrackd in a director's namespace of the lab: its config, its life, its own commands. Unpacked by src/lab/setup.sh,
 * never installed. It is configured by conntrackd.conf beside this file.
 */
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, existsSync, mkdirSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { ExitStatus, Fatal } from '../../../src/fatal.js';
import {
  type Finished,
  ipBatch,
  killQuietly,
  mustRunIn,
  runIn,
  spawnIn,
} from '../../../src/lab/ip-command.js';
import type { Lab } from '../../../src/lab/lab.js';
import { serversDirectory } from '../../../src/lab/paths.js';
import type { DirectorName } from '../../../src/lab/plan.js';
import { CLIENTS } from './sessions.js';

/** What a config is made of. */
export interface ConntrackdWords {
  readonly OWN: string;
  readonly PEER: string;
  readonly LINK: string;
  /** Absolute; its files lie there. */
  readonly DIRECTORY: string;
  /** Lines of `IPv4_address …`. */
  readonly ADDRESSES: string;
}

/** One conntrackd. */
export interface Conntrackd {
  readonly pid: number | undefined;
  start(): void;
  kill(): Promise<void>;
  /** Its program as a command to the running daemon, such as `-n`; how it ended. */
  command(...args: string[]): Promise<Finished>;
  /** What it wrote to its log and to stdout and stderr. */
  log(): string;
}

/** The dedicated link: a cable from one director to the other, with these addresses (RFC 3927) at its ends. */
const LINK = 'sync0';
const LINK_ADDRESS: Readonly<Record<DirectorName, string>> = { alpha: '169.254.99.1', beta: '169.254.99.2' };

/** The program. @throws Fatal when it is not unpacked. */
export function conntrackdProgram(): string {
  const program = join(serversDirectory, 'conntrackd', 'usr', 'sbin', 'conntrackd');
  if (existsSync(program)) return program;
  throw new Fatal(ExitStatus.system, 'conntrackd is missing', 'run: bash src/lab/setup.sh conntrackd');
}

/** conntrackd.conf with its words filled in. */
export function conntrackdConfig(template: string, words: ConntrackdWords): string {
  return Object.entries(words).reduce(
    (text, [word, value]) => text.replaceAll(`@${word}@`, String(value)),
    template,
  );
}

/** What went wrong in a daemon's own words; each is 0 where nothing is lost. */
export interface ConntrackdLosses {
  /** Times that the kernel dropped events because the daemon did not read them (ENOBUFS). */
  readonly overruns: number;
  /** Messages of its peer that did not arrive. */
  readonly lostMessages: number;
  /** Entries that this kernel refused. */
  readonly refused: number;
  /** Messages that found no place in a queue. */
  readonly noSpace: number;
}

function summed(text: string, pattern: RegExp): number {
  return [...text.matchAll(pattern)].reduce((sum, [, count]) => sum + Number(count), 0);
}

/**
 * Reads them from what `conntrackd -s`, `-s runtime` and `-s queue` print. @throws Error where the text is of another
 * kind: a loss that is not seen must not read as none.
 */
export function lossesIn(general: string, runtime: string, queue: string): ConntrackdLosses {
  const injected = /external inject:\n((?:connections .*\n)+)/.exec(general)?.[1];
  if (injected === undefined || !/netlink overrun:/.test(runtime) || !/not enough space/.test(queue))
    throw new Error(`unknown statistics of conntrackd: ${general}${runtime}${queue}`);
  return {
    overruns: summed(runtime, /netlink overrun:\s+(\d+)/g),
    lostMessages: summed(general, /(\d+) Lost msgs/g),
    refused: summed(injected, /failed:\s+(\d+)/g),
    noSpace: summed(queue, /not enough space errors:\s+(\d+)/g),
  };
}

/** Plugs the dedicated link in. */
export function plugLink(lab: Lab): void {
  const { alpha, beta } = lab.plan.directors;
  const ends = [
    ['alpha', alpha],
    ['beta', beta],
  ] as const;
  ipBatch(alpha.machine.namespace, [
    `link add ${LINK} type veth peer name ${LINK} netns ${beta.machine.namespace}`,
  ]);
  for (const [name, { machine }] of ends)
    ipBatch(machine.namespace, [`addr add ${LINK_ADDRESS[name]}/30 dev ${LINK}`, `link set ${LINK} up`]);
}

function wordsOf(lab: Lab, name: DirectorName, directory: string): ConntrackdWords {
  const ends = [...lab.plan.servers.map(({ address }) => address), ...lab.client.addresses];
  // Accepted is what has both its ends here: so the clients, real and made up, must be named beside the service.
  const addresses = [lab.vip, ...ends.map(({ v4 }) => v4), CLIENTS];
  return {
    OWN: LINK_ADDRESS[name],
    PEER: LINK_ADDRESS[name === 'alpha' ? 'beta' : 'alpha'],
    LINK,
    DIRECTORY: directory,
    ADDRESSES: addresses.map((address) => `IPv4_address ${address}`).join('\n            '),
  };
}

/** Prepares conntrackd on a director, in the place of our daemon; it starts with `start`. The link must be plugged in. */
export function conntrackdOn(lab: Lab, name: DirectorName): Conntrackd {
  const { namespace } = lab.director(name);
  const directory = join(dirname(lab.config), `conntrackd-${name}`);
  const at = (file: string): string => join(directory, file);
  mkdirSync(directory);
  const template = readFileSync(new URL('./conntrackd.conf', import.meta.url), 'utf8');
  writeFileSync(at('conf'), conntrackdConfig(template, wordsOf(lab, name, directory)));
  let child: ChildProcess | undefined;
  return {
    get pid() {
      return child?.pid;
    },
    start: () => {
      // What an earlier life left makes it believe that it runs already.
      for (const file of ['lock', 'control']) rmSync(at(file), { force: true });
      const output = openSync(at('output'), 'a');
      const started = spawnIn(namespace, conntrackdProgram(), ['-C', at('conf')], {
        stdio: ['ignore', output, output],
      });
      closeSync(output);
      started.on('error', () => undefined);
      started.on('exit', () => {
        if (child === started) child = undefined;
      });
      child = started;
    },
    kill: async () => {
      if (child?.pid === undefined) return;
      const gone = once(child, 'exit');
      killQuietly(child.pid, 'SIGKILL');
      await gone;
    },
    command: (...args) => runIn(namespace, conntrackdProgram(), ['-C', at('conf'), ...args]),
    log: () =>
      ['log', 'output']
        .filter((file) => existsSync(at(file)))
        .map((file) => readFileSync(at(file), 'utf8'))
        .join(''),
  };
}

/** Loads our data plane on a director that conntrackd replicates. */
export async function loadPlane(lab: Lab, name: DirectorName): Promise<void> {
  const file = new URL('./plane-main.ts', import.meta.url).pathname;
  const node = ['--import', import.meta.resolve('tsx'), file, lab.config, name];
  await mustRunIn(lab.director(name).namespace, process.execPath, node);
}
