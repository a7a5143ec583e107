/**
 * Every refusal of the kernel that has a name here (replication/refusals.ts), provoked behind the daemon's back in the kernel of the backup: counted under its
 * reason, told to the active where a session is lost by it, and healed. In the end the active loses its power.
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { request } from '../../src/control/client.js';
import { parseSessions } from '../../src/control/schema.js';
import type { StatusView } from '../../src/control/status.js';
import type { RemoteSession } from '../../src/lab/client.js';
import { content } from '../../src/lab/content.js';
import { type Lab, raiseLab } from '../../src/lab/lab.js';
import type { DirectorName } from '../../src/lab/plan.js';
import type { TransferResult } from '../../src/drill/session.js';
import { until } from '../../src/until.js';
import { millis } from '../../src/time.js';
import { harm } from './support/kernel.js';
import { settled } from './support/settled.js';

/** Client ports of the sessions, by what happens to them. */
const PORT = { idle: 46001, stale: 46002, orphan: 46003, gone: 46004, helpless: 46005, busy: 46006 };
const LATE = { crowded: 46007, late: 46008 };
/** What the audit mends, it mends every five seconds. */
const MENDED = millis(9000);

let lab: Lab;
const sessions = new Map<number, RemoteSession>();

beforeAll(async () => {
  lab = await raiseLab({ servers: ['vsftpd'], ratePerSecond: 1_000_000 });
  lab.director('alpha').start();
  lab.director('beta').start();
  await settled(lab, 'alpha', 'beta');
});

afterAll(async () => {
  await lab.down();
});

function clientPorts(range: string): Promise<unknown> {
  return lab.client.run('sysctl', ['-qw', `net.ipv4.ip_local_port_range=${range}`]);
}

/** Opens a session from this port. */
async function open(port: number): Promise<void> {
  await clientPorts(`${port} ${port}`);
  sessions.set(port, await lab.client.session());
  await clientPorts('40000 45000');
}

function session(port: number): RemoteSession {
  const found = sessions.get(port);
  if (found === undefined) throw new Error(`no session was opened from port ${port}`);
  return found;
}

/** Waits until a director says this of the session at `port`: its state, and reason and part where it would be lost. */
async function says(
  name: DirectorName,
  port: number,
  expected: readonly (string | undefined)[],
  within = millis(3000),
): Promise<void> {
  let last: unknown;
  const socket = `${lab.director(name).runtimeDir}/control.sock`;
  await until(
    async () => {
      const parsed = parseSessions((await request(socket, 'GET', '/sessions', millis(3000))).body);
      if (!parsed.ok) throw new Error(parsed.complaint);
      const view = parsed.value.sessions.find(({ client }) => client.port === port);
      last = view && [view.state, view.reason, view.part];
      return JSON.stringify(last) === JSON.stringify(expected);
    },
    { what: `${name} says so of ${port}`, within },
  ).catch(() => {
    expect([name, port, last]).toEqual([name, port, expected]);
  });
}

async function survives(port: number, state: string, within = millis(3000)): Promise<void> {
  for (const name of ['alpha', 'beta'] as const)
    await says(name, port, [state, undefined, undefined], within);
}

async function sync(): Promise<StatusView['sync']> {
  return (await lab.director('beta').status()).sync;
}

/** Waits until the backup has counted it. */
async function counted(where: 'refused' | 'healed', reason: string, count: number): Promise<void> {
  await until(async () => ((await sync())[where][reason] ?? 0) >= count, {
    what: `${where} ${reason} is ${count}`,
    within: millis(3000),
  });
}

/** Returns just after an audit of the backup, so that the next one is far. */
async function audited(): Promise<void> {
  const before = (await sync()).repairs;
  await harm(lab, 'beta', `forget:${PORT.idle}`);
  await until(async () => (await sync()).repairs > before, { what: 'it is mended', within: MENDED });
}

describe('a stale connection with the tuple of a session (EEXIST)', () => {
  it('is removed, and the session is written in its place', async () => {
    await harm(lab, 'beta', `stale:${PORT.stale}`);
    await open(PORT.stale);
    await survives(PORT.stale, 'idle');
    expect(await sync()).toMatchObject({ refused: {}, healed: { clash: 1 } });
  });
});

describe('behind the audit’s back', () => {
  let running: Promise<TransferResult>;

  beforeAll(async () => {
    for (const port of [PORT.idle, PORT.orphan, PORT.gone, PORT.helpless, PORT.busy]) await open(port);
    await audited();
    await session(PORT.busy).prepare('EPSV');
    await session(PORT.orphan).prepare('EPSV');
    running = session(PORT.busy).retrieve(content.middle.name);
    await says('alpha', PORT.busy, ['downloading', undefined, undefined]);
    await says('beta', PORT.busy, ['transferring', undefined, undefined]);
    await survives(PORT.orphan, 'announced');
    await harm(
      lab,
      'beta',
      `forget:${PORT.orphan}`,
      `forget:${PORT.gone}`,
      `unhelp:${PORT.helpless}`,
      `unexpect:${PORT.busy}`,
    );
  });

  it('a channel announced by a control flow that is gone (ENOENT) is refused, which the active hears', async () => {
    await session(PORT.gone).prepare('EPSV');
    await says('alpha', PORT.gone, ['announced', 'masterMissing', 'announcement']);
    await says('beta', PORT.gone, ['announced', 'missing', 'control']);
    expect((await sync()).refused).toMatchObject({ masterMissing: 1 });
  });

  it('a channel announced by a control flow without helper (EOPNOTSUPP) is refused, which the active hears', async () => {
    await session(PORT.helpless).prepare('EPSV');
    await says('alpha', PORT.helpless, ['announced', 'noHelper', 'announcement']);
    await says('beta', PORT.helpless, ['announced', 'differs', 'control']);
    expect((await sync()).refused).toMatchObject({ noHelper: 1 });
  });

  it('a data flow whose control flow is gone (ENOENT) is written without it', async () => {
    const { sha256 } = await session(PORT.orphan).retrieve(content.small.name);
    expect(sha256).toBe(content.small.sha256);
    await counted('healed', 'masterMissing', 1);
  });

  it('a data flow that is not EXPECTED any more (EBUSY) is brought up to date as it is', async () => {
    expect((await running).sha256).toBe(content.middle.sha256);
    await counted('healed', 'busy', 1);
  });

  it('the next audit writes what was lost: all of them survive', async () => {
    for (const port of [PORT.gone, PORT.helpless]) await survives(port, 'announced', MENDED);
    for (const port of [PORT.idle, PORT.orphan, PORT.busy]) await survives(port, 'idle', MENDED);
    expect((await sync()).refused).toEqual({ masterMissing: 1, noHelper: 1 });
  });
});

describe('a table at its maximum', () => {
  beforeAll(async () => {
    await open(LATE.crowded);
    await survives(LATE.crowded, 'idle');
    await harm(lab, 'beta', 'crowd', 'fill');
  });

  it('of expectations (EMFILE) refuses an announced channel, which the active hears', async () => {
    await session(LATE.crowded).prepare('PASV');
    await says('alpha', LATE.crowded, ['announced', 'tableFull', 'announcement']);
    await says('beta', LATE.crowded, ['announced', 'tableFull', 'announcement']);
    expect((await sync()).refused['tableFull']).toBeGreaterThanOrEqual(1);
  });

  it('of flows (ENOMEM) refuses a session, which the active hears', async () => {
    const before = (await sync()).refused['tableFull'] ?? 0;
    await open(LATE.late);
    await says('alpha', LATE.late, ['idle', 'tableFull', 'control']);
    await says('beta', LATE.late, ['idle', 'tableFull', 'control']);
    await counted('refused', 'tableFull', before + 1);
  });

  it('leaves the sessions alone that are there, and the pair in sync', async () => {
    await survives(PORT.stale, 'idle');
    expect(await sync()).toMatchObject({ inSync: true, direction: 'receiving' });
  });

  it('is no loss any more when there is room again', async () => {
    await harm(lab, 'beta', 'empty', 'disperse');
    await survives(LATE.crowded, 'announced', MENDED);
    await survives(LATE.late, 'idle', MENDED);
  });
});

describe('when the active then loses its power', () => {
  it('every session goes on, and every announced channel opens', async () => {
    lab.powerOff('alpha');
    const announced = [PORT.gone, PORT.helpless, LATE.crowded];
    const sums = await Promise.all(
      announced.map(async (port) => (await session(port).retrieve(content.small.name)).sha256),
    );
    expect(sums).toEqual(announced.map(() => content.small.sha256));
    const replies = await Promise.all([...sessions.values()].map((one) => one.command('PWD')));
    expect(replies.map(({ code }) => code)).toEqual([...sessions.keys()].map(() => 257));
  });
});
