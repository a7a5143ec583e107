/** "Did you mean". */
import { describe, expect, it } from 'vitest';
import { editDistance, nearest } from '../../../src/config/nearest.js';

describe('the distance between words', () => {
  it.each([
    ['', 'abc', 3],
    ['port', 'port', 0],
    ['prot', 'port', 1],
    ['ports', 'port', 1],
    ['adress', 'address', 1],
    ['silense', 'silence', 1],
    ['kitten', 'sitting', 3],
    // Only two neighbours that change places count as one edit.
    ['ab', 'cd', 2],
    ['ab', 'bc', 2],
    ['ab', 'ca', 2],
    ['abc', 'cab', 2],
  ])('%j to %j is %d', (a, b, distance) => {
    expect(editDistance(a, b)).toBe(distance);
  });
});

describe('the nearest word', () => {
  const known = ['interval', 'silence', 'key_file', 'probe_count', 'port', 'a_b_c'];
  it.each([
    ['intervall', 'interval'],
    ['Key-File', 'key_file'],
    ['A-B-C', 'a_b_c'],
    ['probecount', 'probe_count'],
    ['prt', 'port'],
    ['intrvl', 'interval'],
    ['prob_cnt', 'probe_count'],
    ['list', undefined],
    ['x'.repeat(65), undefined],
  ])('to %s is %s', (word, meant) => {
    expect(nearest(word, known)).toBe(meant);
  });
});

describe('of several near words', () => {
  it('the nearest is meant, wherever it stands', () => {
    expect(nearest('probe_coun', ['probe_count', 'probe_counts'])).toBe('probe_count');
    expect(nearest('probe_coun', ['probe_counts', 'probe_count'])).toBe('probe_count');
  });

  it('the first of equally near ones is meant', () => {
    expect(nearest('rale', ['rise', 'rate', 'rule'])).toBe('rate');
  });
});

it('a word of more than 64 letters is not compared at all: it may be as long as the file', () => {
  expect(nearest('a'.repeat(64), ['a'.repeat(63)])).toBe('a'.repeat(63));
  expect(nearest('a'.repeat(65), ['a'.repeat(63)])).toBeUndefined();
});
