/**
 * Values with a remark behind each → YAML text. Quoting is the YAML library's; which values there are, and what the remarks
 * say, is not known here.
 */
import { Document, Pair, Scalar, YAMLMap, YAMLSeq, type Node } from 'yaml';

/** A value, and where it comes from: the remark behind it in the YAML. */
export interface Noted<T> {
  readonly value: T;
  readonly note: string;
}

/** What can be written: a noted value, a list, or a mapping. Keys without a value are left out. */
export type Tree = Noted<string | number> | readonly Tree[] | Branch;

export interface Branch {
  readonly [key: string]: Tree | undefined;
}

/** A value that stands at a line of the file, with what is to be said beside that. */
export function fromLine<T>(value: T, line: number, remark?: string): Noted<T> {
  return { value, note: remark === undefined ? `line ${line}` : `line ${line}: ${remark}` };
}

/** A value that somebody must look at, because the file cannot say it. */
export function toChange<T>(value: T, what: string): Noted<T> {
  return { value, note: `CHANGE: ${what}` };
}

/** Whether the value is only a placeholder. */
export function isPlaceholder({ note }: Noted<unknown>): boolean {
  return note.startsWith('CHANGE: ');
}

/** The whole text; `head` are the remarks at its top. */
export function writeYaml(tree: Branch, head: readonly string[]): string {
  const document = new Document();
  document.commentBefore = head.map((line) => remark(line)).join('\n');
  document.contents = nodeOf(tree);
  return document.toString({ lineWidth: 0, indentSeq: true });
}

/** A remark is one line of plain characters, whatever was quoted in it. */
function remark(text: string): string {
  return ` ${text.replaceAll(/[\p{Cc}\u2028\u2029\ufeff]/gu, '?')}`;
}

function nodeOf(tree: Tree): Node {
  if (isList(tree)) {
    const list = new YAMLSeq<Node>();
    for (const item of tree) list.items.push(nodeOf(item));
    return list;
  }
  if (isNoted(tree)) {
    const scalar = new Scalar(tree.value);
    if (tree.note !== '') scalar.comment = remark(tree.note);
    return scalar;
  }
  const map = new YAMLMap<Scalar, Node>();
  for (const [key, value] of Object.entries(tree)) {
    if (value !== undefined) map.items.push(new Pair(new Scalar(key), nodeOf(value)));
  }
  return map;
}

function isList(tree: Tree): tree is readonly Tree[] {
  return Array.isArray(tree);
}

/** No key of the config is called `note`. */
function isNoted(tree: Branch | Noted<string | number>): tree is Noted<string | number> {
  return typeof tree['note'] === 'string';
}
