/** The kernel of a director, past its daemon: what it holds, and harm done to it. */
import { fileURLToPath } from 'node:url';
import type { Lab } from '../../../src/lab/lab.js';
import type { DirectorName } from '../../../src/lab/plan.js';

const PROGRAM = fileURLToPath(new URL('kernel-main.ts', import.meta.url));

async function run<T>(lab: Lab, name: DirectorName, what: string): Promise<T> {
  const node = ['--import', import.meta.resolve('tsx'), PROGRAM, what];
  const { status, stdout, stderr } = await lab.director(name).run(process.execPath, node);
  if (status !== 0) throw new Error(`${what} on ${name}: ${stderr}`);
  return JSON.parse(stdout) as T;
}

/** The services' flows and expectations, one line each, sorted: equal where two kernels would serve alike. */
export function kernelOf(lab: Lab, name: DirectorName): Promise<readonly string[]> {
  return run(lab, name, 'dump');
}

/** Deletes one announced channel and has another lead elsewhere. Returns the errno of each step. */
export function spoilAnnounced(lab: Lab, name: DirectorName): Promise<readonly number[]> {
  return run(lab, name, 'spoil-announced');
}

/** Deletes one control flow and shifts another. Returns the errno of each. */
export function spoilKernel(lab: Lab, name: DirectorName): Promise<readonly number[]> {
  return run(lab, name, 'spoil');
}
