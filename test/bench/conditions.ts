/** What a benchmark's figures depend on: which programs ran, on what machine, and how busy that was. */
import { spawnSync } from 'node:child_process';
import { cpus, loadavg, release } from 'node:os';
import { programVersion } from '../../src/control/version.js';
import { repositoryRoot } from '../../src/lab/paths.js';

/** Conditions that every benchmark's head has. */
export interface Conditions {
  /** Version, and commit where there is one. */
  readonly ftpair: string;
  readonly node: string;
  readonly kernel: string;
  readonly cores: number;
  /** The machine's one-minute load when the benchmark began: others may have been at work. */
  readonly loadAtStart: number;
}

/** The first line that a program prints, or undefined where it fails. */
export function firstLine(command: string, args: readonly string[]): string | undefined {
  const { status, stdout, stderr } = spawnSync(command, args, { encoding: 'utf8', cwd: repositoryRoot });
  return status === 0 ? (stdout + stderr).split('\n')[0] : undefined;
}

/** The conditions as they are now. */
export function conditions(): Conditions {
  const commit = firstLine('git', ['describe', '--always', '--dirty']);
  return {
    ftpair: commit === undefined ? programVersion() : `${programVersion()} (${commit})`,
    node: process.version,
    kernel: release(),
    cores: cpus().length,
    loadAtStart: loadavg()[0] ?? 0,
  };
}

/** The conditions as lines; `other` is the name and version of what ours is compared with. */
export function conditionLines(found: Conditions, other: string): readonly string[] {
  const { ftpair, node, kernel, cores, loadAtStart } = found;
  return [
    `ftpair ${ftpair} · ${other} · Node.js ${node} · Linux ${kernel}`,
    `${cores} cores; load of the machine at the start ${loadAtStart.toFixed(2)}`,
  ];
}
