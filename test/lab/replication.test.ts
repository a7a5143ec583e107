/** The backup's kernel, compared with the active's entry by entry, after what could make them differ. */
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { RemoteSession } from '../../src/lab/client.js';
import { content } from '../../src/lab/content.js';
import { type Lab, raiseLab } from '../../src/lab/lab.js';
import type { Finished } from '../../src/lab/ip-command.js';
import type { DirectorName } from '../../src/lab/plan.js';
import { until } from '../../src/until.js';
import { millis } from '../../src/time.js';
import { kernelOf, spoilAnnounced, spoilKernel } from './support/kernel.js';
import { settled } from './support/settled.js';
import { MODES } from './support/survivors.js';

let lab: Lab;
const sessions: RemoteSession[] = [];

beforeAll(async () => {
  lab = await raiseLab({ servers: ['vsftpd', 'proftpd'] });
  lab.director('alpha').start();
  lab.director('beta').start();
  await settled(lab, 'alpha', 'beta');
  for (const mode of MODES) {
    const session = await lab.client.session();
    sessions.push(session);
    await session.prepare(mode);
    await session.retrieve(content.small.name);
    await session.prepare(mode);
  }
});

afterAll(async () => {
  await lab.down();
});

async function alike(what: string): Promise<readonly string[]> {
  return until(
    async () => {
      const [active, backup] = await Promise.all([kernelOf(lab, 'alpha'), kernelOf(lab, 'beta')]);
      const missing = active.filter((line) => !backup.includes(line));
      const alien = backup.filter((line) => !active.includes(line));
      if (missing.length + alien.length > 0)
        throw new Error(
          [...missing.map((line) => `- ${line}`), ...alien.map((line) => `+ ${line}`)].join('\n'),
        );
      return active;
    },
    { what: `both kernels hold the same ${what}`, within: millis(20_000), every: millis(200) },
  );
}

function compare(name: DirectorName): Promise<Finished> {
  const program = fileURLToPath(new URL('../../dist/main.js', import.meta.url));
  return lab
    .director(name)
    .run(process.execPath, [program, 'compare', '--runtime-dir', lab.director(name).runtimeDir]);
}

describe('the backup’s kernel', () => {
  it('holds what the active’s does: flows, offsets, and announced channels', async () => {
    const lines = await alike('after four sessions');
    expect(lines.filter((line) => line.startsWith('expectation'))).toHaveLength(4);
    expect(lines.filter((line) => line.includes('"helper":"ftp"'))).toHaveLength(4);
  });

  it('says how far it lags behind, in milliseconds', async () => {
    const { lag } = (await lab.director('alpha').status()).sync;
    expect(lag?.p50).toBeGreaterThan(0);
    expect(lag?.max).toBeLessThan(1000);
  });

  it('is found alike by `ftpair compare`, from either side', async () => {
    for (const name of ['alpha', 'beta'] as const) {
      const { status, stdout } = await compare(name);
      expect(stdout).toMatch(/^\d+ entries in this kernel, the same in the peer's\n$/);
      expect(status).toBe(0);
    }
  });

  it('is mended when an entry vanishes or changes behind the daemon’s back', async () => {
    expect(await spoilKernel(lab, 'beta')).toEqual([0, 0]);
    const { status, stdout } = await compare('alpha');
    expect(stdout).toMatch(/offsets .*200 at 1\n[^]*not as in the peer's/);
    expect(status).toBe(1);
    const lines = await alike('again');
    expect(lines.filter((line) => line.startsWith('expectation'))).toHaveLength(4);
    expect((await lab.director('beta').status()).sync.repairs).toBeGreaterThanOrEqual(1);
  });

  it('is mended when announced channels vanish alone, all of them or one, and when one leads elsewhere', async () => {
    const repairs = async (): Promise<number> => (await lab.director('beta').status()).sync.repairs;
    const before = await repairs();
    expect(await lab.director('beta').run('conntrack', ['-F', 'expect'])).toMatchObject({ status: 0 });
    const all = await alike('after a flush');
    expect(all.filter((line) => line.startsWith('expectation'))).toHaveLength(4);
    expect(await repairs()).toBe(before + 4);
    expect(await spoilAnnounced(lab, 'beta')).toEqual([0, 0, 0, 0]);
    expect(await alike('once more')).toEqual(all);
    expect(await repairs()).toBe(before + 6);
  });

  it('opens the channels that were written anew, when the active has lost its power', async () => {
    lab.powerOff('alpha');
    const sums = await Promise.all(
      sessions.map(async (session) => (await session.retrieve(content.small.name)).sha256),
    );
    expect(sums).toEqual(MODES.map(() => content.small.sha256));
  });
});
