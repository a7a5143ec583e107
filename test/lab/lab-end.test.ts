/**
 * A lab leaves nothing behind, however it ends: taken down in order, interrupted while it is being raised or later,
 * killed outright. "Nothing" is its namespaces, every process in them and its directory.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { raiseLab } from '../../src/lab/lab.js';
import { labDirectory, repositoryRoot } from '../../src/lab/paths.js';
import { until } from '../../src/until.js';
import { millis } from '../../src/time.js';

const freshToken = (): string => randomBytes(3).toString('hex');

const namespacesWith = (token: string): readonly string[] =>
  readdirSync('/run/netns').filter((name) => name.startsWith(`ftpair-${token}-`));

function commandLine(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ');
  } catch {
    // It has ended.
    return '';
  }
}

/** Living processes whose command line names the lab: `ip netns exec` children, daemons, servers, the janitor. */
const pidsWith = (token: string): readonly number[] =>
  readdirSync('/proc')
    .map(Number)
    .filter((pid) => pid > 0 && pid !== process.pid && commandLine(pid).includes(token));

const processesWith = (token: string): readonly string[] => pidsWith(token).map(commandLine);

const directoryOf = (token: string): string => join(labDirectory, 'run', token);

function holdLab(token: string): { holder: ChildProcess; raised: Promise<unknown> } {
  const script = join(repositoryRoot, 'test', 'lab', 'support', 'hold-lab.ts');
  const holder = spawn(process.execPath, ['--import', 'tsx', script, token], {
    cwd: repositoryRoot,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  return { holder, raised: once(holder.stdout, 'data') };
}

async function expectNothingLeft(token: string): Promise<void> {
  const left = (): string[] => [
    ...namespacesWith(token),
    ...processesWith(token),
    ...(existsSync(directoryOf(token)) ? [directoryOf(token)] : []),
  ];
  await until(() => left().length === 0, { what: 'nothing is left', within: millis(10_000) }).catch(
    () => undefined,
  );
  expect(left()).toEqual([]);
}

describe('a lab leaves nothing behind', () => {
  test('when it is taken down', async () => {
    const token = freshToken();
    const lab = await raiseLab({ token, servers: ['vsftpd'] });
    lab.client.spawn('sleep', ['600']);
    expect(namespacesWith(token)).toHaveLength(5);
    expect(existsSync(directoryOf(token))).toBe(true);
    await lab.down();
    // At once, not only soon.
    expect(namespacesWith(token)).toEqual([]);
    expect(existsSync(directoryOf(token))).toBe(false);
    await expectNothingLeft(token);
  });

  test.each(['SIGINT', 'SIGTERM', 'SIGHUP'] as const)(
    'when its process gets %s, and then ends by it',
    async (signal) => {
      const token = freshToken();
      const { holder, raised } = holdLab(token);
      await raised;
      expect(namespacesWith(token)).toHaveLength(5);
      holder.kill(signal);
      expect(await once(holder, 'exit')).toEqual([null, signal]);
      expect(namespacesWith(token)).toEqual([]);
      await expectNothingLeft(token);
    },
  );

  test('when its process is killed outright', async () => {
    const token = freshToken();
    const { holder, raised } = holdLab(token);
    await raised;
    expect(processesWith(token).length).toBeGreaterThan(0);
    holder.kill('SIGKILL');
    await expectNothingLeft(token);
  });

  test('when its process is killed outright after somebody has told the janitor to end', async () => {
    const token = freshToken();
    const { holder, raised } = holdLab(token);
    await raised;
    const janitors = pidsWith(token).filter((pid) => commandLine(pid).includes('janitor.sh'));
    expect(janitors).toHaveLength(1);
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.kill(janitors[0]!, signal);
    holder.kill('SIGKILL');
    await expectNothingLeft(token);
  });

  test.each(['wire', 'client'])(
    'when it is interrupted while it is raised, just after %s was made',
    async (machine) => {
      const token = freshToken();
      const { holder } = holdLab(token);
      const made = (): boolean => existsSync(`/run/netns/ftpair-${token}-${machine}`);
      await until(made, { what: 'the first namespace is there', within: millis(10_000), every: millis(1) });
      holder.kill('SIGINT');
      expect(await once(holder, 'exit')).toEqual([null, 'SIGINT']);
      await expectNothingLeft(token);
    },
  );

  test('when raising it fails half-way', async () => {
    const token = freshToken();
    // The same server twice: its namespace cannot be made a second time.
    await expect(raiseLab({ token, servers: ['vsftpd', 'vsftpd'] })).rejects.toThrow(/File exists/);
    await expectNothingLeft(token);
  });

  test('but a second lab of the same name is refused, and the first one lives on', async () => {
    const token = freshToken();
    const first = await raiseLab({ token, servers: [] });
    await expect(raiseLab({ token, servers: [] })).rejects.toThrow(`there is a lab ${token} already`);
    expect(namespacesWith(token)).toHaveLength(4);
    await first.down();
  });
});
