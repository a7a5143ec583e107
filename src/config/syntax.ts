/**
 * What the YAML parser says about a text, in words for an administrator; and a look at how deep a text is
 * nested before the parser sees it. Pure.
 */
import { Lexer, type Document, type YAMLError } from 'yaml';
import type { Level, Path } from './complaint.js';

/** A mistake of YAML itself, at an offset of the text. */
export interface SyntaxMistake {
  readonly offset: number;
  readonly path: Path;
  readonly problem: string;
  readonly cure: string;
  readonly level: Level;
  /** After this place the text may have been misunderstood: what seems missing there may be there. */
  readonly derails: boolean;
}

/** Problem and cure by the parser's error code; other codes keep the parser's sentence. */
const EXPLAINED: Readonly<Partial<Record<YAMLError['code'], readonly [problem: string, cure: string]>>> = {
  DUPLICATE_KEY: ['this key is written twice', 'keep one of the two'],
  TAB_AS_INDENT: ['a tab indents this line', 'indent with spaces only'],
  BAD_INDENT: [
    'the indentation does not fit the lines above',
    'indent everything of one list or mapping by the same number of spaces, and close every bracket',
  ],
  BLOCK_AS_IMPLICIT_KEY: [
    'two keys stand on one line',
    'begin a new, indented line after the first colon, or put a value with `: ` inside into quotes',
  ],
  MULTIPLE_DOCS: ['a second document begins here', 'remove this `---` line: the file holds one document'],
  MULTILINE_IMPLICIT_KEY: ['a colon is missing', 'write `key: value`, with a space after the colon'],
  BAD_SCALAR_START: ['a value cannot begin with this character', 'put the value into quotes'],
  BAD_DQ_ESCAPE: ['unknown escape in double quotes', 'use single quotes, or write the backslash twice'],
};

const GENERAL_CURE = 'check indentation, colons, quotes and brackets here and on the line above';

/** Errors and warnings of the parser as mistakes of the file. */
export function explainSyntax(document: Document.Parsed | Document): readonly SyntaxMistake[] {
  const errors = document.errors.map((found) => explain(found, 'error'));
  return [...errors, ...document.warnings.map((found) => explain(found, 'warning'))];
}

function explain(found: YAMLError, level: 'error' | 'warning'): SyntaxMistake {
  const [problem, cure] = EXPLAINED[found.code] ?? [`not valid YAML: ${plain(found)}`, GENERAL_CURE];
  const derails = level === 'error' && found.code !== 'DUPLICATE_KEY';
  return { offset: found.pos[0], path: [], problem, cure, level, derails };
}

/** The parser's own sentence, on one line and not too long. */
function plain(found: YAMLError): string {
  const sentence = found.message.replaceAll(/\p{Cc}/gu, '?');
  return sentence.length > 120 ? `${sentence.slice(0, 117)}...` : sentence;
}

/**
 * The offset at which brackets, or list and key marks on one line, nest deeper than `most`; undefined in any
 * sane file. Exact for brackets: the lexer knows strings and comments.
 */
export function tooDeep(text: string, most: number): number | undefined {
  let offset = 0;
  let brackets = 0;
  let marks = 0;
  for (const token of new Lexer().lex(text)) {
    if (token === '[' || token === '{') brackets += 1;
    else if (token === ']' || token === '}') brackets = Math.max(0, brackets - 1);
    else if (token === '-' || token === '?' || token === ':') marks += brackets === 0 ? 1 : 0;
    else if (token.includes('\n')) marks = 0;
    if (brackets > most || marks > most) return offset;
    offset += CONTROL_TOKENS.has(token) ? 0 : token.length;
  }
  return undefined;
}

/** Marks that the lexer puts between tokens and that are not in the text (yaml: parse/cst.js). */
const CONTROL_TOKENS: ReadonlySet<string> = new Set(['\u0002', '\u0018', '\u001f']);
