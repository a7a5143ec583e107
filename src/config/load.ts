/**
 * Reads the configuration file. Every mistake in it is told at its line and column, never only the first;
 * nothing here ends the program.
 */
import { closeSync, openSync, readSync } from 'node:fs';
import { buildConfig } from './build.js';
import { formatPath, sortComplaints, type Complaint, type Finding } from './complaint.js';
import { readDraft } from './draft.js';
import { explain } from './explain.js';
import type { Config } from './model.js';
import { addressRules } from './rules/addresses.js';
import { alertRules } from './rules/alerts.js';
import { checkRules } from './rules/checks.js';
import { drillRules } from './rules/drill.js';
import type { Facts } from './rules/facts.js';
import { pairRules } from './rules/pair.js';
import { rotationRules } from './rules/rotation.js';
import { serviceRules } from './rules/services.js';
import { timingRules } from './rules/timing.js';
import { fileSchema } from './schema.js';
import { withProfile } from './profiles.js';
import { readSource, type Source } from './source.js';

/** A configuration that can be used, with what is unwise in it; or all that is wrong, in order of place. */
export type ConfigResult =
  | { readonly ok: true; readonly config: Config; readonly warnings: readonly Complaint[] }
  | { readonly ok: false; readonly complaints: readonly Complaint[] };

/** More bytes than this are not a configuration of ours. */
export const MOST_BYTES = 262_144;

/** The text of a file, or why there is none. */
export type TextResult =
  | { readonly ok: true; readonly text: string }
  | { readonly ok: false; readonly complaints: readonly Complaint[] };

/** Reads and checks a file. A file that is missing or unreadable is a complaint as well. */
export function loadConfig(file: string): ConfigResult {
  const read = readConfigText(file);
  return read.ok ? parseConfig(read.text, file) : read;
}

/** Reads a file, bounded, without looking at what it says. */
export function readConfigText(file: string): TextResult {
  let bytes: Uint8Array;
  try {
    bytes = readBounded(file);
  } catch (cause) {
    return wholeFile(file, `cannot be read: ${reasonOf(cause)}`, 'check the path and the permissions');
  }
  if (bytes.length > MOST_BYTES) {
    return wholeFile(file, `is larger than ${MOST_BYTES} bytes`, 'check that this is the configuration file');
  }
  const text = decode(bytes);
  if (text === undefined) return wholeFile(file, 'is not UTF-8 text', 'save it as UTF-8');
  return { ok: true, text };
}

function decode(bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return undefined;
  }
}

/** At most one byte more than allowed, so that a device or a pipe cannot fill the memory. */
function readBounded(file: string): Uint8Array {
  const descriptor = openSync(file, 'r');
  try {
    const buffer = new Uint8Array(MOST_BYTES + 1);
    let length = 0;
    for (;;) {
      const count = readSync(descriptor, buffer, length, buffer.length - length, null);
      length += count;
      if (count === 0) return buffer.subarray(0, length);
    }
  } finally {
    closeSync(descriptor);
  }
}

function reasonOf(cause: unknown): string {
  const code = cause instanceof Error && 'code' in cause ? cause.code : undefined;
  if (code === 'ENOENT') return 'there is no such file (ENOENT)';
  if (code === 'EACCES') return 'permission denied (EACCES)';
  if (code === 'EISDIR') return 'it is a directory (EISDIR)';
  return cause instanceof Error ? cause.message : String(cause);
}

function wholeFile(
  file: string,
  problem: string,
  cure: string,
): { readonly ok: false; readonly complaints: readonly Complaint[] } {
  return { ok: false, complaints: [{ file, line: 0, column: 0, path: '', problem, cure, level: 'error' }] };
}

/** Checks a text; `file` only names it in the complaints. Pure, and never throws. */
export function parseConfig(text: string, file: string): ConfigResult {
  const source = readSource(text);
  const value = withProfile(source.value);
  const shape = fileSchema.safeParse(value);
  // What YAML has lost may be just what a rule misses: rules wait until the text can be read.
  const facts = { draft: readDraft(value), written: source.has };
  const findings = [
    ...explain(shape.error?.issues ?? [], source.value),
    ...(source.mistakes.some(({ derails }) => derails) ? [] : rules(facts)),
  ];
  const complaints = sortComplaints(place(file, source, findings));
  if (shape.data === undefined || complaints.some(({ level }) => level === 'error'))
    return { ok: false, complaints };
  return { ok: true, config: buildConfig(shape.data), warnings: complaints };
}

function rules(facts: Facts): readonly Finding[] {
  return [
    ...pairRules(facts),
    ...addressRules(facts),
    ...serviceRules(facts),
    ...rotationRules(facts),
    ...drillRules(facts),
    ...timingRules(facts),
    ...checkRules(facts),
    ...alertRules(facts),
  ];
}

/** Looks up where findings are; leaves out those that a mistake of YAML may have caused. */
function place(file: string, source: Source, findings: readonly Finding[]): readonly Complaint[] {
  const derailedAt = Math.min(
    ...source.mistakes.filter(({ derails }) => derails).map(({ offset }) => offset),
  );
  const syntax = source.mistakes.map((mistake) => ({ ...mistake, at: 'value' as const }));
  const credible = findings
    .filter(
      ({ path, at }) =>
        derailedAt === Infinity ||
        (source.has(path) && (at === 'key' ? source.offsetOf(path, at) : source.endOf(path)) < derailedAt),
    )
    .map((finding) => ({ ...finding, offset: source.offsetOf(finding.path, finding.at) }));
  return [...syntax, ...credible].map(({ path, offset, problem, cure, level }) => {
    const { line, column } = source.placeOf(offset);
    return { file, line, column, path: formatPath(path), problem, cure, level };
  });
}
