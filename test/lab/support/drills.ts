/** What the drill's lab tests share: a pair that can be drilled, the command on a director, and the traces that it may leave. */
import { readFileSync } from 'node:fs';
import { expect } from 'vitest';
import type { DrillRecord } from '../../../src/drill/record.js';
import { type Lab, type LabOptions, raiseLab } from '../../../src/lab/lab.js';
import { type Finished, pidsIn, spawnIn } from '../../../src/lab/ip-command.js';
import { prepared } from '../../../src/lab/paths.js';
import type { DirectorName } from '../../../src/lab/plan.js';
import { until } from '../../../src/until.js';
import { millis } from '../../../src/time.js';

export const DRILL = {
  addresses: ['198.51.100.250/24'],
  download: '/middle.bin',
  upload: '/incoming/drill',
  upload_bytes: 4_000_000,
};

/** Two servers, slow enough for transfers of more than a second. */
export function drillLab(options: LabOptions = {}): Promise<Lab> {
  const { config, ...others } = options;
  return raiseLab({
    servers: ['vsftpd', 'pure-ftpd'],
    ratePerSecond: 3_000_000,
    // So that a cut private LAN is noticed.
    config: { drill: DRILL, track: ['10.200.30.11'], ...config },
    ...others,
  });
}

function wordsFor(lab: Lab, name: DirectorName, words: readonly string[]): string[] {
  const { runtimeDir } = lab.director(name);
  const own = ['--config', lab.config, '--node', name, '--runtime-dir', runtimeDir];
  return [prepared('dist/main.js'), 'drill', ...own, ...words];
}

/** Runs `ftpair drill` on a director to its end. */
export function drill(lab: Lab, name: DirectorName, ...words: readonly string[]): Promise<Finished> {
  return lab.director(name).run(process.execPath, wordsFor(lab, name, words));
}

export function recordOf({ stdout }: Finished): DrillRecord {
  return JSON.parse(stdout) as DrillRecord;
}

/** A drill that runs. */
export interface Running {
  readonly pid: number;
  /** Resolves when it has printed that. */
  saw(text: string): Promise<void>;
  /** What it has printed. */
  readonly output: () => string;
  /** Its terminal, so to say: nobody reads any more. */
  hangUp(): void;
  readonly ended: Promise<number | NodeJS.Signals>;
}

/** Starts `ftpair drill` on a director. */
export function startDrill(lab: Lab, name: DirectorName, ...words: readonly string[]): Running {
  const child = spawnIn(lab.director(name).namespace, process.execPath, wordsFor(lab, name, words), {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr])
    stream?.setEncoding('utf8').on('data', (text: string) => (output += text));
  return {
    pid: child.pid ?? 0,
    saw: async (text) => {
      const what = `the drill says "${text}"`;
      await until(() => output.includes(text), { what, within: millis(20_000) }).catch((error: unknown) => {
        throw new Error(`${String(error)}\n${output}`);
      });
    },
    output: () => output,
    hangUp: () => {
      child.stdout?.destroy();
      child.stderr?.destroy();
    },
    ended: new Promise((resolve) => {
      child.on('exit', (code, signal) => {
        resolve(signal ?? code ?? 0);
      });
    }),
  };
}

/** Who is active now. */
export async function activeOf(lab: Lab): Promise<DirectorName> {
  const { role } = await lab.director('alpha').status();
  return role === 'active' ? 'alpha' : 'beta';
}

/** Waits until one is active and the other in sync, whoever. */
export async function settledAnyhow(lab: Lab): Promise<void> {
  await until(
    async () => {
      const [alpha, beta] = await Promise.all([
        lab.director('alpha').status(),
        lab.director('beta').status(),
      ]);
      const [active, backup] = alpha.role === 'active' ? [alpha, beta] : [beta, alpha];
      const up = active.services.flatMap(({ servers }) => servers).every((server) => server.up);
      const roles = active.role === 'active' && backup.role === 'backup';
      const paths = [...alpha.peer.paths, ...beta.peer.paths].every(({ alive }) => alive);
      return roles && paths && up && backup.sync.inSync && active.peer.inSync && active.peer.ready;
    },
    { what: 'the pair is healthy again', within: millis(20_000) },
  );
}

/** What the daemon itself runs for a moment. */
const PASSING: readonly string[] = ['nft', ''];

function programOf(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/comm`, 'utf8').trim();
  } catch {
    return '';
  }
}

/** What a director's kernel and process table show that a drill might leave behind. */
export async function traces(lab: Lab, name: DirectorName): Promise<string> {
  const director = lab.director(name);
  const processes = pidsIn(director.namespace)
    .map(programOf)
    .filter((program) => !PASSING.includes(program));
  const commands = [
    ['ip', '-o', 'link'],
    ['ip', 'netns', 'list-id'],
    ['tc', 'qdisc'],
    ['tc', 'filter', 'show', 'dev', 'pub0', 'ingress'],
    ['tc', 'filter', 'show', 'dev', 'pub0', 'egress'],
    ['nft', 'list', 'tables'],
  ] as const;
  const shown = await Promise.all(
    commands.map(async ([word, ...rest]) => (await director.run(word, rest)).stdout),
  );
  return [processes.join(' '), ...shown].join('\n');
}

/** Waits until nothing is left. The kernel takes a namespace apart in its own time. */
export async function tracesAre(lab: Lab, name: DirectorName, before: string): Promise<void> {
  let now = '';
  const patience = { what: 'nothing of the drill is left', within: millis(10_000), every: millis(100) };
  await until(async () => (now = await traces(lab, name)) === before, patience).catch(() => {
    expect(now).toBe(before);
  });
}
