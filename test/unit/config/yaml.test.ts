/** Mistakes of YAML itself, and texts made to be trouble. `F` is the name of the file. */
import { describe, expect, it } from 'vitest';
import { parseConfig } from '../../../src/config/load.js';
import { after, GOOD, change, complaintsOf, hold, LAST } from './good.js';

describe('the text as YAML', () => {
  hold([
    [
      'a tab as indentation',
      '    address: 192.0.2.10',
      '\taddress: 192.0.2.10',
      'F:15:1: a tab indents this line; indent with spaces only',
    ],
    [
      'a key twice',
      'key_file: /etc',
      'key_file: /a\n  key_file: /etc',
      'F:10:3: this key is written twice; keep one of the two',
    ],
    [
      'a key twice, of which the first counts',
      'name: ftp\n',
      'name: ftp\n    port: 0\n    port: 1\n',
      'F:15:11: services[0].port: must be',
      'F:16:5: this key is written twice',
    ],
    [
      'a rule that would miss what YAML has lost',
      '[192.0.2.10/24]',
      '[192.0.2.9/24',
      'F:12:3: the indentation does not fit',
    ],
    ['an open bracket', '[10.0.0.1/24]', '[10.0.0.1/24', 'F:13:1: the indentation does not fit'],
    [
      'an open quote',
      'name: ftp',
      'name: "ftp',
      'F:19:1: not valid YAML: Missing closing "quote; check indentation',
    ],
    ['two keys on one line', 'name: ftp', 'name: ftp: x', 'F:14:11: two keys stand on one line'],
    ['a second document', 'services:', '---\nservices:', 'F:13:1: a second document begins here'],
    [
      'an alias to nothing',
      'address: 192.0.2.10',
      'address: *vip',
      'F:15:14: services[0].address: *vip refers to an anchor that does not exist above; mark the value that it repeats with &vip',
    ],
    [
      'an alias to nothing on each of two lines',
      GOOD.slice(GOOD.indexOf('192.0.2.10\n')),
      '*vip\n    servers:\n      - { name: one, address: *one }\n',
      'F:15:14: services[0].address: *vip refers',
      'F:17:31: services[0].servers[0].address: *one refers',
    ],
    [
      'an alias with a control character and a long name',
      'address: 192.0.2.10',
      `address: *a\u0007${'b'.repeat(59)}`,
      `F:15:14: services[0].address: *a?${'b'.repeat(58)} refers to`,
    ],
    [
      'two keys of one line twice',
      '{ name: two, address: 10.0.0.12 }',
      '{ name: two, name: x, address: 10.0.0.12, address: 10.0.0.13 }',
      'F:18:22: this key is written twice',
      'F:18:51: this key is written twice',
    ],
    [
      'an alias inside its own anchor',
      '[10.0.0.1/24]',
      '&g [10.0.0.1/24, *g]',
      'F:12:29: virtual_addresses.gateway[1]: *g repeats the value that it stands in; write the value here',
    ],
    [
      'a key that is a list',
      'key_file',
      '? [a]\n  : b\n  key_file',
      'F:9:5: pulse: a list, mapping or alias cannot be a key; write a plain word before the colon, such as `name: alpha`',
    ],
    [
      'the one key that JavaScript cannot hold',
      'key_file',
      '__proto__: 1\n  key_file',
      'F:9:3: pulse: "__proto__" cannot be a key',
    ],
    [
      'an unknown tag is a warning',
      'name: ftp',
      'name: !fish ftp',
      'F:14:11: warning: not valid YAML: Unresolved tag: !fish',
    ],
    [
      "a sentence of the parser's with 120 characters is shown whole",
      'name: ftp',
      `name: !${'x'.repeat(103)} ftp`,
      `F:14:11: warning: not valid YAML: Unresolved tag: !${'x'.repeat(103)}; check indentation`,
    ],
    [
      "a longer sentence of the parser's is cut",
      'name: ftp',
      `name: !${'x'.repeat(104)} ftp`,
      `F:14:11: warning: not valid YAML: Unresolved tag: !${'x'.repeat(100)}...; check indentation`,
    ],
  ]);

  it.each([
    ['an empty file', '', 'F:1:1: the file holds no configuration; begin with'],
    ['only comments', '# nothing\n', 'F:1:1: the file holds no configuration; begin with'],
    ['a list', '- a\n', 'F:1:1: the file must be a mapping, not a list; begin with'],
    ['a word', 'hello\n', 'F:1:1: the file must be a mapping, not "hello"; begin with'],
  ])('%s', (_what, text, start) => {
    const complaints = complaintsOf(text);
    expect(complaints.map((line) => line.slice(0, start.length))).toEqual([start]);
  });

  it('refuses brackets 33 deep and looks no further', () => {
    expect(complaintsOf(`track: ${'['.repeat(33)}`)[0]).toMatch(/^F:1:40: is nested deeper than 32 levels; /);
  });

  const steps = (count: number, mark: string): string =>
    Array.from({ length: count }, (_, depth) => `${' '.repeat(depth)}${mark}`).join('\n');

  it.each([
    [
      'mappings',
      'a:',
      'F:33:36: a.a.a: is nested deeper than 32 levels; look for a bracket that is never closed',
    ],
    [
      'lists',
      '-',
      'F:33:35: [0][0][0]: is nested deeper than 32 levels; look for a bracket that is never closed',
    ],
  ])('refuses %s 33 deep by indentation, and not 32 deep', (_what, mark, complaint) => {
    expect(complaintsOf(`${steps(33, mark)} 1\n`).at(-1)).toBe(complaint);
    expect(complaintsOf(`${steps(32, mark)} 1\n`).filter((line) => line.includes('nested'))).toEqual([]);
  });

  it('refuses lists 33 deep by aliases that stand in each other', () => {
    const lines = Array.from({ length: 20 }, (_, depth) => `l${depth + 1}: &l${depth + 1} [*l${depth}]`);
    expect(complaintsOf(['l0: &l0 [x]', ...lines].join('\n')).map((line) => line.slice(0, 50))).toContain(
      'F:1:9: l16[0][0]: is nested deeper than 32 levels;',
    );
  });

  it.each([
    ['a key that is none', '? [a]\n: b'],
    ['an alias to nothing', 'track: [*a]'],
    ['too many values', `track: [&a 192.0.2.1${', *a'.repeat(1000)}]`],
  ])('cannot be used with %s and nothing else wrong', (_what, more) => {
    expect(parseConfig(change(LAST, after(more)), 'F').ok).toBe(false);
  });

  it('tells what breaks a rule beside a key that is none', () => {
    const text = change('name: beta', 'name: alpha', change('key_file', '? [a]\n  : b\n  key_file'));
    expect(complaintsOf(text).map((line) => line.slice(0, 30))).toEqual([
      'F:5:11: nodes[1].name: both no',
      'F:9:5: pulse: a list, mapping ',
    ]);
  });

  it('tells an unknown key although YAML is lost inside its value', () => {
    expect(complaintsOf('fish: [\nservices: 4\n').map((line) => line.slice(0, 22))).toEqual([
      'F:1:1: fish: unknown k',
      'F:2:1: the indentation',
    ]);
  });

  it('knows brackets in strings and comments from real ones', () => {
    const text = `${GOOD}track: [] # ${'['.repeat(99)}\ncheck: { password: "${'{'.repeat(99)}" }\n`;
    expect(complaintsOf(text)).toEqual([]);
  });

  it('refuses aliases that multiply', () => {
    const lines = ['a: &a [x, x, x, x, x, x, x, x, x, x]'];
    for (const [was, is] of ['ab', 'bc', 'cd', 'de', 'ef'] as const) {
      lines.push(`${is}: &${is} [${Array.from({ length: 10 }, () => `*${was}`).join(', ')}]`);
    }
    const complaints = complaintsOf(lines.join('\n'));
    const found = complaints.filter((line) => line.includes('the file holds more than 50000 values'));
    expect(found.map((line) => line.slice(line.indexOf(';')))).toEqual([
      '; look for aliases that repeat other aliases',
    ]);
  });

  it('takes an anchor and its alias', () => {
    const text = `${change('servers:\n', 'servers: &both\n')}  - name: other\n    address: 192.0.2.10\n    port: 2121\n    servers: *both\n`;
    expect(complaintsOf(text)).toEqual([]);
  });

  it('does not miss in one place what YAML has lost in another', () => {
    const services = GOOD.slice(GOOD.indexOf('services:'));
    const text = `${services}virtual_addresses:\n  public: [192.0.2.9/24\n  gateway: [10.0.0.1/24]\n`;
    expect(complaintsOf(text)).toEqual([
      'F:9:3: the indentation does not fit the lines above; indent everything of one list or mapping by the same number of spaces, and close every bracket',
    ]);
  });

  it('says what is wrong before the place where YAML is lost, and nothing about what may be behind it', () => {
    expect(
      complaintsOf('nodes: 3\nfish: 1\npulse: [\nservices: 4\n').map((line) => line.slice(0, 22)),
    ).toEqual(['F:1:8: nodes: must be ', 'F:2:1: fish: unknown k', 'F:4:1: the indentation']);
  });
});
