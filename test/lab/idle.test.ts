/**
 * While a transfer runs, its control connection is silent. A router that forgets it before the transfer ends would not let the
 * last reply through: an administrator's short time for established connections must not do that, on neither director.
 */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { content } from '../../src/lab/content.js';
import { type Lab, raiseLab } from '../../src/lab/lab.js';
import type { RemoteSession } from '../../src/lab/client.js';
import { settled } from './support/settled.js';

const ESTABLISHED = 'net.netfilter.nf_conntrack_tcp_timeout_established';
/** Seconds; a transfer of 4 MiB takes more than twice as long. */
const SHORT = 3;
const RATE = 600_000;

let lab: Lab;
let session: RemoteSession;

beforeAll(async () => {
  lab = await raiseLab({ servers: ['vsftpd'], ratePerSecond: RATE });
  for (const name of ['alpha', 'beta'] as const) {
    await lab.director(name).run('sysctl', ['-qw', `${ESTABLISHED}=${SHORT}`]);
    lab.director(name).start();
  }
  await settled(lab, 'alpha', 'beta');
  session = await lab.client.session();
});

afterAll(async () => {
  await lab.down();
});

it('outlives a transfer that takes longer than the kernel was told to remember', async () => {
  await session.prepare('PASV');
  const { final, sha256, startedAt, endedAt } = await session.retrieve(content.middle.name);
  expect([final.code, sha256]).toEqual([226, content.middle.sha256]);
  expect(endedAt - startedAt).toBeGreaterThan(2000 * SHORT);
});

it('does so on a director that has taken over', async () => {
  lab.powerOff('alpha');
  await session.prepare('PORT');
  const { final, sha256 } = await session.retrieve(content.middle.name);
  expect([final.code, sha256]).toEqual([226, content.middle.sha256]);
});
