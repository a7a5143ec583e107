/**
 * The reports of drills in the state directory: their list, and one of them. Names are checked and links are not followed, so that
 * nothing else can be read through here.
 */
import { constants } from 'node:fs';
import { lstat, open, readdir } from 'node:fs/promises';
import { join } from 'node:path';

export interface DrillFile {
  readonly name: string;
  readonly bytes: number;
  /** Wall clock, milliseconds. */
  readonly changedAt: number;
}

const MOST_FILES = 100;
const MOST_BYTES = 4 * 1024 * 1024;

/** A plain name of a report: no separators, no hidden files. */
const NAME = /^[A-Za-z0-9][A-Za-z0-9._-]{0,120}\.(?:svg|json)$/;

/** Whether a name may be a report's. */
export function isReport(name: string): boolean {
  return NAME.test(name) && !name.includes('..');
}

/** The newest reports first; none where there is no directory. Never rejects. */
export async function drillFiles(directory: string): Promise<readonly DrillFile[]> {
  const names = await readdir(directory).catch(() => []);
  // Names begin with the time of the drill: the last ones are the newest.
  const newest = names.filter(isReport).sort().slice(-MOST_FILES);
  const files = await Promise.all(newest.map((name) => look(directory, name)));
  return files.filter((file) => file !== undefined).sort((a, b) => b.changedAt - a.changedAt);
}

async function look(directory: string, name: string): Promise<DrillFile | undefined> {
  const found = await lstat(join(directory, name)).catch(() => undefined);
  if (found === undefined || !found.isFile() || found.size > MOST_BYTES) return undefined;
  return { name, bytes: found.size, changedAt: Math.round(found.mtimeMs) };
}

/** One report, or undefined where there is none of that name. Never rejects. */
export async function drillFile(directory: string, name: string): Promise<Buffer | undefined> {
  if (!isReport(name)) return undefined;
  const flags = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK;
  const handle = await open(join(directory, name), flags).catch(() => undefined);
  if (handle === undefined) return undefined;
  try {
    const found = await handle.stat();
    if (!found.isFile() || found.size > MOST_BYTES) return undefined;
    const bytes = Buffer.alloc(found.size);
    const { bytesRead } = await handle.read(bytes, 0, found.size, 0);
    return bytes.subarray(0, bytesRead);
  } catch {
    return undefined;
  } finally {
    await handle.close().catch(() => undefined);
  }
}
