import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { checkCommand } from '../../../src/cli/check.js';
import { runCommand } from '../../../src/cli/program.js';
import { fixture } from '../migration/fixture.js';

interface Result {
  readonly status: number;
  readonly out: string;
  readonly err: string;
}

/** Runs one command line. */
async function ftpair(...words: readonly string[]): Promise<Result> {
  let [out, err] = ['', ''];
  const screen = { out: (text: string) => void (out += text), err: (text: string) => void (err += text), colour: false, columns: 100 }; // prettier-ignore
  const status = await runCommand(words, { screen, runDaemon: () => Promise.reject(new Error('no daemon')) });
  return { status, out, err };
}

let directory = '';
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'ftpair-import-'));
});
afterEach(() => {
  rmSync(directory, { recursive: true });
});

/** A file with this text. */
function file(name: string, text: string): string {
  const path = join(directory, name);
  writeFileSync(path, text);
  return path;
}

describe('ftpair import', () => {
  test('prints a config that ftpair check accepts, and findings with file and line', async () => {
    const input = file('lvs.cf', fixture('ftp.lvs.cf'));
    const { status, out, err } = await ftpair('import', input);
    expect(status).toBe(0);
    const lines: string[] = [];
    expect(checkCommand(file('new.yaml', out), (line) => lines.push(line))).toBe(0);
    expect(lines[0]).toMatch(/new\.yaml: ok$/);
    expect(err).toContain(`${input}:7: heartbeat_port: is left out: ftpair uses UDP 7390 to 7392, so that both can run side by side; open these ports between the routers, on both LANs\n`); // prettier-ignore
    expect(err).not.toContain('nat_router');
    expect(err).toMatch(/lvs\.cf: 27 taken over as they are \(--verbose lists them\), 6 with another meaning, 3 left out, 3 warnings, 5 to fill in, nothing lost that clients would notice\n$/); // prettier-ignore
  });

  test('lists with --verbose also what was taken over as it is', async () => {
    const input = file('lvs.cf', fixture('ftp.lvs.cf'));
    const { err } = await ftpair('import', input, '--verbose');
    expect(err).toContain(`${input}:11: nat_router: became virtual_addresses.gateway[0]; nothing to do\n`);
  });

  test('ends with 1 where something is lost that clients would notice', async () => {
    const { status, out } = await ftpair('import', file('lvs.cf', fixture('traps.lvs.cf')));
    expect(status).toBe(1);
    expect(out).toContain('services:\n');
  });

  test('knows a keepalived.conf by its content', async () => {
    const { status, out } = await ftpair('import', file('any.txt', fixture('nat.keepalived.conf')));
    expect(status).toBe(0);
    expect(out).toContain('describes (keepalived)');
  });

  test('refuses a file that is neither, with the cure', async () => {
    const input = file('hosts', '127.0.0.1 localhost\n');
    expect(await ftpair('import', input)).toEqual({
      status: 3,
      out: '',
      err: `ftpair: ${input} is neither an lvs.cf nor a keepalived.conf\n  cure: give Piranha's /etc/sysconfig/ha/lvs.cf or keepalived's /etc/keepalived/keepalived.conf, and say --format if it is one of them\n`,
    });
    expect((await ftpair('import', file('empty', ''), '--format', 'piranha')).status).toBe(3);
  });

  test('refuses a file that is not there, is no text, or is too large', async () => {
    expect((await ftpair('import', join(directory, 'none'))).status).toBe(3);
    const large = file('large', 'serial_no = 1\n'.repeat(20_000));
    expect((await ftpair('import', large)).err).toContain('is larger than 262144 bytes');
  });

  test('writes to --output, and over a file that exists only with --force', async () => {
    const input = file('lvs.cf', fixture('ftp.lvs.cf'));
    const output = join(directory, 'new.yaml');
    expect(await ftpair('import', input, '--output', output)).toMatchObject({ status: 0, out: '' });
    const first = readFileSync(output, 'utf8');
    expect(first).toContain('services:\n');
    writeFileSync(output, 'mine');
    expect(await ftpair('import', input, '--output', output)).toMatchObject({
      status: 1,
      out: '',
      err: `ftpair: ${output} exists already\n  cure: name another file, or say --force\n`,
    });
    expect(readFileSync(output, 'utf8')).toBe('mine');
    expect((await ftpair('import', input, '--output', output, '--force')).status).toBe(0);
    expect(readFileSync(output, 'utf8')).toBe(first);
  });

  test("compares with the other router's file", async () => {
    const text = fixture('ftp.lvs.cf');
    const peer = file('peer.cf', text.replace('serial_no = 41', 'serial_no = 40'));
    const { err } = await ftpair('import', file('lvs.cf', text), '--peer-file', peer);
    expect(err).toContain('lvs.cf:1: serial_no: differs: "41" here, "40" in line 1 of the peer\'s file; ');
  });
});
