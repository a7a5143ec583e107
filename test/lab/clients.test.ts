/**
 * Clients and their servers across failovers: persistence is in the backup's kernel before it is needed, limits count sessions that
 * began on the other director, and what is over a limit is refused at once.
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { request } from '../../src/control/client.js';
import type { SessionsPage } from '../../src/control/sessions.js';
import type { RemoteSession } from '../../src/lab/client.js';
import { type Lab, raiseLab } from '../../src/lab/lab.js';
import type { DirectorName } from '../../src/lab/plan.js';
import { until } from '../../src/until.js';
import { millis } from '../../src/time.js';
import { settled } from './support/settled.js';

let lab: Lab;

/** A session from one of the client machine's addresses, .50 to .57. */
function open(host: number): Promise<RemoteSession> {
  return lab.client.session({ localAddress: `198.51.100.${host}` });
}

async function kernel(name: DirectorName, kind: 'map' | 'set', object: string): Promise<string> {
  const { stdout } = await lab.director(name).run('nft', ['list', kind, 'inet', 'ftpair', object]);
  return stdout;
}

async function raise(service: Readonly<Record<string, unknown>>, ipv6 = false): Promise<void> {
  lab = await raiseLab({ servers: ['vsftpd', 'pure-ftpd'], service, ipv6 });
  lab.director('alpha').start();
  lab.director('beta').start();
  await settled(lab, 'alpha', 'beta');
}

describe('persistence', () => {
  const HOSTS = [51, 52, 53, 54];

  beforeAll(() => raise({ persistence: { timeout: '1m' } }));

  afterAll(async () => {
    await lab.down();
  });

  /** Server of each client's newest session. */
  async function servers(active: DirectorName): Promise<Record<string, string>> {
    const socket = `${lab.director(active).runtimeDir}/control.sock`;
    const { body } = await request(socket, 'GET', '/sessions', millis(5000));
    return Object.fromEntries(
      (body as SessionsPage).sessions.map(({ client, server }) => [client.address, server]),
    );
  }

  /** One new session for each client, and where they went. */
  async function served(active: DirectorName): Promise<Record<string, string>> {
    const sessions = await Promise.all(HOSTS.map(open));
    const found = await until(
      async () => {
        const now = await servers(active);
        return HOSTS.every((host) => now[`198.51.100.${host}`] !== undefined) && now;
      },
      { what: 'all sessions are listed', within: millis(5000) },
    );
    await Promise.all(sessions.map((session) => session.quit()));
    await until(async () => Object.keys(await servers(active)).length === 0, {
      what: 'all sessions have ended',
      within: millis(5000),
    });
    return found;
  }

  /** The clients in this kernel's map, with the numbers of their servers. */
  async function remembered(name: DirectorName): Promise<Record<string, string>> {
    const elements = (await kernel(name, 'map', 'service0_sticky')).matchAll(
      /(198\.51\.100\.\d+) [^:]*: (0x[0-9a-f]+)/g,
    );
    return Object.fromEntries(Array.from(elements, ([, client = '', server = '']) => [client, server]));
  }

  let first: Record<string, string>;
  let map: Record<string, string>;

  const holds = (name: DirectorName): Promise<unknown> =>
    until(
      async () => {
        const now = await remembered(name);
        return JSON.stringify(Object.entries(now).sort()) === JSON.stringify(Object.entries(map).sort());
      },
      { what: `the kernel of ${name} has the map`, within: millis(5000) },
    );

  it('gives every client a server, and the same one again', async () => {
    first = await served('alpha');
    expect(new Set(Object.values(first))).toEqual(new Set(['vsftpd', 'pure-ftpd']));
    expect(await served('alpha')).toEqual(first);
    map = await remembered('alpha');
    expect(Object.keys(map)).toHaveLength(4);
  });

  it('is in the backup’s kernel already, and holds after a power loss', async () => {
    await holds('beta');
    lab.powerOff('alpha');
    await until(async () => (await lab.director('beta').status()).role === 'active', {
      what: 'beta is active',
      within: millis(5000),
    });
    expect(await served('beta')).toEqual(first);
  });

  it('is told to a fresh backup, although no session is left that it could be derived from', async () => {
    await lab.powerOn('alpha');
    lab.director('alpha').start();
    await settled(lab, 'beta', 'alpha');
    await holds('alpha');
    const socket = `${lab.director('beta').runtimeDir}/control.sock`;
    await request(socket, 'POST', '/handover', millis(5000));
    await settled(lab, 'alpha', 'beta');
    expect(await served('alpha')).toEqual(first);
    expect((await lab.director('alpha').status()).services[0]?.remembered).toBe(4);
  });

  it('chooses no server that left the rotation, and stays with the new one when that is back', async () => {
    lab.server('vsftpd').kill();
    const without = async (): Promise<boolean> =>
      (await lab.director('alpha').status()).services[0]?.servers.find(({ name }) => name === 'vsftpd')
        ?.inRotation === false;
    await until(without, { what: 'vsftpd is out of the rotation', within: millis(10_000) });
    const moved = Object.fromEntries(HOSTS.map((host) => [`198.51.100.${host}`, 'pure-ftpd']));
    expect(await served('alpha')).toEqual(moved);
    await lab.server('vsftpd').start();
    await settled(lab, 'alpha', 'beta');
    expect(await served('alpha')).toEqual(moved);
    map = Object.fromEntries(HOSTS.map((host) => [`198.51.100.${host}`, '0x00000002']));
    await holds('beta');
  });
});

describe('limits', () => {
  const held: RemoteSession[] = [];

  beforeAll(() =>
    raise({ limits: { sessions_per_server: 3, sessions_per_client: 4, new_per_second_per_client: 8 } }),
  );

  afterAll(async () => {
    await lab.down();
  });

  const refused = async (name: DirectorName): Promise<unknown> =>
    (await lab.director(name).status()).services[0]?.refused;

  const counts = (name: DirectorName, what: Readonly<Record<string, number>>): Promise<unknown> =>
    until(
      async () => {
        expect(await refused(name)).toMatchObject(what);
        return true;
      },
      { what: `${name} counts ${JSON.stringify(what)}`, within: millis(5000) },
    );

  it('refuse new sessions beyond so many in a second, at once', async () => {
    // Each has ended before the next begins: only the rate is in the way.
    const script =
      'for i in $(seq 12); do exec 3<>"/dev/tcp/$1/21" || exit 7; printf "QUIT\\r\\n" >&3; cat <&3 >&2; exec 3>&-; done';
    const { status, stderr } = await lab.client.run('bash', ['-c', script, 'many', lab.vip]);
    expect([status, stderr]).toEqual([7, expect.stringContaining('Connection refused')]);
    await counts('alpha', { newPerSecondPerClient: 1, sessionsPerClient: 0, sessionsPerServer: 0 });
  });

  it('refuse a client its fifth session', async () => {
    for (let count = 0; count < 4; count++) held.push(await open(51));
    await expect(open(51)).rejects.toThrow('ECONNREFUSED');
    await counts('alpha', { newPerSecondPerClient: 1, sessionsPerClient: 1 });
  });

  it('refuse everybody when every server has its three', async () => {
    for (let count = 0; count < 2; count++) held.push(await open(52));
    await expect(open(53)).rejects.toThrow('ECONNREFUSED');
    await counts('alpha', { sessionsPerServer: 1 });
  });

  it('count the sessions that began on the other director', async () => {
    await settled(lab, 'alpha', 'beta');
    lab.powerOff('alpha');
    await until(async () => (await kernel('beta', 'set', 'service0_full')).includes('198.51.100.51'), {
      what: 'the new active’s kernel knows that the client is full',
      within: millis(5000),
    });
    await until(async () => !(await kernel('beta', 'map', 'service0')).includes('goto'), {
      what: 'no server takes sessions there',
      within: millis(5000),
    });
    await expect(open(51)).rejects.toThrow('ECONNREFUSED');
    await expect(open(53)).rejects.toThrow('ECONNREFUSED');
    await counts('beta', { sessionsPerClient: 1, sessionsPerServer: 1 });
  });

  it('let the next one in as soon as somebody has left', async () => {
    await held[4]?.quit();
    const late = await until(() => open(53), { what: 'there is room', within: millis(5000) });
    await late.quit();
    await held[0]?.quit();
    const again = await until(() => open(51), { what: 'the client has room', within: millis(5000) });
    await again.quit();
  });
});

describe('over IPv6', () => {
  beforeAll(() =>
    raise({ persistence: { timeout: '1m', mask6: 64 }, limits: { sessions_per_client: 2 } }, true),
  );

  afterAll(async () => {
    await lab.down();
  });

  const open6 = (host: number): Promise<RemoteSession> =>
    lab.client.session({ host: lab.plan.vip.v6 ?? '', localAddress: `2001:db8:a::${host}` });

  async function sessionsOf(name: DirectorName): Promise<readonly number[]> {
    const service = (await lab.director(name).status()).services.find((one) => one.name === 'ftp6');
    return service?.servers.map(({ sessions }) => sessions).sort() ?? [];
  }

  it('keeps a whole network to one server, and refuses one address what is over its limit', async () => {
    for (const host of [51, 51, 52, 53]) await open6(host);
    await expect(open6(51)).rejects.toThrow('ECONNREFUSED');
    expect(await sessionsOf('alpha')).toEqual([0, 4]);
  });

  it('does so on the other director as well', async () => {
    await settled(lab, 'alpha', 'beta');
    await until(async () => (await kernel('beta', 'map', 'service1_sticky')).includes('2001:db8:a::'), {
      what: 'the backup’s kernel has the network',
      within: millis(5000),
    });
    lab.powerOff('alpha');
    await open6(54);
    expect(await sessionsOf('beta')).toEqual([0, 5]);
  });
});
