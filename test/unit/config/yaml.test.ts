/** Mistakes of YAML itself, and texts made to be trouble. `F` is the name of the file. */
import { describe, expect, it } from 'vitest';
import { GOOD, change, complaintsOf, hold } from './good.js';

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
      'F:15:14: services[0].address: *vip refers to an anchor that does not exist above',
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
      'F:9:5: pulse: a list, mapping or alias cannot be a key',
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
    expect(complaints.filter((line) => line.includes('the file holds more than 50000 values'))).toHaveLength(
      1,
    );
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
