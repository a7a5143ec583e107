/**
 * What differs between two good config files, key by key, in the file's own words. What is written another way and means the
 * same is no difference. Pure.
 */
import { stringify } from 'yaml';
import { withProfile } from './profiles.js';
import { fileSchema } from './schema.js';
import { readSource } from './source.js';

/** One key whose meaning differs. */
export interface Difference {
  /** Such as `services.ftp.servers.two.weight`: the things of a list go by their names. */
  readonly path: string;
  /** As written; `(default)` where it is not; undefined where the thing itself is not there. */
  readonly before: string | undefined;
  readonly after: string | undefined;
  /** A running daemon cannot take it up: it must be started again. */
  readonly restart: boolean;
}

/** Sections that a running daemon was built around. */
const RESTART_KEYS: readonly string[] = ['nodes', 'pulse', 'virtual_addresses', 'state_dir'];

const DEFAULT = '(default)';

/** Compares two texts of good files (`parseConfig` says ok), in the order of the schema's keys. */
export function configDifferences(before: string, after: string): readonly Difference[] {
  return compare([], sideOf(before), sideOf(after));
}

/** A value as it reads, and as it is written. Both undefined: the thing is not there. */
interface Side {
  readonly read: unknown;
  readonly written: unknown;
}

function sideOf(text: string): Side {
  const { value } = readSource(text);
  return { read: fileSchema.parse(withProfile(value)), written: value };
}

function compare(path: readonly string[], before: Side, after: Side): readonly Difference[] {
  if (isSame(before.read, after.read)) return [];
  const [ours, theirs] = [parts(before.read), parts(after.read)];
  if (ours === undefined || theirs === undefined) return [difference(path, words(before), words(after))];
  const names = [...new Set([...ours.keys(), ...theirs.keys()])];
  const inside = names.flatMap((name) =>
    compare([...path, name], child(before, ours, name), child(after, theirs, name)),
  );
  if (inside.length > 0 || !Array.isArray(before.read)) return inside;
  // The same things in another order.
  return [difference(path, [...ours.keys()].join(', '), [...theirs.keys()].join(', '))];
}

function difference(
  path: readonly string[],
  before: string | undefined,
  after: string | undefined,
): Difference {
  return { path: path.join('.'), before, after, restart: RESTART_KEYS.includes(path[0] ?? '') };
}

/** What can be compared piece by piece: a mapping, or a list of things with names. */
function parts(value: unknown): ReadonlyMap<string, unknown> | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  if (!Array.isArray(value)) return new Map(Object.entries(value));
  const named = (value as readonly unknown[]).map((item): [string, unknown] => [nameOf(item) ?? '', item]);
  const names = new Set(named.map(([name]) => name));
  return names.size < named.length || names.has('') ? undefined : new Map(named);
}

function nameOf(item: unknown): string | undefined {
  if (typeof item !== 'object' || item === null || !('name' in item)) return undefined;
  return typeof item.name === 'string' ? item.name : undefined;
}

function child(side: Side, read: ReadonlyMap<string, unknown>, name: string): Side {
  return { read: read.get(name), written: parts(side.written)?.get(name) };
}

function words({ read, written }: Side): string | undefined {
  if (read === undefined) return undefined;
  if (written === undefined) return DEFAULT;
  return stringify(written, { collectionStyle: 'flow', lineWidth: 0 }).trimEnd();
}

/** By what it reads as; keys that are undefined count as missing. */
function isSame(one: unknown, other: unknown): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}
