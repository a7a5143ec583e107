/**
 * Sessions that live through one failover after the other. What each director's kernel last saw of them is old by the
 * time they return, so the very first command after a failover must announce a data channel and be understood.
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { request } from '../../src/control/client.js';
import type { RemoteSession } from '../../src/lab/client.js';
import { content } from '../../src/lab/content.js';
import { type Lab, raiseLab } from '../../src/lab/lab.js';
import type { DirectorName } from '../../src/lab/plan.js';
import { millis } from '../../src/time.js';
import { settled } from './support/settled.js';
import { MODES } from './support/survivors.js';

let lab: Lab;
const sessions = new Map<string, RemoteSession>();

beforeAll(async () => {
  lab = await raiseLab({ servers: ['vsftpd', 'proftpd'] });
  lab.director('alpha').start();
  lab.director('beta').start();
  await settled(lab, 'alpha', 'beta');
  for (const mode of MODES) sessions.set(mode, await lab.client.session());
});

afterAll(async () => {
  await lab.down();
});

async function handover(from: DirectorName): Promise<void> {
  const socket = `${lab.director(from).runtimeDir}/control.sock`;
  expect((await request(socket, 'POST', '/handover', millis(5000))).body).toMatchObject({ accepted: true });
}

/** For each session the checksum of a file, fetched by an announcement as the first thing it does. */
async function fetched(): Promise<string[]> {
  return Promise.all(
    MODES.map(async (mode) => {
      const session = sessions.get(mode);
      if (session === undefined) throw new Error(`no session for ${mode}`);
      await session.prepare(mode);
      return (await session.retrieve(content.small.name)).sha256;
    }),
  );
}

const RIGHT = MODES.map(() => content.small.sha256);

describe('sessions that travel', () => {
  it.each([
    ['handed to beta', 'alpha', 'beta'],
    ['handed back to alpha, which knows them from before', 'beta', 'alpha'],
    ['handed to beta again', 'alpha', 'beta'],
    ['handed to alpha again', 'beta', 'alpha'],
  ] as const)('are understood at their first command when %s', async (_what, from, to) => {
    await handover(from);
    expect(await fetched()).toEqual(RIGHT);
    await settled(lab, to, from);
  });

  it('are understood after a power loss of the director that had them back', async () => {
    lab.powerOff('alpha');
    expect(await fetched()).toEqual(RIGHT);
  });
});
