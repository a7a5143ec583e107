/**
 * Complaints about a configuration: where, what is wrong, and what would be right. Their order and their
 * looks are decided here; finding them is the job of the other files of this room.
 */
import { quote } from './parsed.js';

/** Keys and list indexes (from 0) that lead from the top of the file to a value. */
export type Path = readonly (string | number)[];

/** An error refuses the file; a warning is said and the file is used. */
export type Level = 'error' | 'warning';

/** A mistake at a place in the file. Line and column count from 1; both 0 mean the file as a whole. */
export interface Complaint {
  readonly file: string;
  readonly line: number;
  readonly column: number;
  /** Such as `services[0].servers[1].port`; empty for the file as a whole. */
  readonly path: string;
  readonly problem: string;
  readonly cure: string;
  readonly level: Level;
}

/** A mistake at a path, not yet looked up in the text. */
export interface Finding {
  readonly path: Path;
  /** Point at the key (an unknown one) or at its value. */
  readonly at: 'key' | 'value';
  readonly problem: string;
  readonly cure: string;
  readonly level: Level;
}

/** A finding about a value that makes the file unusable. */
export function error(path: Path, problem: string, cure: string): Finding {
  return { path, at: 'value', problem, cure, level: 'error' };
}

/** A finding about a value that is allowed and unwise. */
export function warning(path: Path, problem: string, cure: string): Finding {
  return { path, at: 'value', problem, cure, level: 'warning' };
}

/** `services[0].servers[1].port`. */
export function formatPath(path: Path): string {
  let text = '';
  for (const step of path) {
    if (typeof step === 'number') text += `[${step}]`;
    else text += `${text === '' ? '' : '.'}${/^[\w.-]{1,63}$/.test(step) ? step : quote(step)}`;
  }
  return text;
}

/**
 * `FILE:LINE:COL: path: what is wrong; what would be right`; a warning says so before its path. Never holds a
 * control character, whatever the file and its name hold.
 */
export function formatComplaint(complaint: Complaint): string {
  const { file, line, column, path, problem, cure, level } = complaint;
  const place = line === 0 ? file : `${file}:${line}:${column}`;
  const marks = [...(level === 'warning' ? ['warning'] : []), ...(path === '' ? [] : [path])];
  return `${[place, ...marks].join(': ')}: ${problem}; ${cure}`.replaceAll(/\p{Cc}/gu, '?');
}

/** By position, then by path and text, so that the order never depends on who found it first. */
export function sortComplaints(complaints: readonly Complaint[]): readonly Complaint[] {
  const order = (a: Complaint, b: Complaint): number =>
    a.line - b.line || a.column - b.column || compare(a.path, b.path) || compare(a.problem, b.problem);
  return [...complaints].sort(order);
}

function compare(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}
