/**
 * A stopped daemon's kernel goes on forwarding until its lease is over, and nobody tells the backup what it rewrites
 * meanwhile. Announcements of data channels must not pass it, nor connections that begin: they wait, in TCP's own resending,
 * for whoever serves next.
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { RemoteSession } from '../../src/lab/client.js';
import { content } from '../../src/lab/content.js';
import { type Lab, raiseLab } from '../../src/lab/lab.js';
import { until } from '../../src/until.js';
import { millis } from '../../src/time.js';
import { settled } from './support/settled.js';
import { MODES } from './support/survivors.js';

/** Long enough that everything below would happen inside it. */
const LEASE = '2s';

let lab: Lab;
const sessions: RemoteSession[] = [];
/** Sessions that have announced a channel when the daemon is stopped. */
const announced: RemoteSession[] = [];

beforeAll(async () => {
  lab = await raiseLab({ servers: ['vsftpd', 'proftpd'], pulse: { lease: LEASE } });
  lab.director('alpha').start();
  lab.director('beta').start();
  await settled(lab, 'alpha', 'beta');
  for (const mode of MODES) {
    const session = await lab.client.session();
    sessions.push(session);
    await session.prepare(mode);
    await session.retrieve(content.small.name);
  }
});

afterAll(async () => {
  await lab.down();
});

async function setOf(family: string, name: string): Promise<string> {
  return (await lab.director('alpha').run('nft', ['list', 'set', family, 'ftpair', name])).stdout;
}

async function gateIs(state: 'open' | 'closed', within: number): Promise<void> {
  await until(async () => (await setOf('inet', 'gate')).includes('elements') === (state === 'open'), {
    what: `the gate of alpha is ${state}`,
    within: millis(within),
    every: millis(1),
  });
}

describe('the gate of a director whose daemon was stopped for a moment', () => {
  // The kernel collects what has expired once a second; until then it must not stand in the way.
  it('is open again with the next renewal, every time', async () => {
    for (let round = 0; round < 8; round++) {
      lab.director('alpha').pause();
      await gateIs('closed', 1000);
      lab.director('alpha').resume();
      await gateIs('open', 300);
    }
    expect((await lab.director('alpha').status()).role).toBe('active');
  });
});

describe('the gate of a director whose daemon was stopped', () => {
  beforeAll(async () => {
    for (const mode of MODES) {
      const session = await lab.client.session();
      await session.prepare(mode);
      announced.push(session);
    }
    await settled(lab, 'alpha', 'beta');
    lab.director('alpha').pause();
    await gateIs('closed', 1000);
  });

  it('is closed while the kernel still answers and forwards', async () => {
    expect(await setOf('netdev', 'lease4')).toContain('elements');
    const replies = await Promise.all(sessions.map((session) => session.command('PWD')));
    expect(replies.map(({ code }) => code)).toEqual([257, 257, 257, 257]);
    expect(await setOf('netdev', 'lease4')).toContain('elements');
  });

  it('leaves what is announced and what begins behind it to the new active, and nothing is shifted or refused', async () => {
    const sums = await Promise.all([
      ...sessions.map(async (session, index) => {
        await session.prepare(MODES[index] ?? 'PASV');
        return (await session.retrieve(content.small.name)).sha256;
      }),
      ...announced.map(async (session) => (await session.retrieve(content.small.name)).sha256),
      ...MODES.map(async (mode) => {
        const session = await lab.client.session();
        expect((await lab.director('beta').status()).role).toBe('active');
        await session.prepare(mode);
        return (await session.retrieve(content.small.name)).sha256;
      }),
    ]);
    expect(sums).toEqual([...MODES, ...MODES, ...MODES].map(() => content.small.sha256));
    expect((await lab.director('beta').status()).role).toBe('active');
  });

  it('is no loss afterwards: the gate of the new active is open, and the stopped one becomes its backup', async () => {
    lab.director('alpha').resume();
    await settled(lab, 'beta', 'alpha');
    await Promise.all(sessions.map((session) => session.prepare('PASV')));
  });
});
