/**
 * What became of one thing that stands in the file, as a sentence with what to do. Looks and order are decided here; finding
 * out is the translators' job. Pure.
 */
import type { Complaint } from '../config/complaint.js';

/**
 * - `became`: translated as it is
 * - `goesWith`: inside something that was told as a whole
 * - `differs`: translated, and means something else from now on
 * - `leftOut`: not needed, or done in another way; clients notice nothing
 * - `fillIn`: the file cannot say it; the YAML holds a placeholder
 * - `trap`: the file itself says something that it can hardly mean
 * - `lost`: not translated, and clients would notice
 */
export type Outcome = 'became' | 'goesWith' | 'differs' | 'leftOut' | 'fillIn' | 'trap' | 'lost';

/** One sentence about one place of the file. */
export interface Finding {
  readonly outcome: Outcome;
  /** From 1; 0 means the file as a whole. */
  readonly line: number;
  readonly key: string;
  readonly problem: string;
  readonly cure: string;
}

/** `FILE:LINE: key: what became of it; what to do`, without control characters, whatever the file holds. */
export function formatFinding(file: string, { line, key, problem, cure }: Finding): string {
  const place = line === 0 ? file : `${file}:${line}`;
  return `${place}: ${key}: ${problem}; ${cure}`.replaceAll(/\p{Cc}/gu, '?');
}

/** In the order of the file; what has no place comes last. */
export function sortFindings(findings: readonly Finding[]): readonly Finding[] {
  const place = ({ line }: Finding): number => (line === 0 ? Infinity : line);
  // Two infinities have no difference.
  return [...findings].sort((a, b) => (place(a) === place(b) ? 0 : place(a) - place(b)));
}

/** Whether something that clients would notice is missing from the translation. */
export function losesSomething(findings: readonly Finding[]): boolean {
  return findings.some(({ outcome }) => outcome === 'lost');
}

/** A complaint of the config's own rules about the translation, at the line of the file that the value came from. `yaml` are its lines. */
export function fromComplaint(yaml: readonly string[], complaint: Complaint): Finding {
  const text = yaml[complaint.line - 1] ?? '';
  const origin = /# line (\d{1,6})/.exec(text)?.[1];
  return {
    outcome: complaint.level === 'error' ? 'lost' : 'trap',
    line: Number(origin ?? 0),
    key: complaint.path === '' ? 'the translation' : complaint.path,
    problem: complaint.problem,
    cure: complaint.cure,
  };
}
