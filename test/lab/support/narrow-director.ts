/** A daemon whose sockets are narrow (narrow-main.ts), in the place of a lab's own for the same director. */
import type { ChildProcess } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { spawnIn } from '../../../src/lab/ip-command.js';
import type { Lab } from '../../../src/lab/lab.js';
import type { DirectorName } from '../../../src/lab/plan.js';

const PROGRAM = fileURLToPath(new URL('narrow-main.ts', import.meta.url));

/** Starts it; it ends with the lab. `lab.director(name).status()` asks it, and its log is lost. */
export function startNarrow(lab: Lab, name: DirectorName): ChildProcess {
  const { namespace, runtimeDir } = lab.director(name);
  const program = ['--import', import.meta.resolve('tsx'), PROGRAM];
  const words = ['run', '--config', lab.config, '--node', name, '--runtime-dir', runtimeDir];
  const child = spawnIn(namespace, process.execPath, [...program, ...words], {
    stdio: 'ignore',
  });
  child.unref();
  return child;
}
