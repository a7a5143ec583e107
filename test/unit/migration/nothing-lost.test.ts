/** Whatever a file holds: an answer, never an exception; everything that stands in it is answered for; and what comes out is YAML that our own rules can read. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseDocument } from 'yaml';
import { parseConfig } from '../../../src/config/load.js';
import { formatFinding } from '../../../src/migration/finding.js';
import { importConfig } from '../../../src/migration/import.js';
import type { Format } from '../../../src/migration/formats.js';
import { configIds, expandLines } from '../../../src/migration/keepalived/lines.js';
import { KEEPALIVED_KEYWORDS } from '../../../src/migration/keepalived/keywords.js';
import { parseStatements } from '../../../src/migration/keepalived/parse.js';
import { PIRANHA_KEYS } from '../../../src/migration/piranha/left-out.js';
import { fixture } from './fixture.js';

// Each try is a whole translation, checked by all the rules of the config.
const PATIENCE = { timeout: 30_000 };

const FIXTURES = ['ftp.lvs.cf', 'gui.lvs.cf', 'traps.lvs.cf', 'nat.keepalived.conf', 'sync.keepalived.conf', 'foreign.keepalived.conf'] as const; // prettier-ignore

/** Translates a text and looks whether the answer makes sense; the lines that something was said about. */
function mustAnswer(text: string, format: Format | undefined, peer?: string): ReadonlySet<number> {
  const result = importConfig({ text, format, file: 'F', peer });
  if (!result.ok) return new Set();
  const lines = text.split('\n').length;
  for (const finding of result.findings) {
    expect(finding.line).toBeGreaterThanOrEqual(0);
    expect(finding.line).toBeLessThanOrEqual(lines);
    expect(formatFinding('F', finding)).not.toMatch(/undefined|NaN|\[object|\p{Cc}/u);
    expect(finding.cure).not.toBe('');
  }
  mustBeRead(
    result.yaml,
    result.findings.some(({ outcome }) => outcome === 'lost'),
  );
  return new Set(result.findings.map(({ line }) => line));
}

/** It is YAML in any case, and accepted where nothing was lost. */
function mustBeRead(yaml: string, lost: boolean): void {
  expect(parseDocument(yaml).errors).toEqual([]);
  if (lost) return;
  const parsed = parseConfig(yaml, 'F');
  expect(parsed.ok ? [] : parsed.complaints).toEqual([]);
}

/** The lines of an lvs.cf that assign or open something. */
function lvsLines(text: string): number[] {
  return text.split('\n').flatMap((line, index) => (/^\s*(?:#|\}|$)/.test(line) ? [] : [index + 1]));
}

describe('every line is answered for', PATIENCE, () => {
  const word = fc.oneof(fc.constantFrom('1', '0', '010', '192.0.2.10', 'eth0:1', 'ftp', '"220"', '255.255.255.0', '-1', 'rr'), fc.stringMatching(/^[a-z0-9./]{1,12}$/)); // prettier-ignore
  const assign = fc.tuple(fc.oneof(fc.constantFrom(...PIRANHA_KEYS), fc.stringMatching(/^[a-z_]{1,12}$/)), word, word).map(([key, one, two]) => key === 'address' || key === 'nat_router' ? `${key} = ${one} ${two}` : `${key} = ${one}`); // prettier-ignore
  const server = fc.array(assign, { maxLength: 6 }).map((lines) => ['server s {', 'active = 1', ...lines, '}'].join('\n')); // prettier-ignore
  const section = fc.tuple(fc.constantFrom('virtual', 'failover'), fc.array(fc.oneof(assign, server), { maxLength: 12 })).map(([kind, lines]) => [`${kind} x {`, 'active = 1', ...lines, '}'].join('\n')); // prettier-ignore
  const lvs = fc
    .array(fc.oneof(assign, section), { minLength: 1, maxLength: 12 })
    .map((parts) => parts.join('\n'));

  it('of an lvs.cf of any keys, known and unknown, in any order', () => {
    fc.assert(
      fc.property(lvs, (text) => {
        const answered = mustAnswer(text, 'piranha');
        expect(lvsLines(text).filter((line) => !answered.has(line))).toEqual([]);
      }),
      { numRuns: 40 },
    );
  });

  const words = fc.array(fc.oneof(fc.constantFrom('192.0.2.10/24', '10.0.0.11', '21', 'dev', 'eth1', 'NAT', '"/bin/x y"', 'TCP', '5'), fc.stringMatching(/^[a-z0-9]{1,8}$/)), { maxLength: 3 }); // prettier-ignore
  const keyword = fc.oneof(fc.constantFrom(...KEEPALIVED_KEYWORDS), fc.stringMatching(/^[a-z_]{1,12}$/));
  const { statement } = fc.letrec<{ statement: string }>((tie) => ({
    statement: fc.tuple(keyword, words, fc.option(fc.array(tie('statement'), { maxLength: 4 }), { depthSize: 'small' })).map(([key, rest, block]) => `${[key, ...rest].join(' ')}${block === null ? '' : ` {\n${block.join('\n')}\n}`}`), // prettier-ignore
  }));
  const keepalived = fc.array(statement, { minLength: 1, maxLength: 10 }).map((parts) => parts.join('\n'));

  it('of a keepalived.conf of any keywords, known and unknown, nested in any way', () => {
    fc.assert(
      fc.property(keepalived, (text) => {
        const answered = mustAnswer(text, 'keepalived');
        const { all } = parseStatements(expandLines(text, configIds(text)[0]).lines);
        expect(all.filter(({ line }) => !answered.has(line)).map(({ key }) => key)).toEqual([]);
      }),
      { numRuns: 40 },
    );
  });
});

describe('any text is answered', PATIENCE, () => {
  it.each(['piranha', 'keepalived'] as const)('as %s', (format) => {
    fc.assert(fc.property(fc.string({ unit: 'binary' }), (text) => void mustAnswer(text, format)), { numRuns: 40 }); // prettier-ignore
  });

  it('made of the marks of both', () => {
    const marks = fc.constantFrom('{', '}', '"', "'", '=', ' = ', '\n', '#', '!', '$A', '${A}', '$A=', '\\\n', '@x ', '@^x ', '~SEQ(', 'virtual a {\n', 'server b {\n', 'active = 1\n', 'address = 192.0.2.1 eth0\n', 'vrrp_instance a {\n', 'virtual_server 192.0.2.1 21 {\n', 'real_server 10.0.0.1 21 {\n', 'virtual_ipaddress {\n', 'include x', ' 0x', '\r', '\0'); // prettier-ignore
    const text = fc.array(marks, { maxLength: 60 }).map((parts) => parts.join(''));
    fc.assert(fc.property(text, fc.constantFrom('piranha' as const, 'keepalived' as const), (all, format) => void mustAnswer(all, format, all.slice(9))), { numRuns: 120 }); // prettier-ignore
  });

  it('a fixture with any piece cut out, doubled or replaced', () => {
    const mutation = fc.record({ at: fc.nat(3000), length: fc.nat(40), put: fc.string({ unit: 'binary', maxLength: 8 }), double: fc.boolean() }); // prettier-ignore
    const changed = fc.tuple(
      fc.constantFrom(...FIXTURES),
      fc.array(mutation, { minLength: 1, maxLength: 4 }),
    );
    const apply = ([name, mutations]: readonly [
      string,
      readonly { at: number; length: number; put: string; double: boolean }[],
    ]): string =>
      // prettier-ignore
      mutations.reduce((was, { at, length, put, double }) => {
        const piece = was.slice(at, at + length);
        return `${was.slice(0, at)}${double ? piece + piece : put}${was.slice(at + length)}`;
      }, fixture(name));
    fc.assert(
      fc.property(changed, (each) => void mustAnswer(apply(each), undefined)),
      { numRuns: 40 },
    );
  });

  it.each([
    ['sections that are never closed', 'virtual a {\n', 'piranha'],
    ['quotes', '"', 'piranha'],
    ['braces', '{', 'keepalived'],
    ['blocks in blocks', 'a { ', 'keepalived'],
    ['conditions', '@a ', 'keepalived'],
    ['definitions', '$A=${A}${A}\n', 'keepalived'],
  ] as const)('%s without end', (_what, piece, format) => {
    mustAnswer(`vrrp_instance a {\nprimary = 1\n${piece.repeat(5_000)}`, format);
  });
});

it.each(FIXTURES)('%s is accepted when it is translated', (name) => {
  const result = importConfig({ text: fixture(name), format: undefined, file: name, peer: undefined });
  expect(result.ok && parseConfig(result.yaml, name).ok).toBe(true);
});
