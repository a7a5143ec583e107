/**
 * The lab keeps its promises: it raises, its real servers serve every mode through a director made by hand, its
 * cables and its power can be pulled, and it leaves nothing behind, however it ends.
 */
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { dataModes } from '../../src/drill/announced.js';
import { type Lab, raiseLab } from '../../src/lab/lab.js';
import { namespacesOf } from '../../src/lab/plan.js';
import { until } from '../../src/until.js';
import { millis } from '../../src/time.js';
import { directByHand } from './support/hand-made.js';

const SMALL = '5628bc02717999ad42333c61e9cc08535430c338338acb0ec241b5a586c9abd9';
const MIDDLE = '4694af9bd7166b83a4cbe7b164f6f8fb07985e183de52678577a37727541fa63';

const curlModes = {
  PASV: ['--disable-epsv'],
  EPSV: [],
  PORT: ['-P', '-', '--disable-eprt'],
  EPRT: ['-P', '-'],
} as const;

const sha256 = (file: string): string => createHash('sha256').update(readFileSync(file)).digest('hex');

describe('a lab in one family', () => {
  let lab: Lab;
  beforeAll(async () => {
    lab = await raiseLab({ vip: '10.9.8.7/24' });
  });
  afterAll(async () => {
    await lab.down();
  });

  test('the key file is for root alone, and the config names the lab’s addresses', () => {
    const directory = join(lab.config, '..');
    expect(statSync(join(directory, 'pair.key')).mode & 0o777).toBe(0o600);
    const config = readFileSync(lab.config, 'utf8');
    expect(config).toContain('10.9.8.7/24');
    expect(config).toContain('10.200.30.13');
  });

  describe.each(['vsftpd', 'proftpd', 'pure-ftpd'] as const)('%s behind a director made by hand', (kind) => {
    beforeAll(async () => {
      await directByHand(lab, 'alpha', kind);
    });

    test.each(dataModes)('delivers a file to curl over %s', async (mode) => {
      const target = join(lab.incoming, `curl-${kind}-${mode}`);
      const args = ['-sS', '--max-time', '20', ...curlModes[mode], '-o', target, 'ftp://10.9.8.7/small.bin'];
      expect(await lab.client.run('curl', args)).toMatchObject({ status: 0, stderr: '' });
      expect(sha256(target)).toBe(SMALL);
    });

    test.each(dataModes)(
      'keeps a channel announced with %s until the scripted session uses it',
      async (mode) => {
        const session = await lab.client.session();
        await session.prepare(mode);
        expect(await session.command('NOOP')).toMatchObject({ code: 200 });
        const down = await session.retrieve('middle.bin');
        expect(down).toMatchObject({ bytes: 4_194_304, sha256: MIDDLE, final: { code: 226 } });
        await session.prepare(mode);
        const up = await session.store(`incoming/up-${kind}-${mode}`, 4_194_304);
        expect(up).toMatchObject({ bytes: 4_194_304, sha256: MIDDLE, final: { code: 226 } });
        expect(sha256(join(lab.incoming, `up-${kind}-${mode}`))).toBe(MIDDLE);
        expect(await session.quit()).toMatchObject({ code: 221 });
        await session.close();
      },
    );
  });

  test('the probe sees a cut cable as silence, and the answers after it is mended', async () => {
    await directByHand(lab, 'alpha', 'vsftpd');
    const probe = lab.client.probe();
    await until(async () => (await probe.report()).answered > 0, {
      what: 'the VIP answers',
      within: millis(5000),
    });
    const { from, to } = lab.cut('alpha', 'public');
    expect(to - from).toBeLessThan(200);
    await until(async () => (await probe.report()).answered === 0, {
      what: 'silence',
      within: millis(5000),
      every: millis(100),
    });
    lab.mend('alpha', 'public');
    await until(async () => (await probe.report()).answered > 0, { what: 'answers', within: millis(5000) });
    probe.stop();
  });

  test('a director without power loses its processes and both cables at once, and comes back with a fresh kernel', async () => {
    await directByHand(lab, 'beta', 'vsftpd');
    const sleeper = lab.director('beta').run('sleep', ['600']);
    await until(
      async () =>
        (
          await lab.director('beta').run('ip', ['netns', 'pids', lab.director('beta').namespace])
        ).stdout.includes('\n'),
      {
        what: 'the sleeper runs',
        within: millis(5000),
      },
    );
    lab.powerOff('beta');
    expect((await sleeper).status).toBe('SIGKILL');
    const links = await lab.director('beta').run('ip', ['-br', 'link']);
    expect(links.stdout).toMatch(/^pub0@\S+ +(LOWERLAYER)?DOWN/m);
    expect(links.stdout).toMatch(/^priv0@\S+ +(LOWERLAYER)?DOWN/m);
    await lab.powerOn('beta');
    // Switched on when it is on already, it only starts afresh.
    await lab.powerOn('beta');
    await lab.director('beta').kill();
    const rules = await lab.director('beta').run('nft', ['list', 'ruleset']);
    expect(rules.stdout).not.toContain('handmade');
    const ping = await lab.director('beta').run('ping', ['-c', '1', '-W', '2', '10.9.8.2']);
    expect(ping.status).toBe(0);
  });
});

describe('a lab in both families, with a rate limit', () => {
  test('serves IPv6 and slows transfers down', async () => {
    const lab = await raiseLab({
      ipv6: true,
      ratePerSecond: 2_097_152,
      servers: ['vsftpd', 'proftpd', 'pure-ftpd'],
    });
    try {
      for (const kind of ['vsftpd', 'proftpd', 'pure-ftpd'] as const) {
        await directByHand(lab, 'alpha', kind);
        const session = await lab.client.session({ host: '2001:db8:a::100' });
        await session.prepare('EPSV');
        const down = await session.retrieve('middle.bin');
        expect(down).toMatchObject({ bytes: 4_194_304, sha256: MIDDLE, final: { code: 226 } });
        // Two seconds at the limit; servers let the first burst through.
        expect(down.endedAt - down.startedAt).toBeGreaterThan(1000);
        expect(down.endedAt - down.startedAt).toBeLessThan(6000);
        await session.prepare('EPRT');
        expect(await session.retrieve('small.bin')).toMatchObject({ sha256: SMALL });
        await session.close();
      }
    } finally {
      await lab.down();
    }
  });
});

describe('what a lab leaves behind', () => {
  test('nothing, after it was taken down', async () => {
    const lab = await raiseLab({ servers: ['vsftpd'] });
    const directory = join(lab.config, '..');
    const child = lab.client.spawn('sleep', ['600']);
    expect(existsSync(directory)).toBe(true);
    await lab.down();
    expect(existsSync(directory)).toBe(false);
    const left = readdirSync('/run/netns').filter((name) => namespacesOf(lab.plan).includes(name));
    expect(left).toEqual([]);
    expect(existsSync(`/proc/${child.pid ?? 0}/exe`)).toBe(false);
  });
});
