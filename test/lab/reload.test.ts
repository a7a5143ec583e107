/**
 * A config file that is read again: taken up whole without touching a running session, or refused whole. A hundred transfers are under
 * way, and clients are kept to their servers.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { parse, stringify } from 'yaml';
import type { StatusView } from '../../src/control/status.js';
import type { DataMode } from '../../src/drill/announced.js';
import type { RemoteSession } from '../../src/lab/client.js';
import { content } from '../../src/lab/content.js';
import { type Lab, raiseLab } from '../../src/lab/lab.js';
import type { DirectorName } from '../../src/lab/plan.js';
import { millis } from '../../src/time.js';
import { until } from '../../src/until.js';
import { settled } from './support/settled.js';

const SESSIONS = 100;
const MODES: readonly DataMode[] = ['PASV', 'EPSV', 'PORT', 'EPRT'];
const BOTH = ['alpha', 'beta'] as const;

/** The part of the file that is changed here. */
interface File {
  services: { name: string; servers: { name: string; weight?: number }[]; [key: string]: unknown }[];
  pulse: Record<string, unknown>;
  [key: string]: unknown;
}

let lab: Lab;
let first = '';

beforeAll(async () => {
  const servers = ['vsftpd', 'proftpd', 'pure-ftpd'].map((name, index) => ({
    name,
    address: `10.200.30.${11 + index}`,
  }));
  lab = await raiseLab({
    ownConfigs: true,
    ratePerSecond: 500_000,
    check: { interval: '1s', timeout: '900ms', fall: 2 },
    config: { services: [{ name: 'ftp', address: '198.51.100.100', scheduler: 'wlc', servers }] },
  });
  first = readFileSync(lab.director('alpha').configFile, 'utf8');
  for (const name of BOTH) lab.director(name).start();
  await settled(lab, 'alpha', 'beta');
});

afterEach(async () => {
  for (const name of BOTH) {
    writeFileSync(lab.director(name).configFile, first);
    expect((await lab.director(name).ftpair('reload')).status).toBe(0);
  }
});

afterAll(async () => {
  await lab.down();
});

function write(on: DirectorName, change: (file: File) => void): void {
  const file = parse(first) as File;
  change(file);
  writeFileSync(lab.director(on).configFile, stringify(file));
}

const status = (on: DirectorName): Promise<StatusView> => lab.director(on).status();
const serversOf = async (on: DirectorName): Promise<readonly string[]> =>
  (await status(on)).services.flatMap(({ servers }) => servers.map(({ name }) => name));

async function openAll(): Promise<RemoteSession[]> {
  const sessions: RemoteSession[] = [];
  // Ten at a time: pure-ftpd and a machine with two cores take a while for each.
  while (sessions.length < SESSIONS)
    sessions.push(...(await Promise.all(Array.from({ length: 10 }, () => lab.client.session()))));
  return sessions;
}

describe('a config that is read again', () => {
  it('is taken up under a hundred transfers, and none of them notices', async () => {
    const sessions = await openAll();
    let underWay = 0;
    const ended = sessions.map(async (session, index) => {
      await session.prepare(MODES[index % 4] ?? 'PASV');
      let begun = false;
      return session
        .retrieve(content.middle.name, (bytes) => {
          if (!begun && bytes > 300_000) underWay += 1;
          begun ||= bytes > 300_000;
        })
        .then(({ sha256, final, stallMillis }) => ({
          said: `${final.code} ${sha256 === content.middle.sha256 ? 'whole' : 'not whole'}`,
          stallMillis,
        }));
    });
    await until(() => underWay === SESSIONS, { what: 'all transfers are under way', within: millis(30_000) });
    const before = await status('alpha');
    for (const name of BOTH) {
      // A server goes while a third of the transfers runs on it, another one gets weight, and much else changes.
      write(name, (file) => {
        const [service] = file.services;
        if (service === undefined) throw new Error('the lab has a service');
        service.servers = service.servers.filter((server) => server.name !== 'proftpd');
        for (const server of service.servers) if (server.name === 'pure-ftpd') server.weight = 5;
        service['scheduler'] = 'wrr';
        service['persistence'] = { timeout: '5m' };
        service['limits'] = { sessions_per_client: 200 };
        file['track'] = ['198.51.100.7'];
        file['alerts'] = { syslog: { local: 'none', remote: [{ address: '198.51.100.7', port: 1514 }] } };
        file['hooks'] = [{ on: ['*'], run: ['/bin/true'] }];
      });
      const { status: exit, stdout, stderr } = await lab.director(name).ftpair('reload');
      expect([exit, stderr]).toEqual([0, '']);
      expect(stdout).toContain('  services.ftp.scheduler: wlc → wrr\n');
      expect(stdout).toContain(
        '  services.ftp.servers.proftpd: { name: proftpd, address: 10.200.30.12 } → (not there)\n',
      );
      expect(stdout).toContain('  services.ftp.servers.pure-ftpd.weight: (default) → 5\n');
      expect(stdout).toContain('9 changes taken up by this director; running sessions go on\n');
      expect(await serversOf(name)).toEqual(['vsftpd', 'pure-ftpd']);
    }
    const results = await Promise.all(ended);
    console.log(
      `longest stall of a hundred transfers: ${Math.max(...results.map(({ stallMillis }) => stallMillis)).toFixed(0)} ms`,
    );
    expect(results.filter(({ said }) => said === '226 whole')).toHaveLength(SESSIONS);
    for (const session of sessions) expect((await session.command('NOOP')).code).toBe(200);
    for (const session of sessions) await session.close();
    const after = await status('alpha');
    expect(after.alerts.targets.map((target) => target.name)).toEqual(['udp:198.51.100.7:1514']);
    expect(after.alerts.hooks.map(({ hook }) => hook)).toEqual(['/bin/true']);
    expect([after.role, after.term]).toEqual(['active', before.term]);
    expect((await status('beta')).peer.sameConfig).toBe(true);
    await settled(lab, 'alpha', 'beta');
    for (const name of BOTH) expect(lab.director(name).log()).not.toContain('"alert":"fault"');
  });

  it('keeps clients to their servers, also through a failover afterwards', async () => {
    const busy = async (on: DirectorName): Promise<readonly string[]> =>
      ((await status(on)).services[0]?.servers ?? [])
        .filter(({ sessions }) => sessions > 0)
        .map(({ name }) => name);
    /** Which server a new session gets. */
    const where = async (on: DirectorName): Promise<string> => {
      const wait = async (count: number): Promise<readonly string[]> =>
        until(async () => ((await busy(on)).length === count ? busy(on) : undefined), {
          what: `${count} servers have sessions`,
          within: millis(5000),
        });
      await wait(0);
      const session = await lab.client.session();
      const [name = ''] = await wait(1);
      await session.quit();
      return name;
    };
    const reloadBoth = async (change: (service: File['services'][number]) => void): Promise<void> => {
      for (const name of BOTH) {
        write(name, (file) => {
          const [service] = file.services;
          if (service === undefined) throw new Error('the lab has a service');
          service['persistence'] = { timeout: '5m' };
          change(service);
        });
        expect((await lab.director(name).ftpair('reload')).status).toBe(0);
      }
    };
    await reloadBoth(() => undefined);
    const mine = await where('alpha');
    for (const weight of [1, 9]) {
      await reloadBoth(({ servers }) => {
        // Another order, so that the servers' numbers in the kernel are others; and weight for those who shall not get it.
        if (weight === 9) servers.reverse();
        for (const server of servers) server.weight = server.name === mine ? 2 : weight;
      });
      for (let i = 0; i < 5; i++) expect(await where('alpha')).toBe(mine);
    }
    expect((await lab.director('alpha').ftpair('handover')).status).toBe(0);
    await settled(lab, 'beta', 'alpha');
    for (let i = 0; i < 5; i++) expect(await where('beta')).toBe(mine);
    expect((await lab.director('beta').ftpair('handover')).status).toBe(0);
    await settled(lab, 'alpha', 'beta');
  });

  it('is refused whole with a mistake in it, with the place', async () => {
    const director = lab.director('alpha');
    const { configFile } = director;
    const before = await status('alpha');
    write('alpha', (file) => {
      file['forwrad'] = 'everything';
      file.services = file.services.slice(0, 1);
    });
    const { status: exit, stdout, stderr } = await director.ftpair('reload');
    expect([exit, stdout]).toEqual([3, '']);
    expect(stderr).toContain(`${configFile}:`);
    expect(stderr).toContain('unknown key "forwrad"; did you mean `forward`?');
    expect(stderr).toContain(`ftpair: ${configFile} cannot be used, and nothing was changed\n  cure: `);
    expect((await status('alpha')).services.map(({ servers }) => servers.length)).toEqual(
      before.services.map(({ servers }) => servers.length),
    );
  });

  it('is refused whole where a part of it asks for a restart, which is named', async () => {
    write('alpha', (file) => {
      file.pulse['interval'] = '40ms';
      file.services[0]?.servers.pop();
    });
    const { status: exit, stdout, stderr } = await lab.director('alpha').ftpair('reload');
    expect(exit).toBe(1);
    expect(stdout).toContain('  pulse.interval: (default) → 40ms   (asks for a restart)\n');
    expect(stderr).toContain(
      'changes what a running daemon cannot take up, and nothing was changed\n  cure: ',
    );
    expect(await serversOf('alpha')).toHaveLength(3);
  });

  it('says what would change and changes nothing, when asked so', async () => {
    write('alpha', (file) => {
      file['forward'] = 'everything';
      file.services[0]?.servers.pop();
    });
    const { status: exit, stdout } = await lab.director('alpha').ftpair('reload', '--dry-run');
    expect(exit).toBe(0);
    expect(stdout).toContain('  forward: (default) → everything\n');
    expect(stdout).toContain('could be taken up; nothing was changed\n');
    expect(await serversOf('alpha')).toHaveLength(3);
  });

  it('is read at SIGHUP as well, and the log says what came of it', async () => {
    write('alpha', (file) => {
      file.services[0]?.servers.pop();
    });
    process.kill(lab.director('alpha').pid ?? 0, 'SIGHUP');
    await until(async () => (await serversOf('alpha')).length === 2, {
      what: 'the third server is gone',
      within: millis(5000),
    });
    await until(() => lab.director('alpha').log().includes('"outcome":"applied"'), {
      what: 'the log says so',
      within: millis(1000),
    });
    await until(async () => !(await status('beta')).peer.sameConfig, {
      what: 'beta knows that the configs differ',
      within: millis(5000),
    });
  });
});
