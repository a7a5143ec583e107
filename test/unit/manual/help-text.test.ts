import { describe, expect, it } from 'vitest';
import { examplesOf, helpBlocks, ownCommands } from '../../../src/manual/help-text.js';

const TEXT = `
Examples:
  ftpair drain one                      wait until it is empty
  ftpair drain ftp6/one --no-wait

On either router. It holds
on both.`;

describe('the text of a help', () => {
  it('is lists and sentences', () => {
    expect(helpBlocks(TEXT)).toEqual([
      {
        kind: 'list',
        title: 'Examples',
        lines: [
          { term: 'ftpair drain one', note: 'wait until it is empty' },
          { term: 'ftpair drain ftp6/one --no-wait', note: '' },
        ],
      },
      { kind: 'text', text: 'On either router. It holds on both.' },
    ]);
  });

  it('has examples', () => {
    expect(examplesOf(TEXT)).toEqual(['ftpair drain one', 'ftpair drain ftp6/one --no-wait']);
  });
});

describe('the commands of an example', () => {
  it.each([
    ['ftpair check --config new.yaml && cp new.yaml old.yaml', [['check', '--config', 'new.yaml']]],
    ['(umask 077; ftpair keygen > /etc/ftpair/pair.key)', [['keygen']]],
    ['ftpair compare > /dev/null || echo "not alike"', [['compare']]],
    ['eval "$(ftpair completion bash)"', [['completion', 'bash']]],
    ['watch -n 1 ftpair status', []],
    ['# yaml-language-server: $schema=ftpair.schema.json', []],
  ])('%s', (example, commands) => {
    expect(ownCommands(example, 'ftpair')).toEqual(commands);
  });
});
