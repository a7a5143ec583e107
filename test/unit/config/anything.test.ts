/** Whatever a file holds: an answer, never an exception, and complaints that point into the file. */
import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { parseConfig } from '../../../src/config/load.js';

const EXAMPLE = readFileSync(new URL('../../../config/ftpair.yaml', import.meta.url), 'utf8');

/** Reads a text; fails when an answer makes no sense. */
function mustAnswer(text: string): void {
  const result = parseConfig(text, 'F');
  const lines = text.split(/\n/);
  const complaints = result.ok ? result.warnings : result.complaints;
  if (!result.ok) expect(complaints.some(({ level }) => level === 'error')).toBe(true);
  for (const { line, column, problem, cure } of complaints) {
    expect(line).toBeGreaterThanOrEqual(1);
    expect(line).toBeLessThanOrEqual(lines.length);
    expect(column).toBeGreaterThanOrEqual(1);
    expect(column).toBeLessThanOrEqual((lines[line - 1]?.length ?? 0) + 1);
    expect(`${problem}${cure}`).not.toMatch(/undefined|\[object|\p{Cc}/u);
  }
}

it('answers to any text', () => {
  fc.assert(fc.property(fc.string({ unit: 'binary' }), mustAnswer), { numRuns: 300 });
});

it('answers to any text made of the marks of YAML', () => {
  const marks = fc.constantFrom(
    ...[
      '- ',
      ': ',
      '? ',
      '[',
      ']',
      '{',
      '}',
      ',',
      '&a ',
      '*a',
      '"',
      "'",
      '|\n',
      '>\n',
      '#',
      '!!set ',
      '%',
      '---\n',
      '\n',
      '  ',
      '\t',
      'nodes',
      'pulse',
      'name',
      '1',
      '~',
    ],
  );
  const text = fc.array(marks, { maxLength: 60 }).map((parts) => parts.join(''));
  fc.assert(fc.property(text, mustAnswer), { numRuns: 500 });
});

it('answers to the example with any piece cut out, doubled or replaced', () => {
  const mutation = fc.record({
    at: fc.nat(EXAMPLE.length),
    length: fc.nat(40),
    put: fc.oneof(
      fc.string({ maxLength: 8 }),
      fc.constantFrom(
        'null',
        '[]',
        '{}',
        '0',
        '-1',
        '1e999',
        '.nan',
        '"',
        ': ',
        '\n',
        '\t',
        '__proto__: {}',
        '<<: *a',
      ),
    ),
    double: fc.boolean(),
  });
  const text = fc.array(mutation, { minLength: 1, maxLength: 3 }).map((mutations) =>
    mutations.reduce((was, { at, length, put, double }) => {
      const piece = was.slice(at, at + length);
      return `${was.slice(0, at)}${double ? piece + piece : put}${was.slice(at + length)}`;
    }, EXAMPLE),
  );
  fc.assert(fc.property(text, mustAnswer), { numRuns: 60 });
});

it('answers to the example with any one value replaced by anything', () => {
  const values = [...EXAMPLE.matchAll(/^( *)([a-z_]+): ([^#\n]+)/gm)];
  const change = fc.tuple(fc.constantFrom(...values), fc.jsonValue({ maxDepth: 2 }));
  const text = change.map(([found, value]) => {
    const start = found.index + found[0].length - found[3]!.length;
    return `${EXAMPLE.slice(0, start)}${JSON.stringify(value)}${EXAMPLE.slice(start + found[3]!.length)}`;
  });
  fc.assert(fc.property(text, mustAnswer), { numRuns: 60 });
});

it.each([
  ['brackets', '['.repeat(50_000)],
  ['braces', '{a: '.repeat(50_000)],
  ['dashes', '- '.repeat(50_000)],
  ['question marks', '? '.repeat(50_000)],
  ['colons', 'a: '.repeat(50_000)],
  ['steps of indentation', Array.from({ length: 600 }, (_, depth) => `${' '.repeat(depth)}a:`).join('\n')],
])('answers to %s without end', (_what, text) => {
  mustAnswer(text);
  expect(parseConfig(text, 'F').ok).toBe(false);
});
