/** Lines → statements and their blocks. Which keywords there are is not known here. Never throws; pure. */
import type { Finding } from '../finding.js';
import type { Occurrence } from '../ledger.js';
import type { Line } from './lines.js';
import { tokensOf } from './words.js';

/** A keyword (or the entry of a list) with its words, and the block behind it. */
export interface Statement extends Occurrence {
  readonly words: readonly string[];
  readonly block: Statement[];
  readonly hasBlock: boolean;
}

export interface Statements {
  readonly top: readonly Statement[];
  readonly all: readonly Statement[];
  readonly mistakes: readonly Finding[];
}

/** Blocks nested deeper than this are no configuration. */
const MOST_DEPTH = 16;

interface Building {
  readonly line: number;
  readonly key: string;
  readonly words: string[];
  readonly block: Building[];
  hasBlock: boolean;
}

interface Reading {
  /** The blocks that are open, outermost first; the first is the file. */
  readonly open: Building[];
  readonly all: Building[];
  readonly mistakes: Finding[];
  /** Braces that were opened beyond the limit. */
  beyond: number;
}

/** Reads all lines. */
export function parseStatements(lines: readonly Line[]): Statements {
  const file: Building = { line: 0, key: '', words: [], block: [], hasBlock: true };
  const reading: Reading = { open: [file], all: [], mistakes: [], beyond: 0 };
  for (const line of lines) readLine(reading, line);
  for (const left of reading.open.slice(1)) refuse(reading, left.line, left.key, 'its } is missing');
  return { top: file.block, all: reading.all, mistakes: reading.mistakes };
}

function readLine(reading: Reading, { line, text }: Line): void {
  let current: Building | undefined;
  for (const token of tokensOf(text)) {
    if (token.kind === 'word') current = word(reading, current, token.text, line);
    else {
      if (token.kind === '{') openBlock(reading, current, line);
      else closeBlock(reading, line);
      current = undefined;
    }
  }
}

function word(reading: Reading, current: Building | undefined, text: string, line: number): Building {
  if (current !== undefined) {
    current.words.push(text);
    return current;
  }
  const key = text.slice(0, 80);
  const statement: Building = { line, key, words: [], block: [], hasBlock: false };
  reading.open.at(-1)?.block.push(statement);
  reading.all.push(statement);
  // An entry of a list may be longer than what a sentence shows.
  if (key !== text) statement.words.push(text.slice(80));
  return statement;
}

/** A brace may stand on the next line. */
function openBlock(reading: Reading, current: Building | undefined, line: number): void {
  const owner = current ?? reading.open.at(-1)?.block.at(-1);
  if (owner === undefined || (owner.hasBlock && current === undefined)) {
    refuse(reading, line, '{', 'no keyword stands before it');
    reading.beyond++;
  } else if (reading.open.length > MOST_DEPTH || reading.beyond > 0) {
    if (reading.beyond === 0) refuse(reading, line, '{', `blocks are nested deeper than ${MOST_DEPTH}`);
    reading.beyond++;
  } else {
    owner.hasBlock = true;
    reading.open.push(owner);
  }
}

function closeBlock(reading: Reading, line: number): void {
  if (reading.beyond > 0) reading.beyond--;
  else if (reading.open.length > 1) reading.open.pop();
  else refuse(reading, line, '}', 'nothing is open here');
}

function refuse(reading: Reading, line: number, key: string, why: string): void {
  const problem = `cannot be read: ${why}`;
  reading.mistakes.push({ outcome: 'lost', line, key, problem, cure: 'mend it, and import again' });
}
