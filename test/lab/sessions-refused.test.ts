/**
 * What the kernel of the backup has not got, or has got otherwise, on purpose: the backup says so of itself, and the active hears
 * of what was refused.
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { request } from '../../src/control/client.js';
import { type Parsed, parseSessions, parseStatus } from '../../src/control/schema.js';
import type { SessionView } from '../../src/control/sessions.js';
import type { Finished } from '../../src/lab/ip-command.js';
import { type Lab, raiseLab } from '../../src/lab/lab.js';
import type { DirectorName } from '../../src/lab/plan.js';
import { until } from '../../src/until.js';
import { millis } from '../../src/time.js';
import { settled } from './support/settled.js';

let lab: Lab;

beforeAll(async () => {
  lab = await raiseLab({ servers: ['vsftpd'] });
  lab.director('alpha').start();
  lab.director('beta').start();
  await settled(lab, 'alpha', 'beta');
});

afterAll(async () => {
  await lab.down();
});

async function answer<T>(name: DirectorName, path: string, parse: (body: unknown) => Parsed<T>): Promise<T> {
  const socket = `${lab.director(name).runtimeDir}/control.sock`;
  const parsed = parse((await request(socket, 'GET', path, millis(3000))).body);
  if (!parsed.ok) throw new Error(parsed.complaint);
  return parsed.value;
}

async function listed(name: DirectorName): Promise<readonly SessionView[]> {
  return (await answer(name, '/sessions', parseSessions)).sessions;
}

/** What the audit mends, it mends every five seconds. */
const MENDED = millis(8000);

/** Removes the control flow from the kernel of the backup, just after an audit, so that the next one is far. */
async function removeBehindTheAudit(): Promise<void> {
  const remove = ['-D', '-p', 'tcp', '--orig-port-dst', '21'];
  await must(lab.director('beta').run('conntrack', remove));
  await until(async () => (await answer('beta', '/status', parseStatus)).sync.repairs > 0, {
    what: 'it is mended',
    within: MENDED,
  });
  await must(lab.director('beta').run('conntrack', remove));
}

/** Waits until a director lists exactly one session, with this state, reason and part. */
async function says(
  name: DirectorName,
  expected: readonly (string | undefined)[],
  within = millis(3000),
): Promise<void> {
  let last: unknown = [];
  await until(
    async () => {
      last = (await listed(name)).map(({ state, reason, part }) => [state, reason, part]);
      return JSON.stringify(last) === JSON.stringify([expected]);
    },
    { what: `${name} says so`, within },
  ).catch(() => {
    expect(last).toEqual([expected]);
  });
}

async function must(done: Promise<Finished>): Promise<void> {
  expect(await done).toMatchObject({ status: 0 });
}

describe('a channel that the kernel of the backup refuses', () => {
  it('is lost by the word of the backup, which the active hears, until the audit has mended it', async () => {
    const session = await lab.client.session();
    await says('beta', ['idle', undefined, undefined]);
    await removeBehindTheAudit();
    await says('beta', ['idle', 'missing', 'control']);
    // Announced under a control flow that is not there (ENOENT).
    await session.prepare('EPSV');
    await says('alpha', ['announced', 'masterMissing', 'announcement']);
    await says('beta', ['announced', 'missing', 'control']);
    for (const name of ['alpha', 'beta'] as const)
      await says(name, ['announced', undefined, undefined], MENDED);
    await session.quit();
    await until(async () => (await listed('alpha')).length === 0, {
      what: 'it is over',
      within: millis(3000),
    });
  });
});

describe('a session in whose way a stale connection stands on the backup', () => {
  it('has another translation there, and the backup says so', async () => {
    const server = lab.server('vsftpd').address.v4;
    const client = lab.client.addresses[0]?.v4 ?? '';
    // It has the tuple that the replies of the session will have.
    const ends = ['-s', server, '--sport', '21', '-d', client, '--dport', '46000'];
    const stale = ['-I', '-p', 'tcp', ...ends, '-t', '60', '--state', 'ESTABLISHED'];
    await must(lab.director('beta').run('conntrack', stale));
    await must(lab.client.run('sysctl', ['-qw', 'net.ipv4.ip_local_port_range=46000 46000']));
    const session = await lab.client.session();
    expect((await session.command('PWD')).code).toBe(257);
    await says('beta', ['idle', 'differs', 'control']);
  });

  it('is written as it should be by the next audit, once the stale one is gone', async () => {
    await must(lab.director('beta').run('conntrack', ['-D', '-p', 'tcp', '--orig-port-src', '21']));
    for (const name of ['alpha', 'beta'] as const) await says(name, ['idle', undefined, undefined], MENDED);
  });
});
