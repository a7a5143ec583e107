/**
 * FTP over TLS across failovers: nobody reads these control connections, so there is no helper and no announcement to replicate;
 * the data channels are found by each server's range of ports. vsftpd (which demands that data channels reuse the TLS session) and
 * pure-ftpd, explicit TLS on 21 and implicit on 990; curl, lftp and a scripted client that announces without opening.
 */
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { request } from '../../src/control/client.js';
import type { SessionsPage } from '../../src/control/sessions.js';
import { content } from '../../src/lab/content.js';
import { type Lab, type LabOptions, raiseLab } from '../../src/lab/lab.js';
import type { DirectorName } from '../../src/lab/plan.js';
import { until } from '../../src/until.js';
import { millis } from '../../src/time.js';
import { converse } from './support/converse.js';

const { small, middle } = content;
/** So far a running transfer must have come before the failure. */
const UNDER_WAY = 300_000;
const RATE = 1_500_000;

let lab: Lab;
let ask: (...words: string[]) => Promise<unknown>;

async function raise(options: LabOptions): Promise<void> {
  lab = await raiseLab({ servers: ['vsftpd', 'pure-ftpd'], ratePerSecond: RATE, ...options });
  mkdirSync(join(dirname(lab.config), 'out'));
  lab.director('alpha').start();
  lab.director('beta').start();
  const say = converse(lab.client.namespace, 'tls-client-main.ts', []);
  ask = async (...words) => JSON.parse(await say(JSON.stringify(words))) as unknown;
  await follows('alpha', 'beta');
}

async function follows(active: DirectorName, backup: DirectorName): Promise<void> {
  await until(
    async () => {
      const [first, second] = await Promise.all([
        lab.director(active).status(),
        lab.director(backup).status(),
      ]);
      return first.role === 'active' && second.role === 'backup' && second.sync.inSync && first.peer.inSync;
    },
    { what: `${active} is active and ${backup} in sync`, within: millis(20_000) },
  );
}

interface Counted {
  /** Sessions that would not survive. */
  readonly lost: number;
  /** Control connections that are not over. */
  readonly sessions: number;
  readonly data: number;
  readonly announced: number;
}

async function countedBy(name: DirectorName): Promise<Counted> {
  const director = lab.director(name);
  const { body } = await request(`${director.runtimeDir}/control.sock`, 'GET', '/sessions', millis(5000));
  const { data, announced } = (await director.status()).sessions;
  const { known, sessions } = body as SessionsPage;
  return { lost: sessions.filter(({ survives }) => !survives).length, sessions: known, data, announced };
}

function sha256(file: string): string {
  return existsSync(file) ? createHash('sha256').update(readFileSync(file)).digest('hex') : 'no file';
}

/** A transfer by a ready-made client: what it is called, its command, and the file that grows. */
interface Transfer {
  readonly name: string;
  readonly command: readonly [string, ...string[]];
  readonly file: string;
}

function transfers(round: string): Transfer[] {
  const out = (name: string): string => join(dirname(lab.config), 'out', `${round}-${name}`);
  const stored = (name: string): string => join(lab.incoming, `${round}-${name}`);
  const source = join(lab.incoming, '..', middle.name);
  const curl = (...args: string[]): [string, ...string[]] => [
    'curl',
    '-sS',
    '-k',
    '--ssl-reqd',
    '-m',
    '20',
    ...args,
  ];
  const lftp = (settings: string, verb: string): [string, ...string[]] => [
    'lftp',
    '-c',
    'set net:timeout 10; set net:max-retries 1; set ssl:verify-certificate no; set ftp:ssl-force yes; ' +
      `set ftp:ssl-protect-data yes; ${settings}; open ${lab.vip}; ${verb}`,
  ];
  const from = (port: string): string => `ftp://${lab.vip}${port}/${middle.name}`;
  return [
    { name: 'curl EPSV down', command: curl('-o', out('a'), from('')), file: out('a') },
    { name: 'curl PASV down', command: curl('--disable-epsv', '-o', out('b'), from('')), file: out('b') },
    {
      name: 'curl EPSV up',
      command: curl('--limit-rate', '1500k', '-T', source, `ftp://${lab.vip}/incoming/${round}-c`),
      file: stored('c'),
    },
    {
      name: 'curl implicit down',
      command: curl('-o', out('d'), from(':990').replace('ftp:', 'ftps:')),
      file: out('d'),
    },
    { name: 'lftp passive down', command: lftp('', `get ${middle.name} -o ${out('e')}`), file: out('e') },
    {
      name: 'lftp passive up',
      command: lftp(`set net:limit-rate ${RATE}`, `put ${source} -o incoming/${round}-f`),
      file: stored('f'),
    },
    {
      name: 'lftp active down',
      command: lftp('set ftp:passive-mode off', `get ${middle.name} -o ${out('g')}`),
      file: out('g'),
    },
  ];
}

const SCRIPTED = [
  { name: 'PASV, announced', port: '21', mode: 'PASV' },
  { name: 'PASV on the other server, announced', port: '21', mode: 'PASV' },
  { name: 'EPSV, announced', port: '21', mode: 'EPSV' },
  { name: 'EPSV on the other server, announced', port: '21', mode: 'EPSV' },
  { name: 'EPSV implicit, announced', port: '990', mode: 'EPSV' },
  { name: 'idle', port: '21', mode: undefined },
  { name: 'idle on the other server', port: '21', mode: undefined },
] as const;

const FAILURES = [
  { failure: 'power loss of alpha', from: 'alpha', to: 'beta' },
  { failure: 'handover from beta, back to alpha', from: 'beta', to: 'alpha' },
] as const;

const whole = { sha256: small.sha256, final: '226' };

describe('ranges apart: the port tells the server', () => {
  // The nanny speaks no implicit TLS yet: nobody is judged down in the time of this test.
  beforeAll(() => raise({ tls: true, check: { interval: '1h', fall: 100 } }));

  afterAll(async () => {
    await lab.down();
  });

  describe.each(FAILURES)('$failure', ({ from, to }) => {
    const outcomes = new Map<string, unknown>();
    const names = ['a', 'b', 'c', 'd', 'e', 'f', 'g'];
    let counted: Counted[] = [];

    beforeAll(async () => {
      if (from === 'beta') {
        await lab.powerOn('alpha');
        lab.director('alpha').start();
      }
      await follows(from, to);
      const running = transfers(from).map((transfer) => ({
        transfer,
        ended: lab.client.run(transfer.command[0], transfer.command.slice(1)),
      }));
      const opened = [];
      for (const { port, mode } of SCRIPTED) {
        const id = String(await ask('open', lab.vip, port));
        if (mode !== undefined) outcomes.set(`announced ${opened.length}`, await ask('announce', id, mode));
        opened.push(id);
      }
      await until(
        () => running.every(({ transfer: { file } }) => existsSync(file) && statSync(file).size > UNDER_WAY),
        { what: 'all transfers are under way', within: millis(8000) },
      );
      counted = await Promise.all([countedBy(from), countedBy(to)]);
      await fail(from);
      for (const [index, { name, mode }] of SCRIPTED.entries()) {
        const id = opened[index] ?? '';
        if (mode !== undefined) outcomes.set(name, await ask('fetch', id, small.name));
        outcomes.set(`${name}, control`, await ask('command', id, 'PWD'));
        await ask('announce', id, 'EPSV');
        outcomes.set(`${name}, further`, await ask('fetch', id, small.name));
      }
      for (const { transfer, ended } of running) {
        const { status, stderr } = await ended;
        outcomes.set(transfer.name, status === 0 ? sha256(transfer.file) : `${status} ${stderr}`);
      }
      await Promise.all(opened.map((id) => ask('command', id, 'QUIT')));
    }, 60_000);

    async function fail(director: DirectorName): Promise<void> {
      if (director === 'alpha') {
        lab.powerOff(director);
        return;
      }
      const socket = `${lab.director(director).runtimeDir}/control.sock`;
      expect((await request(socket, 'POST', '/handover', millis(5000))).body).toMatchObject({
        accepted: true,
      });
    }

    it.each(names.map((_name, index) => index))('running transfer %i arrives whole', (index) => {
      const { name } = transfers(from)[index] ?? { name: '' };
      expect({ [name]: outcomes.get(name) }).toEqual({ [name]: middle.sha256 });
    });

    it.each(SCRIPTED.filter(({ mode }) => mode !== undefined))('$name: opens afterwards', ({ name }) => {
      expect(outcomes.get(name)).toEqual(whole);
    });

    it.each(SCRIPTED)('$name: the session goes on', ({ name }) => {
      expect(outcomes.get(`${name}, control`)).toMatch(/^257 /);
      expect(outcomes.get(`${name}, further`)).toEqual(whole);
    });

    it('announces the VIP and the range of its server', () => {
      expect(outcomes.get('announced 0')).toMatch(/\(198,51,100,100,19[56],\d+\)/);
      const ports = ['announced 2', 'announced 3'].map((key) =>
        Number(/\|(\d+)\|/.exec(String(outcomes.get(key)))?.[1]),
      );
      expect(ports.map((port) => (port < 50_100 ? 'vsftpd' : 'pure-ftpd')).sort()).toEqual([
        'pure-ftpd',
        'vsftpd',
      ]);
    });

    it('counts data channels as such on both directors, though they have no master', () => {
      expect(counted.map(({ sessions }) => sessions)).toEqual([14, 14]);
      for (const { data, announced, lost } of counted) {
        expect(lost).toBe(0);
        expect(data).toBeGreaterThanOrEqual(7);
        expect(announced).toBe(0);
      }
    });
  });
});

describe('one range for both servers: the session tells the server', () => {
  const HOSTS = [50, 51, 52, 53];

  beforeAll(() => raise({ tls: 'shared', service: { persistence: { timeout: '10s' } } }));

  afterAll(async () => {
    await lab.down();
  });

  /** A download by each client; both servers have some of them. */
  async function downloads(): Promise<unknown[]> {
    const url = `ftp://${lab.vip}/${small.name}`;
    return Promise.all(
      HOSTS.map(async (host) => {
        const from = ['--interface', `198.51.100.${host}`];
        const { status, stderr } = await lab.client.run('curl', ['-sS', '-k', '--ssl-reqd', '-m', '9', ...from, url, '-o', '/dev/null']); // prettier-ignore
        return status === 0 ? 'ok' : stderr;
      }),
    );
  }

  it('before a failure', async () => {
    expect(await downloads()).toEqual(['ok', 'ok', 'ok', 'ok']);
    const elements = await lab
      .director('alpha')
      .run('nft', ['list', 'map', 'inet', 'ftpair', 'service0_sticky']);
    for (const server of ['0x00000001', '0x00000002']) expect(elements.stdout).toContain(server);
  });

  it('after a power loss, also for a channel that was announced before it', async () => {
    const id = String(await ask('open', lab.vip, '21'));
    expect(await ask('announce', id, 'EPSV')).toMatch(/^229 /);
    const known = async (): Promise<boolean> => {
      const { stdout } = await lab.director('beta').run('nft', ['list', 'map', 'inet', 'ftpair', 'service0_sticky']); // prettier-ignore
      return stdout.includes('198.51.100.50 ');
    };
    await until(known, { what: 'the backup’s kernel knows the client', within: millis(3000) });
    lab.powerOff('alpha');
    expect(await ask('fetch', id, small.name)).toEqual(whole);
    expect(await downloads()).toEqual(['ok', 'ok', 'ok', 'ok']);
    await ask('announce', id, 'PASV');
    expect(await ask('fetch', id, small.name)).toEqual(whole);
  });

  it('refuses an announced port to whom has no session', async () => {
    const id = String(await ask('open', lab.vip, '21'));
    const port = /\|(\d+)\|/.exec(String(await ask('announce', id, 'EPSV')))?.[1] ?? '';
    const from = (host: number): Promise<{ status: unknown }> =>
      lab.client.run('bash', ['-c', `curl -s -m 2 --interface 198.51.100.${host} telnet://${lab.vip}:${port} < /dev/null`]); // prettier-ignore
    // curl(1): 7 failed to connect.
    expect((await from(57)).status).toBe(7);
    expect(await ask('fetch', id, small.name)).toEqual(whole);
  });
});
