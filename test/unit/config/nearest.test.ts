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
    ['list', undefined],
    ['x'.repeat(65), undefined],
  ])('to %s is %s', (word, meant) => {
    expect(nearest(word, known)).toBe(meant);
  });
});
