/**
 * How a daemon that the drill kills is brought back: by systemd where it is a unit of it, else as it was started, with the same
 * words, environment, directory and standard files. What is needed is read while it still lives.
 */
import { openSync, readFileSync, readlinkSync } from 'node:fs';
import type { StandardFiles } from './guardian.js';
import { run } from './system.js';

/** Everything that restart-main needs. */
export interface Recipe {
  /** Control socket: who answers there is the daemon. */
  readonly socket: string;
  /** The unit of systemd whose main process it is. */
  readonly unit: string | undefined;
  readonly program: string;
  readonly words: readonly string[];
  readonly directory: string;
  readonly environment: readonly (readonly [string, string])[];
}

/** Reads how a process was started. Throws where it may not be looked at. */
export async function recipeOf(pid: number, socket: string): Promise<Recipe> {
  const entries = zeroSeparated(`/proc/${pid}/environ`).map((entry): readonly [string, string] => {
    const at = entry.indexOf('=');
    return [entry.slice(0, at), entry.slice(at + 1)];
  });
  return {
    socket,
    unit: await unitOf(pid),
    program: readlinkSync(`/proc/${pid}/exe`),
    words: zeroSeparated(`/proc/${pid}/cmdline`),
    directory: readlinkSync(`/proc/${pid}/cwd`),
    environment: entries,
  };
}

/** Its standard files, opened once more; undefined for what cannot be (sockets). To be called while it lives. */
export function standardFilesOf(pid: number): StandardFiles {
  return (['r', 'a', 'a'] as const).map((how, index) => {
    try {
      return openSync(`/proc/${pid}/fd/${index}`, how);
    } catch {
      return undefined;
    }
  });
}

/** One word without spaces. */
export function encodeRecipe(recipe: Recipe): string {
  return Buffer.from(JSON.stringify(recipe)).toString('base64');
}

/** Reads what `encodeRecipe` wrote. */
export function decodeRecipe(word: string): Recipe {
  return JSON.parse(Buffer.from(word, 'base64').toString()) as Recipe;
}

function zeroSeparated(file: string): string[] {
  return readFileSync(file, 'utf8').split('\0').slice(0, -1);
}

/** systemd names the unit in the control group; it is ours to start only where this is its main process. */
async function unitOf(pid: number): Promise<string | undefined> {
  const unit = /\/([^/\n]+\.service)$/m.exec(readFileSync(`/proc/${pid}/cgroup`, 'utf8'))?.[1];
  if (unit === undefined) return undefined;
  try {
    const main = await run('systemctl', ['show', '--value', '--property=MainPID', unit]);
    return Number(main.trim()) === pid ? unit : undefined;
  } catch {
    return undefined;
  }
}
