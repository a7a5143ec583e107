/**
 * A hundred transfers under way, by every way to open a data channel, while a server dies and the active loses its power: no byte is
 * lost where the server lives.
 */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { content } from '../../src/lab/content.js';
import { type Lab, raiseLab } from '../../src/lab/lab.js';
import type { DataMode } from '../../src/lab/announced.js';
import type { RemoteSession } from '../../src/lab/client.js';
import { until } from '../../src/lab/until.js';
import { millis } from '../../src/time.js';
import { settled } from './support/settled.js';

const SESSIONS = 100;
const MODES: readonly DataMode[] = ['PASV', 'EPSV', 'PORT', 'EPRT'];

let lab: Lab;

beforeAll(async () => {
  const servers = ['vsftpd', 'proftpd', 'pure-ftpd'].map((name, index) => ({
    name,
    address: `10.200.30.${11 + index}`,
  }));
  lab = await raiseLab({
    ratePerSecond: 700_000,
    check: { interval: '500ms', timeout: '400ms', fall: 2 },
    config: { services: [{ name: 'ftp', address: '198.51.100.100', scheduler: 'wlc', servers }] },
  });
  for (const name of ['alpha', 'beta'] as const) lab.director(name).start();
  await settled(lab, 'alpha', 'beta');
});

afterAll(async () => {
  await lab.down();
});

async function openAll(): Promise<RemoteSession[]> {
  const addresses = lab.client.addresses.map(({ v4 }) => v4);
  const sessions: RemoteSession[] = [];
  // Ten at a time: pure-ftpd and a machine with two cores take a while for each.
  while (sessions.length < SESSIONS)
    sessions.push(
      ...(await Promise.all(
        Array.from({ length: 10 }, (_, index) =>
          lab.client.session({ localAddress: addresses[index % addresses.length] ?? '' }),
        ),
      )),
    );
  return sessions;
}

const sessionsBy = async (): Promise<Readonly<Record<string, number>>> => {
  const { services } = await lab.director('alpha').status();
  return Object.fromEntries(services.flatMap(({ servers }) => servers.map((s) => [s.name, s.sessions])));
};

it('keeps every byte of the servers that live', async () => {
  const sessions = await openAll();
  await until(async () => Object.values(await sessionsBy()).reduce((a, b) => a + b) === SESSIONS, {
    what: 'alpha knows all sessions',
    within: millis(5000),
  });
  const spread = Object.values(await sessionsBy());
  console.log(`wlc, 100 sessions: ${spread.join(' ')}`);
  expect(Math.max(...spread) - Math.min(...spread)).toBeLessThanOrEqual(1);

  let underWay = 0;
  const ended = sessions.map(async (session, index) => {
    await session.prepare(MODES[index % 4] ?? 'PASV');
    let begun = false;
    return session
      .retrieve(content.middle.name, (bytes) => {
        if (!begun && bytes > 300_000) underWay += 1;
        begun ||= bytes > 300_000;
      })
      .then(
        ({ sha256, final }) => `${final.code} ${sha256 === content.middle.sha256 ? 'whole' : 'not whole'}`,
      )
      .catch(() => 'lost');
  });
  await until(() => underWay === SESSIONS, { what: 'all transfers are under way', within: millis(30_000) });

  const before = await sessionsBy();
  lab.server('proftpd').kill();
  await until(
    async () => {
      const { services } = await lab.director('alpha').status();
      return services[0]?.servers.find(({ name }) => name === 'proftpd')?.inRotation === false;
    },
    { what: 'alpha has noticed the death', within: millis(5000) },
  );
  // New sessions go to the others, and all of this disturbs nobody.
  const fresh = await lab.client.session();
  expect((await fresh.command('NOOP')).code).toBe(200);
  lab.powerOff('alpha');
  const results = await Promise.all(ended);
  const whole = results.filter((result) => result === '226 whole').length;
  console.log(`of ${SESSIONS} transfers ${whole} whole, ${before['proftpd']} were on the server that died`);
  expect(whole).toBe(SESSIONS - (before['proftpd'] ?? 0));
  expect((await fresh.command('NOOP')).code).toBe(200);
});
