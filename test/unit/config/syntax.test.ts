/** How deep a text is nested, seen before the parser sees it. */
import { describe, expect, it } from 'vitest';
import { tooDeep } from '../../../src/config/syntax.js';

describe('a text nested deeper than two levels', () => {
  it.each([
    ['[[[', 2],
    ['{{{', 2],
    ['[{[', 2],
    ['[[][[', 4],
    ['{{}{{', 4],
    [']]][[[', 5],
    ['- - - x', 4],
    ['? ? ? x', 4],
    ['a: b: c: d', 7],
    ['a: 1\n- - - x', 9],
  ])('%j is told at offset %d', (text, offset) => {
    expect(tooDeep(text, 2)).toBe(offset);
  });

  it.each([
    ['two brackets', '[[1]]'],
    ['lists one behind the other', '[] [] [] []'],
    ['mappings one behind the other', '{} {} {} {}'],
    ['brackets closed too often', ']]] [[1]]'],
    ['keys inside brackets', '{ a: 1, b: 2, c: 3, d: 4 }'],
    ['one key on each line', 'a: 1\nb: 2\nc: 3\nd: 4\n'],
    ['one dash on each line', '- 1\n- 2\n- 3\n- 4\n'],
    ['two marks on each line', '- - 1\n- - 2\n'],
    ['marks in quotes', '"- - - - [[[["'],
  ])('is not: %s', (_what, text) => {
    expect(tooDeep(text, 2)).toBeUndefined();
  });
});
