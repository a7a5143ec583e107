/** Where drills are kept: one file each in a directory, the oldest removed when there are too many. */
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { DrillRecord } from './record.js';
import { readRecord } from './record-schema.js';
import { timeline } from './timeline.js';

/** So many are kept. */
export const KEPT_DRILLS = 100;

/** `20261123T012233Z-handover`: sorts by time. */
export function recordName({ startedAt, scenario }: Pick<DrillRecord, 'startedAt' | 'scenario'>): string {
  return `${startedAt.replaceAll(/[-:]|\.\d+/g, '')}-${scenario}`;
}

/** Which of these files are too many, the oldest first. Only names of ours count. */
export function tooMany(files: readonly string[]): readonly string[] {
  const ours = files.filter(isRecord).sort();
  return ours.slice(0, Math.max(0, ours.length - KEPT_DRILLS));
}

/** Writes a record and its picture beside it (.svg), mode 0644, and returns the record's path. Throws what the file system throws. */
export function keepRecord(directory: string, record: DrillRecord): string {
  mkdirSync(directory, { recursive: true, mode: 0o755 });
  const path = join(directory, `${recordName(record)}.json`);
  writeFileSync(path, recordText(record), { mode: 0o644 });
  writeFileSync(path.replace(/json$/, 'svg'), timeline(record), { mode: 0o644 });
  for (const file of tooMany(readdirSync(directory)))
    for (const name of [file, file.replace(/json$/, 'svg')]) rmSync(join(directory, name), { force: true });
  return path;
}

/** The record as JSON. */
export function recordText(record: DrillRecord | readonly DrillRecord[]): string {
  return `${JSON.stringify(record, undefined, 2)}\n`;
}

/** Every record of a directory, and why some of our files are none. */
export function readKept(directory: string): {
  readonly records: readonly { readonly file: string; readonly record: DrillRecord }[];
  readonly problems: readonly { readonly file: string; readonly problem: string }[];
} {
  const files = existsSync(directory) ? readdirSync(directory).filter(isRecord).sort() : [];
  const read = files.map((file) => ({ file, result: readFile(join(directory, file)) }));
  return {
    records: read.flatMap(({ file, result }) => (result.ok ? [{ file, record: result.record }] : [])),
    problems: read.flatMap(({ file, result }) => (result.ok ? [] : [{ file, problem: result.problem }])),
  };
}

function readFile(path: string): ReturnType<typeof readRecord> {
  try {
    return readRecord(readFileSync(path, 'utf8'));
  } catch (error) {
    return { ok: false, problem: error instanceof Error ? error.message : String(error) };
  }
}

function isRecord(file: string): boolean {
  return /^\d{8}T\d{6}Z-[a-z-]+\.json$/.test(file);
}
