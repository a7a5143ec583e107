/** Files on disk: the configuration that cannot be read, the key file, and what `ftpair check` prints. */
import { execFileSync, spawn } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { checkCommand } from '../../../src/cli/check.js';
import { generateKey, loadKey } from '../../../src/config/key-file.js';
import { loadConfig } from '../../../src/config/load.js';
import { Fatal } from '../../../src/fatal.js';
import { change, GOOD } from './good.js';

let directory = '';
beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'ftpair-config-'));
});
afterAll(() => {
  rmSync(directory, { recursive: true });
});

function write(name: string, content: string | Uint8Array, mode = 0o600): string {
  const file = join(directory, name);
  writeFileSync(file, content);
  chmodSync(file, mode);
  return file;
}

/** How many files more are open after something was done twenty times. */
function leftOpen(act: () => void): number {
  const open = (): number => readdirSync('/proc/self/fd').length;
  const before = open();
  for (let count = 0; count < 20; count++) act();
  return open() - before;
}

describe('a configuration file that cannot be read', () => {
  const problemOf = (file: string): string | undefined => {
    const result = loadConfig(file);
    return result.ok ? undefined : result.complaints.map(({ problem, line }) => `${line} ${problem}`).join();
  };

  it('is missing', () => {
    expect(problemOf(join(directory, 'none'))).toBe('0 cannot be read: there is no such file (ENOENT)');
  });

  it('is a directory', () => {
    expect(problemOf(directory)).toBe('0 cannot be read: it is a directory (EISDIR)');
  });

  it('lies below a file', () => {
    const below = join(write('file', ''), 'below');
    expect(problemOf(below)).toMatch(/^0 cannot be read: ENOTDIR: not a directory/);
  });

  it('is not text', () => {
    const file = write('binary', new Uint8Array([0x61, 0xff]));
    const whole = { file, line: 0, column: 0, path: '', level: 'error' };
    expect(loadConfig(file)).toEqual({
      ok: false,
      complaints: [{ ...whole, problem: 'is not UTF-8 text', cure: 'save it as UTF-8' }],
    });
  });

  it('never ends', () => {
    expect(loadConfig('/dev/zero')).toMatchObject({
      complaints: [
        {
          problem: 'is larger than 262144 bytes',
          cure: 'check that this is the configuration file',
          line: 0,
        },
      ],
    });
  });

  it('is too large by one byte', () => {
    const comment = (length: number): string => `#${'x'.repeat(length - 1)}`;
    expect(problemOf(write('large', comment(262_145)))).toBe('0 is larger than 262144 bytes');
    expect(problemOf(write('fits', comment(262_144)))).toBe('1 the file holds no configuration');
  });

  it('may come piece by piece out of a pipe', () => {
    const pipe = join(directory, 'pipe');
    execFileSync('mkfifo', [pipe]);
    const script = '{ printf "# "; sleep 0.1; cat "$0"; } >"$1"';
    spawn('sh', ['-c', script, write('piped', `ours\n${GOOD}`), pipe], { stdio: 'ignore' });
    expect(problemOf(pipe)).toBeUndefined();
  });

  it('is closed again', () => {
    const file = write('closed', GOOD);
    expect(leftOpen(() => loadConfig(file))).toBeLessThan(20);
  });

  it('may begin with a byte order mark', () => {
    expect(problemOf(write('bom', `\ufeff${GOOD}`))).toBeUndefined();
  });
});

describe('the key file', () => {
  // 32 bytes 00 01 … 1f, encoded by hand with RFC 4648 §4.
  const LINE = 'AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=';
  const BYTES = Uint8Array.from({ length: 32 }, (_, index) => index);

  function refusal(file: string): { status: number; message: string; cure: string } {
    try {
      loadKey(file);
    } catch (error) {
      if (error instanceof Fatal) return { status: error.status, message: error.message, cure: error.cure };
      throw error;
    }
    throw new Error('the key was taken');
  }

  it('holds 32 bytes in one line of base64', () => {
    expect(loadKey(write('key', `${LINE}\n`))).toEqual(BYTES);
  });

  it('may hold comments, empty lines and line ends of another system', () => {
    expect(loadKey(write('comments', `# ours\r\n\r\n  ${LINE}  \r\n# end`, 0o400))).toEqual(BYTES);
  });

  it('is made anew each time and can be read', () => {
    const [one, two] = [generateKey(), generateKey()];
    expect(one.split('\n')[0]).toBe(
      '# ftpair: the key that both directors share. Keep it secret (chmod 600) and the same on both.',
    );
    expect(loadKey(write('one', one))).toHaveLength(32);
    expect(loadKey(write('two', two))).not.toEqual(loadKey(write('one', one)));
  });

  it('is missing: the cure makes one', () => {
    const file = join(directory, 'no.key');
    expect(refusal(file)).toEqual({
      status: 3,
      message: `key file ${file} does not exist`,
      cure: `make one with \`(umask 077; ftpair keygen > ${file})\` and copy it to the other director (scp -p)`,
    });
  });

  it.each([
    [0o640, '0640'],
    [0o604, '0604'],
    [0o620, '0620'],
  ])('is refused with mode %d', (mode, bits) => {
    const file = write(`mode${bits}`, LINE, mode);
    expect(refusal(file)).toEqual({
      status: 3,
      message: `key file ${file} can be used by others than its owner (mode ${bits})`,
      cure: `run \`chmod 600 ${file}\``,
    });
  });

  it('is refused when it is a directory', () => {
    const file = join(directory, 'directory.key');
    mkdirSync(file, { mode: 0o700 });
    expect(refusal(file)).toMatchObject({
      message: `key file ${file} is not a regular file`,
      cure: `point key_file at a file, or make one with \`(umask 077; ftpair keygen > ${file})\` and copy it to the other director (scp -p)`,
    });
  });

  it('is refused when it lies below a file', () => {
    const file = join(write('file', ''), 'below');
    expect(refusal(file)).toEqual({
      status: 3,
      message: `key file ${file} cannot be opened (ENOTDIR)`,
      cure: "run as root, or give the file to the daemon's user",
    });
  });

  it('is closed again, taken or refused', () => {
    const [good, bad] = [write('good', LINE), write('bad', 'x')];
    expect(leftOpen(() => loadKey(good))).toBeLessThan(20);
    expect(leftOpen(() => refusal(bad))).toBeLessThan(20);
  });

  it.each([
    ['nothing', '# only a comment\n', '0 lines found'],
    ['two lines', `${LINE}\n${LINE}\n`, '2 lines found'],
    ['31 bytes', 'AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHg==', 'a line of 44 characters found'],
    ['33 bytes', 'AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8g', 'a line of 44 characters found'],
    ['a character that is not base64', LINE.replace('Q', '*'), 'a line of 44 characters found'],
    ['bits behind the last byte', LINE.replace('8=', '9='), 'a line of 44 characters found'],
    ['the URL alphabet', LINE.replace('Hh8=', 'Hh-='), 'a line of 44 characters found'],
  ])('is refused with %s', (_what, text, found) => {
    const { message } = refusal(write('wrong', text));
    expect(message.endsWith(`does not hold a key: one line of base64 for 32 bytes is wanted, ${found}`)).toBe(
      true,
    );
    // The content is a secret, even when it is wrong.
    expect(message).not.toContain('AAEC');
  });
});

describe('ftpair check', () => {
  function check(file: string): { status: number; lines: string[] } {
    const lines: string[] = [];
    return { status: checkCommand(file, (line) => lines.push(line)), lines };
  }

  it('says ok and what the file holds', () => {
    const file = write('good.yaml', GOOD);
    const { status, lines } = check(file);
    expect(status).toBe(0);
    expect(lines).toEqual([
      `${file}: ok`,
      expect.stringMatching(
        /^alpha and beta, 2 pulse paths, 1 public virtual address, 1 gateway address, 1 service, 2 real servers, fingerprint [0-9a-f]{16}$/,
      ),
    ]);
  });

  it('says warnings and that the file is ok', () => {
    const file = write('warning.yaml', change('10.0.0.12', '10.0.1.12'));
    const { status, lines } = check(file);
    expect(status).toBe(0);
    expect(lines[0]).toMatch(
      /^.*:18:31: warning: services\[0\]\.servers\[1\]\.address: 10\.0\.1\.12 is outside/,
    );
    expect(lines[1]).toBe(`${file}: ok`);
    expect(lines[2]).toMatch(/, 1 warning, fingerprint /);
  });

  it('says every complaint and answers no', () => {
    const file = write('bad.yaml', change('10.0.0.12', '10.0.1.12', change('name: alpha', 'name: 1')));
    const { status, lines } = check(file);
    expect(status).toBe(1);
    expect(lines).toHaveLength(3);
    expect(lines[0]).toBe(`${file}:2:11: nodes[0].name: must be text, not the number 1; write \`name: "1"\``);
    expect(lines[2]).toBe(`${file}: not usable: 1 error, 1 warning`);
  });

  it('answers no when there is no file', () => {
    const file = join(directory, 'none.yaml');
    expect(check(file)).toEqual({
      status: 1,
      lines: [
        `${file}: cannot be read: there is no such file (ENOENT); check the path and the permissions`,
        `${file}: not usable: 1 error`,
      ],
    });
  });
});
