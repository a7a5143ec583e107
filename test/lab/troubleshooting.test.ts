/** The troubleshooting section of README.md: each fault is provoked, and what is printed there is what is said. */
import { chmodSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Lab, raiseLab } from '../../src/lab/lab.js';
import type { DirectorName } from '../../src/lab/plan.js';
import { until } from '../../src/until.js';
import { millis } from '../../src/time.js';
import { settled } from './support/settled.js';

const README = readFileSync(fileURLToPath(new URL('../../README.md', import.meta.url)), 'utf8');
const SECTION = README.slice(README.indexOf('\n## Troubleshooting\n'));
const PROGRAM = fileURLToPath(new URL('../../dist/main.js', import.meta.url));

let lab: Lab;

beforeAll(async () => {
  lab = await raiseLab({ servers: ['vsftpd'] });
});

afterAll(async () => {
  await lab.down();
});

/** As on a router: its places instead of the lab's, and one length of time instead of today's. */
function onRouter(text: string): string {
  return text
    .replaceAll(lab.director('alpha').runtimeDir, '/run/ftpair')
    .replaceAll(lab.director('beta').runtimeDir, '/run/ftpair')
    .replaceAll(dirname(lab.config), '/etc/ftpair')
    .replaceAll(/\b\d+(?:\.\d)? ms/g, '152 ms')
    .replaceAll(/process \d+ holds/g, 'process 4711 holds')
    .trim();
}

/** What a command prints where it says no. */
async function said(name: DirectorName, ...args: readonly string[]): Promise<string> {
  const ended = await lab.director(name).run(process.execPath, [PROGRAM, ...args]);
  expect(ended.status).not.toBe(0);
  return onRouter(ended.stderr === '' ? ended.stdout : ended.stderr);
}

/** The newest alert of a director with this id, as syslog has it. */
async function alert(name: DirectorName, id: string): Promise<string> {
  const mine = (line: string): boolean => line.includes(`ftpair[${lab.director(name).pid}]`);
  const line = await until(
    () => Promise.resolve(lab.syslog.findLast((one) => mine(one) && one.includes(` alert=${id} `))),
    {
      what: `the alert ${id} of ${name}`,
      within: millis(20_000),
    },
  );
  return onRouter(/\]: (.*?) alert=/.exec(line)?.[1] ?? line);
}

/** The section has this text as a block of its own. */
function isPrinted(text: string): void {
  const blocks = Array.from(SECTION.matchAll(/```\n([\s\S]+?)\n```/g), ([, block = '']) =>
    block.replaceAll(/ \\\n/g, ' '),
  );
  expect(blocks).toContain(text);
}

function run(name: DirectorName, config = lab.config): readonly string[] {
  return ['run', '--config', config, '--node', name, '--runtime-dir', lab.director(name).runtimeDir];
}

/** A copy of the lab's config with something else in it. */
function changed(file: string, from: string, to: string): string {
  const text = readFileSync(lab.config, 'utf8');
  expect(text).toContain(from);
  const path = join(dirname(lab.config), file);
  writeFileSync(path, text.replace(from, to));
  return path;
}

describe('before the daemon runs', () => {
  it('a word in the config that is none', async () => {
    const file = changed('typo.yaml', 'fall: 2', 'fal: 2');
    isPrinted((await said('alpha', 'check', '--config', file)).replaceAll('typo.yaml', 'ftpair.yaml'));
  });

  it('a key that others can read', async () => {
    const key = join(dirname(lab.config), 'pair.key');
    chmodSync(key, 0o644);
    const text = await said('alpha', ...run('alpha'));
    chmodSync(key, 0o600);
    isPrinted(text);
  });

  it('an interface that is not there', async () => {
    const file = changed('interface.yaml', 'interface: priv0', 'interface: priv7');
    isPrinted((await said('alpha', ...run('alpha', file))).replaceAll('interface.yaml', 'ftpair.yaml'));
  });

  it('a node that the config does not know', async () => {
    isPrinted(await said('alpha', 'run', '--config', lab.config, '--node', 'gamma'));
  });

  it('a question to a daemon that does not run', async () => {
    isPrinted(await said('alpha', 'status', '--runtime-dir', lab.director('alpha').runtimeDir));
  });
});

describe('a pair at work', () => {
  beforeAll(async () => {
    lab.director('alpha').start();
    await until(async () => (await lab.director('alpha').status()).role === 'active', {
      what: 'alpha is active',
      within: millis(10_000),
    });
    lab.director('beta').start();
    await settled(lab, 'alpha', 'beta');
  });

  /** A firewall that the administrator has forgotten, on the backup; removed behind the test. */
  async function behindFirewall(rule: string, test: () => Promise<void>): Promise<void> {
    await lab.director('beta').run('nft', ['-f', '-'], firewall(rule));
    try {
      await test();
    } finally {
      await lab.director('beta').run('nft', ['delete', 'table', 'inet', 'forgotten']);
      await settled(lab, 'alpha', 'beta');
    }
  }

  it('a second daemon', async () => {
    isPrinted(await said('alpha', ...run('alpha')));
  });

  it('a real server whose FTP server has ended', async () => {
    lab.server('vsftpd').kill();
    const said = [await alert('alpha', 'server-down'), await alert('alpha', 'no-server')];
    await lab.server('vsftpd').start();
    await settled(lab, 'alpha', 'beta');
    // By its own checks a director knows the step; by the other one's word it does not.
    for (const text of said) isPrinted(text.replace(' at connect', ''));
  });

  it('a firewall in the way of the pulse on one link', async () => {
    await behindFirewall('iifname "priv0" udp dport 7390 drop', async () => {
      isPrinted(await alert('beta', 'path-lost'));
    });
  });

  it('a firewall in the way of the journal, and a handover meanwhile', async () => {
    await behindFirewall('udp dport 7391 drop', async () => {
      isPrinted(await alert('beta', 'sync-lost'));
      isPrinted(await said('alpha', 'handover', '--runtime-dir', lab.director('alpha').runtimeDir));
    });
  });

  it('a backup that runs with another file', async () => {
    await lab.director('beta').stop();
    const other = readFileSync(lab.config, 'utf8');
    writeFileSync(lab.config, other.replace('interval: 1s', 'interval: 2s'));
    lab.director('beta').start();
    const text = await alert('beta', 'config-differs');
    writeFileSync(lab.config, other);
    isPrinted(
      text
        .replace(/\([0-9a-f]{16}\)/, '(5c2e91d0a17b44e3)')
        .replace(/here \([0-9a-f]{16}\)/, 'here (90b1c6f27d5e8a31)'),
    );
    await lab.director('beta').stop();
  });

  it('a backup with another key', async () => {
    const key = join(dirname(lab.config), 'pair.key');
    const right = readFileSync(key);
    writeFileSync(key, Buffer.alloc(32, 7).toString('base64'));
    lab.director('beta').start();
    const text = await alert('beta', 'vip-answered');
    writeFileSync(key, right);
    isPrinted(text.replaceAll(/(?:[0-9a-f]{2}:){5}[0-9a-f]{2}/g, '02:00:5e:00:53:01'));
    const { stdout } = await lab
      .director('beta')
      .run(process.execPath, [PROGRAM, 'status', '--runtime-dir', lab.director('beta').runtimeDir]);
    expect(stdout).toMatch(/unverified \d+/);
    await lab.director('beta').stop();
  });

  it('an active that dies', async () => {
    lab.director('beta').start();
    await settled(lab, 'alpha', 'beta');
    await lab.director('alpha').kill();
    isPrinted(await alert('beta', 'takeover'));
    isPrinted(await alert('beta', 'peer-lost'));
  });
});

function firewall(rule: string): string {
  return `table inet forgotten { chain input { type filter hook input priority 0; ${rule}; }; }`;
}
