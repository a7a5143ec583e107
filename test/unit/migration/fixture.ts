/** The fixtures, and what becomes of them. */
import { readFileSync } from 'node:fs';
import { formatFinding, type Finding, type Outcome } from '../../../src/migration/finding.js';
import { importConfig, type ImportResult } from '../../../src/migration/import.js';

export function fixture(name: string): string {
  return readFileSync(new URL(`fixtures/${name}`, import.meta.url), 'utf8');
}

type Imported = Extract<ImportResult, { readonly ok: true }>;

/** Translates a text that is known to be a config. */
export function imported(text: string, peer?: string): Imported {
  const result = importConfig({ text, peer, format: undefined, file: 'F' });
  if (!result.ok) throw new Error(result.problem);
  return result;
}

/** The sentences of some outcomes, as the command prints them. */
export function sentences(findings: readonly Finding[], ...outcomes: readonly Outcome[]): readonly string[] {
  return findings.filter(({ outcome }) => outcomes.includes(outcome)).map((each) => formatFinding('F', each));
}

/** Outcome and sentence of everything that is said about one line. */
export function about({ findings }: Imported, line: number): readonly string[] {
  return findings
    .filter((each) => each.line === line)
    .map(({ outcome, key, problem }) => `${outcome}: ${key}: ${problem}`);
}
