/** The pages for those who come from other programs name every key that the importer knows. */
import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { KEEPALIVED_KEYWORDS } from '../../../src/migration/keepalived/keywords.js';
import { PIRANHA_KEYS } from '../../../src/migration/piranha/left-out.js';
import { SCHEDULERS } from '../../../src/migration/schedulers.js';

function page(name: string): string {
  return readFileSync(new URL(`../../../config/${name}`, import.meta.url), 'utf8');
}

it('from-piranha.md names every key of an lvs.cf', () => {
  const text = page('from-piranha.md');
  expect(PIRANHA_KEYS.length).toBeGreaterThan(50);
  expect(PIRANHA_KEYS.filter((key) => !text.includes(`\`${key}\``))).toEqual([]);
});

it('from-keepalived.md names every keyword of a keepalived.conf, and every scheduler', () => {
  const text = page('from-keepalived.md');
  expect(KEEPALIVED_KEYWORDS.length).toBeGreaterThan(250);
  expect(KEEPALIVED_KEYWORDS.filter((word) => !text.includes(`\`${word}\``))).toEqual([]);
  expect(SCHEDULERS.filter((word) => !new RegExp(`\\b${word}\\b`).test(text))).toEqual([]);
});

it('the README links both', () => {
  const text = readFileSync(new URL('../../../README.md', import.meta.url), 'utf8');
  expect(text).toContain('(config/from-piranha.md)');
  expect(text).toContain('(config/from-keepalived.md)');
});
