/**
 * What becomes of a service when servers fail: sorry server, the end of sessions, least number, slow start. One director; a
 * server fails in its eyes alone, by a rule that drops its own probes and none of the clients' packets.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parse, stringify } from 'yaml';
import type { StatusView } from '../../src/control/status.js';
import type { RemoteSession } from '../../src/lab/client.js';
import { type Lab, raiseLab } from '../../src/lab/lab.js';
import type { ServerKind } from '../../src/lab/plan.js';
import { until } from '../../src/until.js';
import { millis } from '../../src/time.js';

const MAIN = join(import.meta.dirname, '../../dist/main.js');
const SORRY = '10.200.30.13';

let lab: Lab;

beforeAll(async () => {
  const servers = [
    { name: 'vsftpd', address: '10.200.30.11' },
    { name: 'proftpd', address: '10.200.30.12' },
  ];
  lab = await raiseLab({
    check: { interval: '600ms', retry: '100ms', timeout: '500ms', rise: 1, fall: 2 },
    service: { servers, sorry_server: { address: SORRY }, on_failure: 'end' },
  });
  await startAlpha();
});

afterAll(async () => {
  await lab.down();
});

async function startAlpha(): Promise<void> {
  lab.director('alpha').start();
  await shows('is active with both servers', ({ role, services }) => {
    return (
      role === 'active' && services.every(({ servers }) => servers.every(({ standing }) => standing === 'ok'))
    );
  });
}

/** Restarts the director with other rules for its service. */
async function restartWith(rules: object): Promise<void> {
  await lab.director('alpha').stop();
  const file = parse(readFileSync(lab.config, 'utf8')) as {
    services: { name: string; address: string; servers: [] }[];
  };
  const services = file.services.map(({ name, address, servers }) => ({ name, address, servers, ...rules }));
  writeFileSync(lab.config, stringify({ ...file, services }));
  await startAlpha();
}

async function shows(what: string, ask: (view: StatusView) => boolean): Promise<void> {
  await until(async () => ask(await lab.director('alpha').status()), {
    what: `alpha ${what}`,
    within: millis(10_000),
  });
}

/** Waits for the standings of vsftpd and proftpd, in the kernel too. */
function stand(...standings: readonly string[]): Promise<void> {
  return shows(`has ${standings.join()}`, ({ services }) =>
    services
      .flatMap(({ servers }) => servers)
      .every(
        ({ standing, inRotation, effectiveWeight }, index) =>
          standing === standings[index] && inRotation === effectiveWeight > 0,
      ),
  );
}

/** The director's own packets to these servers are dropped; an empty list mends all. */
async function blind(...kinds: readonly ServerKind[]): Promise<void> {
  const drops = kinds.map((kind) => `ip daddr ${lab.server(kind).address.v4} tcp dport 21 drop;`).join(' ');
  const chain = `chain out { type filter hook output priority 0; ${drops} };`;
  const rules = `table ip blind\ndelete table ip blind\ntable ip blind { ${chain} }\n`;
  const { status, stderr } = await lab.director('alpha').run('nft', ['-f', '-'], rules);
  expect([status, stderr]).toEqual([0, '']);
}

/** Opens a session and says which server it came to. */
async function open(): Promise<{ readonly session: RemoteSession; readonly server: string }> {
  const session = await lab.client.session();
  const args = [MAIN, 'sessions', '--json', '--runtime-dir', lab.director('alpha').runtimeDir];
  const { stdout } = await lab.director('alpha').run(process.execPath, args);
  const { sessions } = JSON.parse(stdout) as { sessions: { server: string }[] };
  return { session, server: sessions.at(-1)?.server ?? '' };
}

/** Opens sessions until one is on this server; the others are closed. */
async function openOn(kind: ServerKind): Promise<RemoteSession> {
  for (let tries = 0; tries < 8; tries++) {
    const { session, server } = await open();
    if (server === kind) return session;
    await session.quit();
  }
  throw new Error(`no session came to ${kind}`);
}

function alerts(id: string): readonly string[] {
  return lab.syslog.filter((line) => line.includes(` alert=${id} `));
}

describe('a server that fails, with on_failure: end', () => {
  it('has its sessions reset, and those on the other server go on', async () => {
    const [doomed, other] = [await openOn('vsftpd'), await openOn('proftpd')];
    await blind('vsftpd');
    await stand('down', 'ok');
    await until(() => alerts('sessions-ended').length > 0, { what: 'it is said', within: millis(2000) });
    await expect(doomed.command('PWD')).rejects.toThrow();
    expect((await other.command('PWD')).code).toBe(257);
    expect(alerts('sessions-ended')[0]).toContain('server=vsftpd connections=1');
    await other.quit();
  });
});

describe('a sorry server', () => {
  it('gets the new sessions when no other is left', async () => {
    await blind('vsftpd', 'proftpd');
    await stand('down', 'down');
    const { session, server } = await open();
    expect(server).toBe('sorry');
    expect((await session.command('PWD')).code).toBe(257);
    const { services } = await lab.director('alpha').status();
    expect(services[0]?.sorry).toEqual({ address: SORRY, port: 21, serving: true, sessions: 1 });
    expect(alerts('sorry-server')).toHaveLength(1);
    await blind('vsftpd');
    await stand('down', 'ok');
    expect((await open()).server).toBe('proftpd');
    // It keeps what it has.
    expect((await session.command('PWD')).code).toBe(257);
    await session.quit();
    await blind();
    await stand('ok', 'ok');
  });
});

describe('min_servers, slow_start, and on_failure: keep', () => {
  it('keep the last server that fails, its sessions, and those of the one that left before', async () => {
    await restartWith({ min_servers: 1, slow_start: '3s' });
    const kept = await openOn('vsftpd');
    await blind('vsftpd');
    await stand('down', 'ok');
    await blind('vsftpd', 'proftpd');
    await shows('holds proftpd', ({ services }) => services[0]?.servers[1]?.standing === 'held');
    const { session, server } = await open();
    expect(server).toBe('proftpd');
    expect([(await session.command('PWD')).code, (await kept.command('PWD')).code]).toEqual([257, 257]);
    expect(alerts('server-held')[0]).toContain('server=proftpd');
    await session.quit();
    await kept.quit();
  });

  it('give a returning server a tenth of its share at first, and then more and more', async () => {
    await blind('proftpd');
    await shows('lets vsftpd return slowly', ({ services }) => {
      const vsftpd = services[0]?.servers[0];
      return vsftpd?.standing === 'slowStart' && vsftpd.inRotation;
    });
    await blind();
    const shares: number[] = [];
    await shows('gives vsftpd its whole share', ({ services }) => {
      const vsftpd = services[0]?.servers[0];
      shares.push(vsftpd?.effectiveWeight ?? 0);
      return vsftpd?.standing === 'ok';
    });
    expect(shares[0]).toBeLessThan(1);
    expect(shares).toEqual(shares.toSorted((one, other) => one - other));
    expect(new Set(shares).size).toBeGreaterThan(2);
    await stand('ok', 'ok');
  });
});
