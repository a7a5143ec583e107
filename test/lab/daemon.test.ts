/**
 * The daemon in front of an administrator's mistakes and of hard ends: what it says, how it exits, and that no
 * running session is harmed by any of it.
 */
import { chmodSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { content } from '../../src/lab/content.js';
import type { RemoteSession } from '../../src/lab/client.js';
import { type Lab, raiseLab } from '../../src/lab/lab.js';
import type { DirectorName } from '../../src/lab/plan.js';
import { until } from '../../src/until.js';
import { millis } from '../../src/time.js';
import { settled } from './support/settled.js';

const MAIN = join(import.meta.dirname, '../../dist/main.js');

let lab: Lab;
let session: RemoteSession;

beforeAll(async () => {
  lab = await raiseLab({ servers: ['vsftpd', 'proftpd'] });
  lab.director('alpha').start();
  lab.director('beta').start();
  await settled(lab, 'alpha', 'beta');
  session = await lab.client.session();
});

afterAll(async () => {
  await lab.down();
});

/** The session that was opened first is alive: a reply on the control connection and a whole file. */
async function sessionLives(): Promise<void> {
  expect((await session.command('PWD')).code).toBe(257);
  await session.prepare('PASV');
  expect((await session.retrieve(content.small.name)).sha256).toBe(content.small.sha256);
}

interface Ended {
  readonly status: number | string;
  readonly said: string;
}

/** `ftpair …` inside a director's namespace. */
async function ftpair(
  name: DirectorName,
  words: readonly string[],
  prefix: readonly string[] = [],
): Promise<Ended> {
  const [command = '', ...rest] = [...prefix, process.execPath, MAIN, ...words];
  const { status, stdout, stderr } = await lab.director(name).run(command, rest);
  return { status, said: stdout + stderr };
}

/** `ftpair run` for beta, with a config made from the lab's by `change`, beside beta's own daemon. */
async function runWith(
  change: (yaml: string) => string,
  more: readonly string[] = ['--node', 'beta'],
): Promise<Ended> {
  const file = join(lab.director('beta').runtimeDir, 'changed.yaml');
  writeFileSync(file, change(readFileSync(lab.config, 'utf8')));
  return ftpair('beta', [
    'run',
    '--config',
    file,
    '--runtime-dir',
    join(lab.director('beta').runtimeDir, 'other'),
    ...more,
  ]);
}

describe('a start that cannot succeed', () => {
  afterEach(sessionLives);

  it('names every mistake of the config with its place, and exits 3', async () => {
    const ended = await runWith((yaml) =>
      yaml.replace(/^pulse:$/m, 'pulse:\n  intervall: 20ms\n  silence: 5'),
    );
    expect(ended.status).toBe(3);
    expect(ended.said).toMatch(/changed\.yaml:\d+:3: pulse\.intervall: .*did you mean/);
    expect(ended.said).toMatch(/changed\.yaml:\d+:\d+: pulse\.silence: /);
    expect(ended.said).toMatch(/cure: .*ftpair check/);
  });

  it('names the nodes that exist for a node that does not, and exits 3', async () => {
    const ended = await runWith((yaml) => yaml, ['--node', 'gamma']);
    expect(ended).toMatchObject({ status: 3 });
    expect(ended.said).toMatch(/'gamma' is not a node of .*\n {2}cure: .*--node alpha or --node beta/);
  });

  it("falls back to the host's name and says so, and exits 3", async () => {
    const ended = await runWith((yaml) => yaml, []);
    expect(ended).toMatchObject({ status: 3 });
    expect(ended.said).toMatch(/this host's name '.*' is not a node/);
  });

  it('says how to make a key file that is missing, and exits 3', async () => {
    const ended = await runWith((yaml) => yaml.replace(/key_file: .*/, 'key_file: /nonexistent/pair.key'));
    expect(ended).toMatchObject({ status: 3 });
    expect(ended.said).toMatch(/\/nonexistent\/pair\.key.*\n {2}cure: .*ftpair keygen/);
  });

  it('refuses a key file that others can read, and exits 3', async () => {
    const file = join(lab.director('beta').runtimeDir, 'open.key');
    writeFileSync(file, `${Buffer.alloc(32, 7).toString('base64')}\n`);
    chmodSync(file, 0o644);
    const ended = await runWith((yaml) => yaml.replace(/key_file: .*/, `key_file: ${file}`));
    expect(ended).toMatchObject({ status: 3 });
    expect(ended.said).toMatch(/open\.key.*\n {2}cure: .*chmod 600/);
  });

  it('names an interface that does not exist and those that do, and exits 4', async () => {
    const ended = await runWith((yaml) => yaml.replaceAll('interface: pub0', 'interface: eth77'));
    expect(ended).toMatchObject({ status: 4 });
    expect(ended.said).toMatch(
      /interface 'eth77' \(public of node beta in .*\) does not exist\n {2}cure: name one that does: .*lo/,
    );
  });

  it('names the privileges that are missing, and exits 4', async () => {
    const ended = await ftpair(
      'beta',
      ['run', '--config', lab.config, '--node', 'beta'],
      ['setpriv', '--bounding-set=-net_admin'],
    );
    expect(ended).toMatchObject({ status: 4 });
    expect(ended.said).toMatch(/missing privileges: CAP_NET_ADMIN\n {2}cure: run as root/);
  });

  it('refuses a second daemon on the same node, names the first one, and exits 5', async () => {
    const words = [
      'run',
      '--config',
      lab.config,
      '--node',
      'beta',
      '--runtime-dir',
      lab.director('beta').runtimeDir,
    ];
    const ended = await ftpair('beta', words);
    expect(ended).toMatchObject({ status: 5 });
    expect(ended.said).toContain(String(lab.director('beta').pid));
  });

  it('refuses a second daemon with another runtime directory too, before it changes anything, and exits 5', async () => {
    const ended = await runWith((yaml) => yaml);
    expect(ended).toMatchObject({ status: 5 });
    expect(ended.said).toMatch(/EADDRINUSE[^]*cure: .*second daemon/);
  });

  it('says what is missing where there is no nft, and exits 4', async () => {
    // Only here the real part cannot be had: the daemon is shown a PATH without /usr/sbin in an empty directory tree.
    const words = ['unshare', '--mount', 'sh', '-c', 'mount -t tmpfs none /usr/sbin && exec "$@"', 'sh'];
    await lab.director('beta').stop();
    const ended = await ftpair(
      'beta',
      [
        'run',
        '--config',
        lab.config,
        '--node',
        'beta',
        '--runtime-dir',
        join(lab.director('beta').runtimeDir, 'other'),
      ],
      words,
    );
    lab.director('beta').start();
    await settled(lab, 'alpha', 'beta');
    expect(ended).toMatchObject({ status: 4 });
    expect(ended.said).toMatch(/nft is not installed\n {2}cure: install the package nftables/);
  });
});

describe('a running pair', () => {
  it('drops and counts garbage on the pulse port and the journal port', async () => {
    const plan = lab.plan.directors.alpha;
    const before = await lab.director('alpha').status();
    const port = Number(/port: (\d+)/.exec(readFileSync(lab.config, 'utf8'))?.[1] ?? 7390);
    const script = `
      const socket = require('node:dgram').createSocket('udp4');
      let left = 400;
      const send = () => left-- > 0
        ? socket.send(require('node:crypto').randomBytes(left * 3), ${port} + (left % 2), '${plan.public.v4}', send)
        : socket.close();
      send();`;
    await lab.client.run(process.execPath, ['-e', script]);
    const droppedOn = (status: typeof before): number =>
      status.peer.paths
        .flatMap(({ dropped }) => Object.values(dropped))
        .reduce((sum, count) => sum + count, 0);
    await until(async () => droppedOn(await lab.director('alpha').status()) >= droppedOn(before) + 190, {
      what: 'the garbage is counted',
      within: millis(5000),
    });
    const after = await lab.director('alpha').status();
    expect(after.role).toBe('active');
    expect(Object.values(after.sync.dropped).reduce((sum, count) => sum + count, 0)).toBeGreaterThanOrEqual(
      190,
    );
    await sessionLives();
  });

  it('hands over at SIGTERM, ends with status 0 and leaves no address and no table', async () => {
    expect(await lab.director('alpha').stop()).toBe(0);
    const beta = await lab.director('beta').status();
    expect([beta.role, beta.reason]).toEqual(['active', 'peerReleased']);
    await sessionLives();
    const { stdout: tables } = await lab.director('alpha').run('nft', ['list', 'tables']);
    expect(tables).not.toContain('ftpair');
    const { stdout: addresses } = await lab.director('alpha').run('ip', ['-o', 'address']);
    expect(addresses).not.toContain(lab.vip);
  });

  it('stays backup when it returns, and is filled again', async () => {
    lab.director('alpha').start();
    await settled(lab, 'beta', 'alpha');
    const alpha = await lab.director('alpha').status();
    expect(alpha.sessions.control).toBeGreaterThanOrEqual(1);
    await sessionLives();
  });

  it('loses the VIP by itself when the active is killed, and starts again over the socket and tables it left', async () => {
    await lab.director('beta').kill();
    await until(async () => (await lab.director('alpha').status()).role === 'active', {
      what: 'alpha has taken over',
      within: millis(3000),
    });
    await sessionLives();
    lab.director('beta').start();
    await settled(lab, 'alpha', 'beta');
    const { stdout: addresses } = await lab.director('beta').run('ip', ['-o', 'address']);
    expect(addresses).not.toContain(lab.vip);
    await sessionLives();
  });

  it('takes a real server that has ended out of the rotation, says so, and takes it back', async () => {
    const states = async (): Promise<string> =>
      (await lab.director('alpha').status()).services
        .flatMap(({ servers }) => servers)
        .map(({ up, inRotation }) => `${up ? 'up' : 'down'} ${inRotation ? 'in' : 'out'}`)
        .join();
    lab.server('proftpd').kill();
    await until(async () => (await states()) === 'up in,down out', {
      what: 'proftpd is down',
      within: millis(10_000),
    });
    // Rotation: every new session goes to the server that is left.
    for (let round = 0; round < 4; round++) await (await lab.client.session()).quit();
    expect(
      lab.syslog.some((line) => line.includes('alert=server-down') && line.includes('server=proftpd')),
    ).toBe(true);
    await lab.server('proftpd').start();
    await until(async () => (await states()) === 'up in,up in', {
      what: 'proftpd is up again',
      within: millis(10_000),
    });
  });

  it('wrote every change of roles to syslog', () => {
    const alerts = lab.syslog.map((line) => /alert=(\S+)/.exec(line)?.[1]);
    expect(alerts).toEqual(
      expect.arrayContaining(['role-active', 'role-backup', 'peer-lost', 'peer-back', 'sync-regained']),
    );
  });
});
