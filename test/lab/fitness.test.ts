/**
 * The fitter director serves: a tracked uplink that fails, and an administrator's preference, both by handovers that
 * no session notices.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { RemoteSession } from '../../src/lab/client.js';
import { content } from '../../src/lab/content.js';
import { type Lab, raiseLab } from '../../src/lab/lab.js';
import type { DirectorName } from '../../src/lab/plan.js';
import { until } from '../../src/until.js';
import { millis } from '../../src/time.js';
import { settled } from './support/settled.js';

let lab: Lab;
let session: RemoteSession;

beforeAll(async () => {
  lab = await raiseLab({ servers: ['vsftpd'] });
  const uplink = lab.client.addresses[1]?.v4 ?? '';
  const yaml = readFileSync(lab.config, 'utf8');
  writeFileSync(lab.config, `${yaml}track: [${uplink}]\npreferred: { node: alpha, after: 3s }\n`);
  lab.director('alpha').start();
  lab.director('beta').start();
  await settled(lab, 'alpha', 'beta');
  session = await lab.client.session();
});

afterAll(async () => {
  await lab.down();
});

async function becomesActive(name: DirectorName, reason: string): Promise<void> {
  await until(
    async () => {
      const { role, reason: why } = await lab.director(name).status();
      return role === 'active' && why === reason;
    },
    { what: `${name} is active because of ${reason}`, within: millis(25_000) },
  );
}

describe('the fitter director', () => {
  it('takes the role when the active does not reach the tracked uplink any more', async () => {
    await until(async () => (await lab.director('alpha').status()).tracked.every(({ alive }) => alive), {
      what: 'the uplink answers alpha',
      within: millis(5000),
    });
    await until(async () => (await lab.director('beta').status()).tracked.every(({ alive }) => alive), {
      what: 'the uplink answers beta',
      within: millis(5000),
    });
    // Only alpha's echo requests are lost: its cables, its pulse and the clients' packets are as before.
    const from = lab.plan.directors.alpha.public.v4;
    const drop = `table ip uplink {\n chain out {\n type filter hook output priority 0;\n ip saddr ${from} icmp type echo-request drop\n }\n}\n`;
    await lab.director('alpha').run('nft', ['-f', '-'], drop);
    await becomesActive('beta', 'uplinkDown');
    expect((await lab.director('alpha').status()).role).toBe('backup');
    expect((await session.command('PWD')).code).toBe(257);
  });

  it('gives it back to the preferred one, after its uplink has been quiet for ten seconds', async () => {
    await lab.director('alpha').run('nft', ['delete', 'table', 'ip', 'uplink']);
    await becomesActive('alpha', 'preferred');
    await session.prepare('PASV');
    expect((await session.retrieve(content.small.name)).sha256).toBe(content.small.sha256);
  });

  it('takes the role back after its delay when it is the preferred one, and says so', async () => {
    await settled(lab, 'alpha', 'beta');
    await lab.director('alpha').stop();
    await becomesActive('beta', 'peerReleased');
    lab.director('alpha').start();
    await becomesActive('alpha', 'preferred');
    expect((await session.command('PWD')).code).toBe(257);
    expect(lab.syslog.some((line) => line.includes('reason=preferred'))).toBe(true);
  });
});
