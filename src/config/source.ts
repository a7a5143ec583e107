/**
 * YAML text → plain values, with the place in the text of every key and value. Mistakes of YAML itself are
 * told here; what the values mean is not known here. Never throws, whatever the text.
 */
import {
  isAlias,
  isMap,
  isNode,
  isScalar,
  isSeq,
  parseDocument,
  type Document,
  type Node,
  type Pair,
} from 'yaml';
import type { Path } from './complaint.js';
import { places, type Place } from './places.js';
import { quote } from './parsed.js';
import { explainSyntax, tooDeep, type SyntaxMistake } from './syntax.js';

/** A file as plain values, and where they are. */
export interface Source {
  readonly value: unknown;
  readonly mistakes: readonly SyntaxMistake[];
  /** Whether a path is written in the file. */
  readonly has: (path: Path) => boolean;
  /** The offset of a key or value; of its nearest written parent when it is not in the file. */
  readonly offsetOf: (path: Path, at: 'key' | 'value') => number;
  /** The offset where a value ends; 0 when it is not in the file. */
  readonly endOf: (path: Path) => number;
  readonly placeOf: (offset: number) => Place;
}

/** Values nested deeper than this, or more of them, are not a configuration of ours. */
const MOST_DEPTH = 32;
const MOST_VALUES = 50_000;

interface Spot {
  readonly key: number | undefined;
  readonly value: number;
  readonly end: number;
}

/** Reads YAML 1.2, one document. */
export function readSource(text: string): Source {
  const placeOf = places(text);
  const deep = tooDeep(text, MOST_DEPTH);
  // Deep nesting can exhaust the stack inside a regular expression, which ends the process: not even tried.
  const document = parseDocument(text.slice(0, deep), { prettyErrors: false });
  const reader = new Reader(document);
  const value = reader.read(document.contents, [], undefined, 0);
  const mistakes = deep === undefined ? [...explainSyntax(document), ...reader.mistakes] : [nested(deep)];
  return {
    value,
    mistakes: firstOfLine(mistakes, (offset) => placeOf(offset).line),
    has: (path) => reader.spots.has(spotKey(path)),
    offsetOf: (path, at) => find(reader.spots, path, at),
    endOf: (path) => reader.spots.get(spotKey(path))?.end ?? 0,
    placeOf,
  };
}

/** Once the parser has lost its way in a line, what else it says about that line is an echo. */
function firstOfLine(
  mistakes: readonly SyntaxMistake[],
  lineOf: (offset: number) => number,
): readonly SyntaxMistake[] {
  const lost = new Set<number>();
  return mistakes.filter(({ offset, derails }) => {
    if (!derails) return true;
    const line = lineOf(offset);
    return !lost.has(line) && lost.add(line);
  });
}

function nested(offset: number, path: Path = []): SyntaxMistake {
  const problem = `is nested deeper than ${MOST_DEPTH} levels`;
  const cure = 'look for a bracket that is never closed';
  return { offset, path, problem, cure, level: 'error', derails: true };
}

function spotKey(path: Path): string {
  return JSON.stringify(path);
}

function find(spots: ReadonlyMap<string, Spot>, path: Path, at: 'key' | 'value'): number {
  for (let length = path.length; length >= 0; length--) {
    const spot = spots.get(spotKey(path.slice(0, length)));
    if (spot !== undefined) return at === 'key' ? (spot.key ?? spot.value) : spot.value;
  }
  return 0;
}

/** Walks the nodes of one document; collects values, places and mistakes. */
class Reader {
  readonly spots = new Map<string, Spot>();
  readonly mistakes: SyntaxMistake[] = [];
  /** The lists and mappings that are being read, from the top down to here. */
  readonly #open = new Set<unknown>();
  #values = 0;

  constructor(private readonly document: Document) {}

  /** The value of a node; `key` is the offset of the key that it belongs to. */
  read(node: unknown, path: Path, key: number | undefined, depth: number): unknown {
    const start = startOf(node) ?? key ?? 0;
    // A key without a value has nothing to point at but the key.
    const empty = isScalar(node) && node.value === null;
    this.spots.set(spotKey(path), { key, value: empty ? (key ?? start) : start, end: endOf(node) ?? start });
    // Looking an alias up walks the whole document.
    this.#values += isAlias(node) ? 50 : 1;
    if (depth > MOST_DEPTH || this.#values > MOST_VALUES) {
      if (!this.mistakes.some((mistake) => mistake.derails))
        this.mistakes.push(this.#excess(start, path, depth));
      return null;
    }
    if (isAlias(node)) return this.#alias(node.resolve(this.document), node.source, path, start, depth);
    if (isScalar(node)) return node.value;
    this.#open.add(node);
    const value = isSeq(node)
      ? node.items.map((item, index) => this.read(item, [...path, index], undefined, depth + 1))
      : isMap(node)
        ? this.#map(node.items, path, depth)
        : null;
    this.#open.delete(node);
    return value;
  }

  #excess(offset: number, path: Path, depth: number): SyntaxMistake {
    if (depth > MOST_DEPTH) return nested(offset, path.slice(0, 3));
    const problem = `the file holds more than ${MOST_VALUES} values`;
    const cure = 'look for aliases that repeat other aliases';
    return { offset, path, problem, cure, level: 'error', derails: true };
  }

  #alias(target: Node | undefined, name: string, path: Path, offset: number, depth: number): unknown {
    if (target !== undefined && !this.#open.has(target)) return this.#readTarget(target, path, offset, depth);
    const shown = name.replaceAll(/\p{Cc}/gu, '?').slice(0, 60);
    const [problem, cure] =
      target === undefined
        ? [
            `*${shown} refers to an anchor that does not exist above`,
            `mark the value that it repeats with &${shown}`,
          ]
        : [`*${shown} repeats the value that it stands in`, 'write the value here'];
    this.mistakes.push({ offset, path, problem, cure, level: 'error', derails: true });
    return null;
  }

  /** What an alias repeats; its own place is the alias, the places inside are the anchor's. */
  #readTarget(target: Node, path: Path, offset: number, depth: number): unknown {
    const value = this.read(target, path, undefined, depth + 1);
    this.spots.set(spotKey(path), { key: undefined, value: offset, end: offset });
    return value;
  }

  #map(pairs: readonly Pair[], path: Path, depth: number): unknown {
    const entries = new Map<string, unknown>();
    for (const { key, value } of pairs) {
      const offset = startOf(key) ?? startOf(value) ?? 0;
      const word = this.#key(key, path, offset);
      // Of a repeated key the first counts; the repetition itself is a mistake that YAML tells.
      if (word === undefined || entries.has(word)) continue;
      entries.set(word, this.read(value, [...path, word], offset, depth + 1));
    }
    return Object.fromEntries(entries);
  }

  #key(key: unknown, path: Path, offset: number): string | undefined {
    const word = isScalar(key) ? key.value : undefined;
    if (
      (typeof word === 'string' || typeof word === 'number' || typeof word === 'boolean') &&
      word !== '__proto__'
    ) {
      return String(word);
    }
    const shown = isScalar(key) ? quote(String(word)) : 'a list, mapping or alias';
    const cure = 'write a plain word before the colon, such as `name: alpha`';
    this.mistakes.push({
      offset,
      path,
      problem: `${shown} cannot be a key`,
      cure,
      level: 'error',
      derails: false,
    });
    return undefined;
  }
}

function startOf(node: unknown): number | undefined {
  return rangeOf(node)[0];
}

function endOf(node: unknown): number | undefined {
  return rangeOf(node)[1];
}

/** Start and end of a node's own text (yaml: `Range`). */
function rangeOf(node: unknown): readonly (number | undefined)[] {
  if (!isNode(node) || !node.range) return [];
  return node.range;
}
