/**
 * In a handover a client on a fast LAN may be at the new active before the journal is. What the new active does not know yet it
 * leaves unanswered, and TCP sends it again: no data connection is refused, and no session is reset.
 */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { request } from '../../src/control/client.js';
import type { RemoteSession } from '../../src/lab/client.js';
import { content } from '../../src/lab/content.js';
import { type Lab, raiseLab } from '../../src/lab/lab.js';
import { until } from '../../src/until.js';
import { millis } from '../../src/time.js';
import { settled } from './support/settled.js';

let lab: Lab;
let announced: RemoteSession;

const HOLD = `table inet hold {
  counter early { }
  chain c {
    type filter hook prerouting priority -400;
    udp dport 7391 drop
    iifname "pub0" ip daddr 198.51.100.100 tcp dport 1024-65535 counter name early
  }
}
`;

beforeAll(async () => {
  lab = await raiseLab({ servers: ['vsftpd', 'proftpd'] });
  lab.director('alpha').start();
  lab.director('beta').start();
  await settled(lab, 'alpha', 'beta');
  announced = await lab.client.session();
  await settled(lab, 'alpha', 'beta');
});

afterAll(async () => {
  await lab.down();
});

async function early(): Promise<number> {
  const { stdout } = await lab.director('beta').run('nft', ['list', 'counter', 'inet', 'hold', 'early']);
  return Number(/packets (\d+)/.exec(stdout)?.[1]);
}

it('waits for what the old active has told and the journal has not brought yet', async () => {
  await lab.director('beta').run('nft', ['-f', '-'], HOLD);
  await announced.prepare('PASV');
  const opened = await Promise.all([1, 2, 3, 4].map(() => lab.client.session()));
  const socket = `${lab.director('alpha').runtimeDir}/control.sock`;
  expect((await request(socket, 'POST', '/handover', millis(5000))).body).toMatchObject({ accepted: true });
  const retrieved = announced.retrieve(content.small.name);
  const replies = Promise.all(opened.map((session) => session.command('PWD')));
  await until(async () => (await early()) > 0, {
    what: 'beta sees a data connection that it does not know',
    within: millis(2000),
    every: millis(1),
  });
  await lab.director('beta').run('nft', ['delete', 'table', 'inet', 'hold']);
  expect((await replies).map(({ code }) => code)).toEqual([257, 257, 257, 257]);
  const { sha256, final } = await retrieved;
  expect([sha256, final.code]).toEqual([content.small.sha256, 226]);
  expect((await lab.director('beta').status()).role).toBe('active');
});
