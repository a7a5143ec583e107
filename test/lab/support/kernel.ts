/** The kernel of a director, past its daemon: what it holds, and harm done to it. */
import { fileURLToPath } from 'node:url';
import type { Lab } from '../../../src/lab/lab.js';
import type { DirectorName } from '../../../src/lab/plan.js';

async function run<T>(
  lab: Lab,
  name: DirectorName,
  words: readonly string[],
  program = 'kernel-main.ts',
): Promise<T> {
  const file = fileURLToPath(new URL(program, import.meta.url));
  const node = ['--import', import.meta.resolve('tsx'), file, ...words];
  const { status, stdout, stderr } = await lab.director(name).run(process.execPath, node);
  if (status !== 0) throw new Error(`${words.join(' ')} on ${name}: ${stderr}`);
  return JSON.parse(stdout) as T;
}

/** The services' flows and expectations, one line each, sorted: equal where two kernels would serve alike. */
export function kernelOf(lab: Lab, name: DirectorName): Promise<readonly string[]> {
  return run(lab, name, ['dump']);
}

/** Deletes one announced channel and has another lead elsewhere. Returns the errno of each step. */
export function spoilAnnounced(lab: Lab, name: DirectorName): Promise<readonly number[]> {
  return run(lab, name, ['spoil-announced']);
}

/** Deletes one control flow and shifts another. Returns the errno of each. */
export function spoilKernel(lab: Lab, name: DirectorName): Promise<readonly number[]> {
  return run(lab, name, ['spoil']);
}

/** Does harm to it, as harm-main.ts says. Returns what came of each. @throws Error when the kernel does not do as it should. */
export function harm(lab: Lab, name: DirectorName, ...harms: readonly string[]): Promise<readonly unknown[]> {
  return run(lab, name, harms, 'harm-main.ts');
}
