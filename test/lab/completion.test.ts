/**
 * Completion scripts and man pages of the built command, in the hands of the programs that they are made for: bash, zsh and
 * fish; man and mandoc. No namespaces; a control socket of the test's own knows the servers.
 */
import { spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { execFile } from 'node:child_process';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Control, startControl } from '../../src/control/server.js';
import { prepared } from '../../src/lab/paths.js';
import { HANDLERS } from '../unit/control/handlers.js';

const run = promisify(execFile);
const directory = mkdtempSync(join(tmpdir(), 'ftpair-completion-'));
const runtimeDir = join(directory, 'run');
const env = {
  ...process.env,
  PATH: `${directory}:${process.env['PATH'] ?? ''}`,
  HOME: directory,
  TERM: 'dumb',
};
let control: Control;

function ftpair(...words: string[]): string {
  const { stdout, status } = spawnSync(process.execPath, [prepared('dist/main.js'), ...words], {
    encoding: 'utf8',
  });
  expect(status).toBe(0);
  return stdout;
}

beforeAll(async () => {
  const program = join(directory, 'ftpair');
  writeFileSync(program, `#!/bin/sh\nexec '${process.execPath}' '${prepared('dist/main.js')}' "$@"\n`);
  chmodSync(program, 0o755);
  mkdirSync(join(directory, 'some'));
  writeFileSync(join(directory, 'some', 'pair.yaml'), '');
  for (const shell of SHELLS) writeFileSync(join(directory, `script.${shell}`), ftpair('completion', shell));
  control = await startControl({ path: join(runtimeDir, 'control.sock'), handlers: HANDLERS });
});

afterAll(async () => {
  await control.close();
  rmSync(directory, { recursive: true, force: true });
});

const SHELLS = ['bash', 'zsh', 'fish'] as const;
type Shell = (typeof SHELLS)[number];

/** What the shell offers for the last word of a line, in alphabetical order. */
async function offers(shell: Shell, ...line: readonly string[]): Promise<string[]> {
  const { stdout } = await run(shell, [...STARTS[shell], HOW[shell], ...line], { env, cwd: directory });
  return stdout
    .split('\n')
    .map((word) => word.split('\t')[0] ?? '')
    .filter((word) => word !== '')
    .toSorted();
}

const STARTS: Readonly<Record<Shell, readonly string[]>> = {
  bash: ['--norc', '-c'],
  zsh: ['-f', '-c'],
  fish: ['--no-config', '-c'],
};

/** Each shell's own way to complete without a terminal. zsh's builtins are replaced by ones that print; \`$0\` is the first word in bash and zsh. */
const HOW: Readonly<Record<Shell, string>> = {
  bash: `. script.bash; COMP_WORDS=(ftpair "$@"); COMP_WORDS=("$0" "$@"); COMP_CWORD=$#; _ftpair; printf '%s\\n' "\${COMPREPLY[@]}"`,
  zsh: `
    compdef() { : }
    compset() { PREFIX=\${PREFIX#*=} }
    _describe() { local -a words; words=(\${(P)3}); print -l -- \${(M)\${words%%:*}:#$PREFIX*} }
    compadd() { local -a words; words=(\${(P)2}); print -l -- \${(M)words:#$PREFIX*} }
    _files() { local -a found; [[ $1 == -/ ]] && found=($PREFIX*(N/)) || found=($PREFIX*(N)); print -l -- $found }
    source ./script.zsh
    words=("$0" "$@"); CURRENT=$#words; PREFIX=$words[CURRENT]
    _ftpair`,
  fish: `source script.fish; complete -C "$(string join ' ' -- $argv)"`,
};

describe.each(SHELLS)('completion in %s', (shell) => {
  it('of commands', async () => {
    expect(await offers(shell, 'ftpair', 'dra')).toEqual(['drain']);
    expect(await offers(shell, 'ftpair', 'co')).toEqual(expect.arrayContaining(['compare', 'completion']));
  });

  it('of options, after the arguments too', async () => {
    expect(await offers(shell, 'ftpair', 'status', '--')).toEqual([
      '--help',
      '--history',
      '--json',
      '--probes',
      '--runtime-dir',
    ]);
    expect(await offers(shell, 'ftpair', 'drain', 'one', '--no')).toEqual(['--no-wait']);
  });

  it('of choices', async () => {
    expect(await offers(shell, 'ftpair', 'force', 'one', '')).toEqual(['auto', 'down', 'up']);
    expect(await offers(shell, 'ftpair', 'run', '--log-level', 'd')).toEqual(['debug']);
    expect(await offers(shell, 'ftpair', 'completion', 'z')).toEqual(['zsh']);
  });

  it('of names that the running daemon knows', async () => {
    const at = ['--runtime-dir', runtimeDir];
    expect(await offers(shell, 'ftpair', 'drain', ...at, '')).toEqual(['s1', 's2']);
    expect(await offers(shell, 'ftpair', 'sessions', ...at, '--server', 's2')).toEqual(['s2']);
  });

  it('of nothing where no daemon runs, quickly', async () => {
    const from = performance.now();
    expect(await offers(shell, 'ftpair', 'drain', '--runtime-dir', '/nonexistent', '')).toEqual([]);
    expect(performance.now() - from).toBeLessThan(5000);
  });

  it('of files and directories', async () => {
    expect(await offers(shell, 'ftpair', 'check', '--config', 'some/p')).toEqual(['some/pair.yaml']);
    const [found = ''] = await offers(shell, 'ftpair', 'status', '--runtime-dir', 'so');
    expect(found.replace(/\/$/, '')).toBe('some');
  });
});

describe('the completion script', () => {
  it.each(SHELLS)('for %s has no mistake that the shell finds by reading', (shell) => {
    const { status, stderr } = spawnSync(shell, ['-n', `script.${shell}`], {
      cwd: directory,
      env,
      encoding: 'utf8',
    });
    expect([status, stderr]).toEqual([0, '']);
  });
});

describe.each(['ftpair.1', 'ftpair.yaml.5', 'ftpair.8'])('the man page %s', (page) => {
  it('is shown by man without a warning', () => {
    const file = join(directory, page);
    writeFileSync(file, ftpair('man', page));
    const shown = spawnSync('man', ['--warnings', '-E', 'UTF-8', '-l', file], {
      env: { ...env, MANWIDTH: '80', MAN_KEEP_FORMATTING: '' },
      encoding: 'utf8',
    });
    expect([shown.status, shown.stderr]).toEqual([0, '']);
    expect(shown.stdout).toMatch(/^NAME$/m);
    // Longer than a stub, and nothing that roff has not understood.
    expect(shown.stdout.split('\n').length).toBeGreaterThan(50);
    expect(shown.stdout).not.toMatch(/\\f|\\-|^\./m);
  });

  it('has no warning of mandoc', () => {
    const lint = spawnSync('mandoc', ['-T', 'lint', '-W', 'warning'], {
      input: ftpair('man', page),
      encoding: 'utf8',
    });
    expect([lint.status, lint.stdout]).toEqual([0, '']);
  });
});
