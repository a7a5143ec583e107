/** What is made of the tree: places of a command line, and pages. Their scripts are run by real shells in test/lab/completion. */
import { describe, expect, it } from 'vitest';
import { bashScript } from '../../../src/manual/bash.js';
import { placesOf, valueFlags } from '../../../src/manual/candidates.js';
import { commandManPage } from '../../../src/manual/command-page.js';
import { configManPage } from '../../../src/manual/config-page.js';
import type { CommandPage } from '../../../src/manual/tree.js';

const HEAD = { version: '0.1.0', date: '2026-01-31' };
const VALUE = { required: true, variadic: false, choices: [] };
const TREE: CommandPage = {
  name: 'ftpair',
  description: "Two routers. It's a pair.",
  arguments: [],
  options: [],
  text: '',
  commands: [
    {
      name: 'force',
      description: 'let a server be up or down',
      arguments: [
        { ...VALUE, name: 'server', description: 'its name' },
        { ...VALUE, name: 'state', description: 'what it is', choices: ['up', 'down'] },
      ],
      options: [
        {
          short: '-d',
          long: '--runtime-dir',
          value: { ...VALUE, name: 'dir' },
          description: 'where',
          otherwise: '/run/ftpair',
        },
      ],
      commands: [],
      text: 'Examples:\n  ftpair force one up     new sessions\n\nOn either router.',
    },
  ],
};

describe('the places of a command line', () => {
  it('are options, commands, arguments and values', () => {
    expect(
      placesOf(TREE).map(({ key, candidates, source }) => [
        key,
        source ?? candidates.map(({ word }) => word).join(' '),
      ]),
    ).toEqual([
      ['ftpair:commands', 'force'],
      ['ftpair force:options', '--runtime-dir'],
      ['ftpair force:1', 'servers'],
      ['ftpair force:2', 'up down'],
      ['ftpair force:--runtime-dir', 'directories'],
      ['ftpair force:-d', 'directories'],
    ]);
  });

  it('know which options take a word', () => {
    expect(valueFlags(TREE)).toEqual(['ftpair force:--runtime-dir', 'ftpair force:-d']);
  });

  it('are in the script for bash', () => {
    expect(bashScript(TREE)).toContain(`    'ftpair force:2') echo 'up down' ;;\n`);
  });
});

describe('ftpair(1)', () => {
  it('is man(7)', () => {
    expect(commandManPage(TREE, HEAD).split('\n')).toEqual([
      '.TH FTPAIR 1 2026-01-31 "ftpair 0.1.0"',
      '.SH "NAME"',
      'ftpair \\- two routers in front of FTP servers',
      '.SH "SYNOPSIS"',
      '\\fBftpair\\fR \\fIcommand\\fR [\\fIoptions\\fR]',
      '.SH "DESCRIPTION"',
      'Two routers. It\\(aqs a pair.',
      '.SH "OPTIONS"',
      '.SH "COMMANDS"',
      '.SS "ftpair force <server> <state>"',
      'Let a server be up or down.',
      '.TP',
      '\\fIserver\\fR',
      'Its name.',
      '.TP',
      '\\fIstate\\fR',
      'What it is. One of \\fBup\\fR, \\fBdown\\fR.',
      '.TP',
      '\\fB\\-d\\fR, \\fB\\-\\-runtime\\-dir\\fR \\fIdir\\fR',
      'Where. Default: /run/ftpair.',
      '.PP',
      'Examples:',
      '.RS 4',
      '.TP',
      '\\fBftpair force one up\\fR',
      'new sessions',
      '.RE',
      '.PP',
      'On either router.',
      '.SH "SEE ALSO"',
      '\\fBftpair.yaml\\fR(5), \\fBftpair\\fR(8)',
      '',
    ]);
  });
});

describe('ftpair.yaml(5)', () => {
  it('lists keys with their paths, defaults and examples', () => {
    const schema = {
      description: 'One file.',
      required: ['pulse'],
      properties: {
        pulse: {
          description: 'The heartbeat.',
          properties: { interval: { description: 'How often.', default: '20ms', examples: ['10ms'] } },
        },
      },
    };
    const text = configManPage(schema, HEAD);
    expect(text).toContain('.SS "pulse"\nThe heartbeat. Required.\n.RS 4\n.TP\n\\fBpulse.interval\\fR\n');
    expect(text).toContain('How often. Default: \\fB20ms\\fR. Example: \\fB10ms\\fR.\n');
  });
});
