/**
 * The text of a keepalived.conf → its lines as keepalived reads them on one of the two routers: without comments, with
 * definitions (`$NAME=`) put in, and with the lines of other routers (`@id`) left out. Bounded, whatever definitions say.
 */
import type { Finding } from '../finding.js';
import type { Occurrence } from '../ledger.js';
import { withoutComment } from './words.js';

/** A line that counts on this router. */
export interface Line {
  readonly line: number;
  readonly text: string;
}

/** A line that is not read, or a definition: what keepalived itself does with lines. */
export interface Directive extends Occurrence {
  readonly kind: 'definition' | 'otherRouter' | 'sequence';
  /** Of a line of another router: its `@id`, as written. */
  readonly condition: string;
}

export interface Expanded {
  readonly lines: readonly Line[];
  readonly directives: readonly Directive[];
  readonly mistakes: readonly Finding[];
}

/** Definitions may name each other: more than this is a file that wants to fill the memory. */
const MOST_LINES = 20_000;
const MOST_STEPS = 50_000;
const LONGEST_VALUE = 4096;
const MOST_LETTERS = 600_000;
const MOST_DEPTH = 8;

/** The words behind `@` in their order: on which routers a line holds. */
export function configIds(text: string): readonly string[] {
  const found = text.matchAll(/^[ \t]*@\^?([\w.-]+)/gm);
  return [...new Set(Array.from(found, ([, id = '']) => id))];
}

interface Expansion {
  readonly id: string | undefined;
  readonly definitions: Map<string, readonly string[]>;
  readonly lines: Line[];
  readonly directives: Directive[];
  letters: number;
  /** Lines of definitions that were put in. */
  steps: number;
  full: number | undefined;
}

/** Reads every line for the router with this config id. */
export function expandLines(text: string, id: string | undefined): Expanded {
  const state: Expansion = {
    id,
    definitions: new Map(),
    lines: [],
    directives: [],
    letters: 0,
    steps: 0,
    full: undefined,
  };
  readAll(state, text.split('\n'), (index) => index + 1, 0);
  return { lines: state.lines, directives: state.directives, mistakes: mistakesOf(state) };
}

function mistakesOf({ full }: Expansion): readonly Finding[] {
  if (full === undefined) return [];
  const problem = `the definitions ($NAME=) grow beyond ${MOST_LINES} lines here, and the rest is not read`;
  const cure = 'write them out, or look for one that names itself';
  return [{ outcome: 'lost', line: full, key: 'this line', problem, cure }];
}

function readAll(
  state: Expansion,
  texts: readonly string[],
  number: (index: number) => number,
  depth: number,
): void {
  for (let index = 0; index < texts.length; index++) {
    const line = number(index);
    if (depth > 0) state.steps++;
    if (state.steps > MOST_STEPS) state.full ??= line;
    if (state.full !== undefined) return;
    const text = withoutComment(texts[index] ?? '').trim();
    const definition = /^\$(\w{1,60})=(.*)$/s.exec(text);
    if (definition === null) take(state, text, line, depth);
    else index = define(state, definition[1] ?? '', definition[2] ?? '', { texts, index, line });
  }
}

interface Place {
  readonly texts: readonly string[];
  readonly index: number;
  readonly line: number;
}

/** A definition goes on as long as its lines end with a backslash; answers with the index of its last line. */
function define(state: Expansion, name: string, first: string, { texts, index, line }: Place): number {
  const value: string[] = [];
  let text = first.trim();
  let at = index;
  while (text.endsWith('\\') && at + 1 < texts.length) {
    value.push(text.slice(0, -1).trim());
    at++;
    text = withoutComment(texts[at] ?? '').trim();
  }
  value.push(text);
  state.definitions.set(
    name,
    value.filter((each, nth) => each !== '' || (nth === 0 && value.length === 1)),
  );
  state.directives.push({ kind: 'definition', condition: '', line, key: `$${name}` });
  return at;
}

function take(state: Expansion, text: string, line: number, depth: number): void {
  if (text === '') return;
  const lines = state.definitions.get(/^\$\{?(\w{1,60})\}?$/.exec(text)?.[1] ?? '');
  if (lines !== undefined && lines.length > 1 && depth < MOST_DEPTH) {
    readAll(state, lines, () => line, depth + 1);
    return;
  }
  const full = substitute(state, text);
  if (full.startsWith('@')) condition(state, full, line, depth);
  else if (full.startsWith('~'))
    state.directives.push({ kind: 'sequence', condition: '', line, key: full.split(/[\s(]/, 1)[0]?.slice(0, 40) ?? '~' }); // prettier-ignore
  else if (full !== '') put(state, full, line);
}

function condition(state: Expansion, text: string, line: number, depth: number): void {
  const [, not, id = '', rest = ''] = /^@(\^?)([\w.-]*)\s*(.*)$/s.exec(text) ?? [];
  const holds = not === '^' ? id !== state.id : id === state.id;
  const key = rest.split(/\s/, 1)[0] ?? '';
  if (holds && depth < MOST_DEPTH) readAll(state, [rest], () => line, depth + 1);
  else if (holds) put(state, rest, line);
  else state.directives.push({ kind: 'otherRouter', condition: id, line, key: `@${not ?? ''}${id} ${key}`.slice(0, 80) }); // prettier-ignore
}

function put(state: Expansion, text: string, line: number): void {
  state.letters += text.length;
  if (state.lines.length >= MOST_LINES || state.letters > MOST_LETTERS) state.full = line;
  else state.lines.push({ line, text });
}

/** `$NAME` before a blank and `${NAME}` anywhere, again and again; what nobody has defined stays as it is. */
function substitute(state: Expansion, text: string): string {
  let full = text;
  for (let round = 0; round < MOST_DEPTH && full.includes('$') && full.length <= LONGEST_VALUE; round++) {
    const next = full.replaceAll(
      /\$(?:\{(\w{1,60})\}|(\w{1,60})(?=\s|$))/g,
      (whole, braced?: string, bare?: string) => replacement(state, braced ?? bare ?? '', whole),
    );
    if (next === full) return full;
    full = next;
  }
  return full;
}

function replacement({ definitions }: Expansion, name: string, whole: string): string {
  if (name === '_HASH') return '#';
  if (name === '_BANG') return '!';
  const value = definitions.get(name)?.join(' ') ?? whole;
  return value.length > LONGEST_VALUE ? whole : value;
}
