/**
 * A hundred transfers under way, by every way to open a data channel, while an operator changes a weight, drains a server and moves
 * the role, a server dies and the active loses its power: no byte is lost where the server lives.
 */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { request } from '../../src/control/client.js';
import { orderUrl } from '../../src/control/order-query.js';
import type { ServerView } from '../../src/control/status.js';
import { content } from '../../src/lab/content.js';
import { type Lab, raiseLab } from '../../src/lab/lab.js';
import type { DataMode } from '../../src/drill/announced.js';
import type { RemoteSession } from '../../src/lab/client.js';
import type { DirectorName } from '../../src/lab/plan.js';
import type { Order } from '../../src/rotation/orders.js';
import { until } from '../../src/until.js';
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
    ratePerSecond: 500_000,
    check: { interval: '1s', timeout: '900ms', fall: 2 },
    config: { services: [{ name: 'ftp', address: '198.51.100.100', scheduler: 'wlc', servers }] },
  });
  for (const name of ['alpha', 'beta'] as const) lab.director(name).start();
  await settled(lab, 'alpha', 'beta');
  await until(async () => (await serversOf('alpha')).every(({ inRotation }) => inRotation), {
    what: 'the kernel of alpha gives all servers new sessions',
    within: millis(5000),
  });
});

afterAll(async () => {
  await lab.down();
});

const serversOf = async (on: DirectorName): Promise<readonly ServerView[]> =>
  (await lab.director(on).status()).services.flatMap(({ servers }) => servers);

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

/** An operator's word, given to a director. */
async function order(to: DirectorName, server: string, word: Order): Promise<void> {
  const socket = `${lab.director(to).runtimeDir}/control.sock`;
  const { body } = await request(socket, 'POST', orderUrl({ server, order: word }), millis(5000));
  expect(body).toMatchObject({ accepted: true });
}

const sessionsBy = async (on: DirectorName = 'alpha'): Promise<Readonly<Record<string, number>>> => {
  return Object.fromEntries((await serversOf(on)).map((server) => [server.name, server.sessions]));
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
  let done = 0;
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
      .catch(() => 'lost')
      .finally(() => (done += 1));
  });
  await until(() => underWay === SESSIONS, { what: 'all transfers are under way', within: millis(30_000) });

  // A third of the slots each, until pure-ftpd gets all that vsftpd had, and three of four that are left.
  await order('alpha', 'pure-ftpd', { kind: 'weight', weight: 3 });
  await order('alpha', 'vsftpd', { kind: 'drain', on: true });
  await until(
    async () => (await serversOf('alpha')).some(({ name, inRotation }) => name === 'vsftpd' && !inRotation),
    { what: 'vsftpd is drained', within: millis(5000) },
  );
  const early = await sessionsBy();
  const later = await Promise.all(Array.from({ length: 8 }, () => lab.client.session()));
  const settledBy = { what: 'alpha knows the new sessions', within: millis(5000) };
  await until(
    async () => Object.values(await sessionsBy()).reduce((a, b) => a + b) === SESSIONS + later.length,
    settledBy,
  );
  const late = await sessionsBy();
  expect(late['vsftpd']).toBe(early['vsftpd']);
  // wlc: 33 or 34 sessions at weight 1 are more than 33 or 34 at weight 3, so all eight go there.
  expect(late['pure-ftpd']).toBe((early['pure-ftpd'] ?? 0) + later.length);

  const socket = `${lab.director('alpha').runtimeDir}/control.sock`;
  expect((await request(socket, 'POST', '/handover', millis(5000))).body).toMatchObject({ accepted: true });
  await settled(lab, 'beta', 'alpha');
  await order('beta', 'vsftpd', { kind: 'drain', on: false });

  const before = await sessionsBy('beta');
  lab.server('proftpd').kill();
  await until(
    async () => (await serversOf('beta')).some(({ name, inRotation }) => name === 'proftpd' && !inRotation),
    { what: 'beta has noticed the death', within: millis(5000) },
  );
  // New sessions go to the others, and all of this disturbs nobody.
  const fresh = await lab.client.session();
  expect((await fresh.command('NOOP')).code).toBe(200);
  const running = SESSIONS - done;
  lab.powerOff('beta');
  const results = await Promise.all(ended);
  const whole = results.filter((result) => result === '226 whole').length;
  console.log(
    `of ${SESSIONS} transfers ${whole} whole, ${before['proftpd']} were on the server that died; ${running} were running when the active lost its power`,
  );
  expect(whole).toBe(SESSIONS - (before['proftpd'] ?? 0));
  expect((await fresh.command('NOOP')).code).toBe(200);
});
