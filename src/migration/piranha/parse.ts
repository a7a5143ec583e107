/**
 * An lvs.cf → its global assignments and its sections. What cannot be read is told at its line, in Piranha's words; the rest
 * of the file is read all the same. Which keys there are is not known here.
 */
import type { Finding } from '../finding.js';
import type { Occurrence } from '../ledger.js';
import { readLine, type Line, type Opener } from './tokens.js';

/** `key = value`. */
export interface Assignment extends Occurrence {
  readonly values: readonly string[];
  readonly remarks: readonly string[];
}

/** `virtual NAME {` … `}`; servers are sections inside. */
export interface Section extends Occurrence {
  readonly kind: Opener;
  readonly name: string;
  readonly remarks: readonly string[];
  readonly assignments: Assignment[];
  readonly sections: Section[];
}

/** A file as Piranha reads it. */
export interface LvsFile {
  readonly global: Section;
  readonly mistakes: readonly Finding[];
  /** Everything that must be answered for, in the order of the file. */
  readonly all: readonly (Assignment | Section)[];
}

interface Reading {
  readonly open: Section[];
  readonly global: Section;
  readonly mistakes: Finding[];
  readonly all: (Assignment | Section)[];
}

/** Reads a whole file. Never throws, whatever the text. */
export function parseLvs(text: string): LvsFile {
  const global = section('virtual', '', 0, []);
  const reading: Reading = { open: [], global, mistakes: [], all: [] };
  const lines = text.split('\n');
  for (const [index, line] of lines.entries()) take(reading, readLine(line), index + 1);
  for (const left of reading.open) {
    refuse(reading, left.line, left.key, 'unexpected end of file: its } is missing');
  }
  return { global, mistakes: reading.mistakes, all: reading.all };
}

function section(kind: Opener, name: string, line: number, remarks: readonly string[]): Section {
  return { kind, name, line, key: kind, remarks, assignments: [], sections: [] };
}

function take(reading: Reading, line: Line, at: number): void {
  const inner = reading.open.at(-1);
  switch (line.kind) {
    case 'empty':
      return;
    case 'refused':
      refuse(reading, at, line.key, line.why);
      return;
    case 'close':
      if (reading.open.pop() === undefined) refuse(reading, at, '}', 'unknown command: nothing is open here');
      return;
    case 'assign': {
      const assignment = { line: at, key: line.key, values: line.values, remarks: line.remarks };
      (inner ?? reading.global).assignments.push(assignment);
      reading.all.push(assignment);
      return;
    }
    case 'open': {
      const opened = section(line.word, line.name, at, line.remarks);
      // A section that stands where none may is read so that its lines are told as its own, and goes nowhere.
      if (belongs(line.word, inner)) (inner ?? reading.global).sections.push(opened);
      else refuse(reading, at, line.word, 'unknown command: it may not stand here');
      if (belongs(line.word, inner)) reading.all.push(opened);
      reading.open.push(opened);
      return;
    }
  }
}

function belongs(word: Opener, inner: Section | undefined): boolean {
  return word === 'server' ? inner !== undefined && inner.kind !== 'server' : inner === undefined;
}

function refuse(reading: Reading, line: number, key: string, why: string): void {
  reading.mistakes.push({
    outcome: 'lost',
    line,
    key: key === '' ? 'this line' : key,
    problem: `Piranha refuses the whole file here: ${why}; the line is not translated`,
    cure: 'mend it, and import again',
  });
}
