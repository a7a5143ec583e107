/** A daemon whose sockets are narrow (narrow-sockets.ts), in the place of a lab's own for the same director. */
import type { ChildProcess } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { spawnIn } from '../../../src/lab/ip-command.js';
import type { Lab } from '../../../src/lab/lab.js';
import { prepared } from '../../../src/lab/paths.js';
import type { DirectorName } from '../../../src/lab/plan.js';

const NARROW = fileURLToPath(new URL('narrow-sockets.ts', import.meta.url));

/** Starts it; it ends with the lab. `lab.director(name).status()` asks it, and its log is lost. */
export function startNarrow(lab: Lab, name: DirectorName): ChildProcess {
  const { namespace, runtimeDir } = lab.director(name);
  const preloads = ['--import', import.meta.resolve('tsx'), '--import', NARROW];
  const words = ['run', '--config', lab.config, '--node', name, '--runtime-dir', runtimeDir];
  const child = spawnIn(namespace, process.execPath, [...preloads, prepared('dist/main.js'), ...words], {
    stdio: 'ignore',
  });
  child.unref();
  return child;
}
