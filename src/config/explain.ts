/**
 * Mistakes that zod found in the shape of the file → findings in words for an administrator, with an example
 * of a right value. Pure.
 */
import { stringify } from 'yaml';
import type { z } from 'zod';
import { error, formatPath, type Finding, type Path } from './complaint.js';
import { bareNumber, DURATION_PATTERN } from './duration.js';
import { nodeAt, rootNode, type SchemaNode } from './json-schema.js';
import { nearest } from './nearest.js';
import { quote } from './parsed.js';

type Issue = z.core.$ZodIssue;

/** The findings of all issues; `value` is the whole file as plain values. */
export function explain(issues: readonly Issue[], value: unknown): readonly Finding[] {
  const typos = new Set(issues.flatMap(meantKeys));
  return issues.flatMap((issue) => explainOne(issue, value, typos));
}

/** The keys that unknown keys are probably meant to be: these are mistyped, not missing. */
function meantKeys(issue: Issue): readonly string[] {
  if (issue.code !== 'unrecognized_keys') return [];
  const parent = pathOf(issue);
  const known = knownKeys(parent);
  return issue.keys.flatMap((key) => {
    const meant = nearest(key, known);
    return meant === undefined ? [] : [formatPath([...parent, meant])];
  });
}

function pathOf(issue: Issue): Path {
  return issue.path.map((step) => (typeof step === 'symbol' ? String(step) : step));
}

function knownKeys(path: Path): readonly string[] {
  return Object.keys(nodeAt(path).properties ?? {});
}

function explainOne(issue: Issue, value: unknown, typos: ReadonlySet<string>): readonly Finding[] {
  const path = pathOf(issue);
  if (issue.code === 'unrecognized_keys') return issue.keys.map((key) => unknownKey(path, key));
  if (issue.code === 'invalid_key') return [unusableKey(path)];
  const found = lookUp(value, path);
  if (found === undefined) return typos.has(formatPath(path)) ? [] : [missing(path)];
  if (found === null) return [empty(path)];
  if (issue.code === 'custom') return [error(path, issue.message, String(issue.params?.['cure']))];
  return [wrongValue(path, found)];
}

/** What is written at a path of ours: null for a key without a value, undefined when nothing is. */
function lookUp(value: unknown, path: Path): unknown {
  return path.reduce((here, step) => (here as Readonly<Record<string | number, unknown>>)[step], value);
}

function unknownKey(parent: Path, key: string): Finding {
  const cure = keyCure(key, knownKeys(parent));
  return { ...error([...parent, key], `unknown key ${quote(key)}`, cure), at: 'key' };
}

function keyCure(key: string, known: readonly string[]): string {
  const meant = nearest(key, known);
  if (meant !== undefined) return `did you mean \`${meant}\`?`;
  const elsewhere = sectionsWith(key, rootNode, '');
  const home = elsewhere.length > 0 ? `\`${key}\` belongs under ${elsewhere.join(' or ')}; ` : '';
  return `${home}known here: ${known.join(', ')}`;
}

/** The sections that know a key, for keys that are right but stand in the wrong place. */
function sectionsWith(key: string, node: SchemaNode, path: string): readonly string[] {
  const properties = node.properties ?? {};
  const own = Object.hasOwn(properties, key) && path !== '' ? [`\`${path}\``] : [];
  const below = Object.entries(properties).flatMap(([word, child]) => {
    const at = `${path}${path === '' ? '' : '.'}${word}`;
    return sectionsWith(key, child.items ?? child, child.items === undefined ? at : `${at}[]`);
  });
  return [...own, ...below].slice(0, 4);
}

function unusableKey(path: Path): Finding {
  const problem = `${quote(String(path.at(-1)))} cannot be the name of a link`;
  const cure = 'use letters, digits, dash and dot, at most 63, such as `cross`';
  return { ...error(path, problem, cure), at: 'key' };
}

function missing(path: Path): Finding {
  return error(path, 'is missing', `add \`${snippet(path)}\``);
}

const BEGIN = 'begin with the commented example that comes with ftpair, config/ftpair.yaml';

function empty(path: Path): Finding {
  if (path.length === 0) return error(path, 'the file holds no configuration', BEGIN);
  const last = path.at(-1);
  const optional = typeof last === 'string' && !isRequired(path, last);
  const orDelete = optional ? ', or delete the line to take the default' : '';
  return error(path, 'has no value', `write \`${snippet(path)}\`${orDelete}`);
}

function isRequired(path: Path, key: string): boolean {
  const parent = nodeAt(path.slice(0, -1));
  // A link of `extra` is not required, but an entry without a value is no link.
  return parent.properties === undefined || (parent.required?.includes(key) ?? false);
}

function wrongValue(path: Path, value: unknown): Finding {
  if (path.length === 0) return error(path, `the file must be a mapping, not ${describe(value)}`, BEGIN);
  const node = nodeAt(path);
  if (node.pattern === DURATION_PATTERN && typeof value === 'number') return withoutUnit(path, value);
  const wanted = wantedBy(node);
  const problem = `must be ${wanted}, not ${describe(value)}`;
  if (node.enum !== undefined && typeof value === 'string') {
    const meant = nearest(value, node.enum);
    if (meant !== undefined) return error(path, problem, `did you mean \`${meant}\`?`);
  }
  return error(path, problem, `write \`${snippet(path, likely(node, value))}\``);
}

function withoutUnit(path: Path, value: number): Finding {
  const { problem, cure } = bareNumber(String(value));
  return error(path, problem, cure);
}

function wantedBy(node: SchemaNode): string {
  if (node.enum !== undefined) return node.enum.map((word) => `\`${word}\``).join(' or ');
  if (node.type === 'integer') return `a whole number from ${node.minimum ?? 0} to ${node.maximum ?? 65535}`;
  if (node.type === 'array') return 'a list';
  return node.type === 'object' ? 'a mapping' : 'text';
}

function describe(value: unknown): string {
  if (Array.isArray(value)) return 'a list';
  if (typeof value === 'string') return quote(value);
  if (typeof value === 'number') return `the number ${value}`;
  return typeof value === 'boolean' ? String(value) : 'a mapping';
}

/** The value that was probably meant: text without its quotes, a number in quotes, one item as a list. */
function likely(node: SchemaNode, value: unknown): unknown {
  const number = typeof value === 'string' && /^[0-9]{1,5}$/.test(value) ? Number(value) : NaN;
  if (node.type === 'integer' && fits(node, number)) return number;
  if (node.type === 'string' && (typeof value === 'number' || typeof value === 'boolean')) {
    const text = String(value);
    if (node.enum === undefined && new RegExp(node.pattern ?? '').test(text)) return text;
  }
  if (node.type === 'array' && typeof value === 'string' && /^[\x20-\x7e]{1,60}$/.test(value)) return [value];
  return undefined;
}

function fits(node: SchemaNode, number: number): boolean {
  return number >= (node.minimum ?? 0) && number <= (node.maximum ?? 65535);
}

/** `key: value` as one would write it on one line; the first example where no value is given. */
function snippet(path: Path, value: unknown = nodeAt(path).examples?.[0]): string {
  const last = path.at(-1);
  const text = stringify(value ?? null, { collectionStyle: 'flow', lineWidth: 0 }).trimEnd();
  return typeof last === 'string' ? `${last}: ${text}` : text;
}
