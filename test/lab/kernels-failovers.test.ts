/**
 * Twenty failovers to and fro, handovers and kills by turns, with real sessions that come, transfer, announce and go all the time:
 * in the end every session that stayed is understood, and neither kernel holds anything else.
 */
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { request } from '../../src/control/client.js';
import type { DataMode } from '../../src/drill/announced.js';
import type { RemoteSession } from '../../src/lab/client.js';
import { content } from '../../src/lab/content.js';
import { type Lab, raiseLab } from '../../src/lab/lab.js';
import type { DirectorName } from '../../src/lab/plan.js';
import { until } from '../../src/until.js';
import { millis, monotonicNow } from '../../src/time.js';
import { alike, type Kernels, kernelsOf } from './support/kernels.js';
import { settled } from './support/settled.js';
import { MODES } from './support/survivors.js';

const FAILOVERS = 20;

let lab: Lab;
let kernels: Kernels;
/** Each with when it was opened and when it had announced for the last time. */
const staying: { readonly session: RemoteSession; readonly from: number; readonly to: number }[] = [];
let going = true;

beforeAll(async () => {
  lab = await raiseLab({ servers: ['vsftpd', 'proftpd'] });
  lab.director('alpha').start();
  lab.director('beta').start();
  await settled(lab, 'alpha', 'beta');
  kernels = kernelsOf(lab);
});

afterAll(async () => {
  going = false;
  await lab.down();
});

/** From the moment of a kill on until the peer has taken over. */
interface Window {
  readonly from: number;
  readonly to: number;
}
const kills: Window[] = [];
/** When each failover began; the even ones are handovers. */
const begun: number[] = [];
/** How far the backup's kernel may lag behind, in milliseconds, on a machine that is busy with all this. */
const LAG = 100;

/**
 * What a session opens and announces in the last moments before door and gate of a dead daemon's kernel shut is known to nobody
 * else: it loses its channel, and may be lost itself, as a 227 that was rewritten shifts what follows. Any other must not fail.
 */
function nobodyKnew(began: number, ended: number): boolean {
  return kills.some(({ from, to }) => ended > from - LAG && began < to);
}

const sure = (): typeof staying => staying.filter(({ from, to }) => !nobodyKnew(from, to));

/** Longer than a takeover and two tries of TCP: what takes longer hangs. */
const PATIENCE = 3000;

/** For people: which failover was the last, and how long ago it began. */
function when(time: number): string {
  const last = begun.findLastIndex((at) => at <= time);
  return `${(time - (begun[last] ?? 0)).toFixed(0)} ms into ${last}`;
}

interface Failure {
  readonly openedFrom: number;
  /** When the step began that failed, or hung; of the opening, which is many packets, when it had failed. */
  readonly reached: number;
  readonly problem: string;
}
const failures: Failure[] = [];

/** Opens one, transfers, announces again; it stays, or quits. `step` hears of each step that begins. */
async function visit(mode: DataMode, stays: boolean, step: () => void): Promise<void> {
  const openedFrom = monotonicNow();
  const session = await lab.client.session();
  step();
  await session.prepare(mode);
  step();
  const { sha256, final } = await session.retrieve(content.small.name);
  expect({ code: final.code, sha256 }).toEqual({ code: 226, sha256: content.small.sha256 });
  step();
  await (stays ? session.prepare(mode) : session.quit());
  if (stays) staying.push({ session, from: openedFrom, to: monotonicNow() });
}

/** One visit after the other, without a pause, in all modes; every third one stays. One that hangs has failed, and is left. */
async function comeAndGo(): Promise<number> {
  let count = 0;
  for (; going; count += 1) {
    const openedFrom = monotonicNow();
    let reached: number | undefined;
    const step = (): void => void (reached = monotonicNow());
    const whole = visit(MODES[count % MODES.length]!, count % 3 === 0, step).then(() => '', String);
    const problem = await Promise.race([whole, delay(PATIENCE, 'no end', { ref: false })]);
    const failedAt = monotonicNow();
    if (problem !== '')
      failures.push({
        openedFrom,
        reached: reached ?? failedAt,
        problem: `${when(openedFrom)} to ${when(failedAt)}: ${problem}`,
      });
  }
  return count;
}

async function failOver(number: number, from: DirectorName, to: DirectorName): Promise<void> {
  begun.push(monotonicNow());
  if (number % 2 === 0) {
    const socket = `${lab.director(from).runtimeDir}/control.sock`;
    const answer = (await request(socket, 'POST', '/handover', millis(5000))).body;
    expect(answer).toMatchObject({ accepted: true });
  } else {
    const killedAt = monotonicNow();
    await lab.director(from).kill();
    await until(async () => (await lab.director(to).status()).role === 'active', {
      what: `${to} has taken over`,
      within: millis(5000),
    });
    kills.push({ from: killedAt, to: monotonicNow() });
    lab.director(from).start();
  }
  await settled(lab, to, from);
}

/** Ports of the client's connections to the VIP's port 21 that are established: /proc/net/tcp, in hexadecimal. */
async function livePorts(): Promise<string[]> {
  const { stdout } = await lab.client.run('cat', ['/proc/net/tcp']);
  const vip = lab.vip
    .split('.')
    .reverse()
    .map((part) => Number(part).toString(16).padStart(2, '0').toUpperCase())
    .join('');
  const lines = stdout.split('\n').map((line) => line.trim().split(/\s+/));
  return lines
    .filter(([, , remote, state]) => remote === `${vip}:0015` && state === '01')
    .map(([, local = '']) => (local.split(':')[1] ?? '').toLowerCase())
    .sort();
}

/** The same of a kernel's control flows: those with a helper that are ESTABLISHED. */
async function heldPorts(name: DirectorName): Promise<string[]> {
  const { flows } = await kernels[name].table();
  return flows
    .filter(({ words }) => / 5\.1=66747000/.test(words) && / 4\.1\.1=03/.test(words))
    .map(({ orig }) => /\.2\.2=([0-9a-f]{4})/.exec(orig)?.[1] ?? '')
    .sort();
}

/**
 * Which of these have announced a channel. Of a session that has quit, the news that its channel was used may have died with a
 * director; what is left of that goes with the control flow.
 */
async function announcedPorts(name: DirectorName, live: readonly string[]): Promise<string[]> {
  const { expectations } = await kernels[name].table();
  return expectations
    .map(({ key }) => / of .*\.2\.2=([0-9a-f]{4})/.exec(key)?.[1] ?? '')
    .filter((port) => live.includes(port))
    .sort();
}

describe('twenty failovers to and fro, with new sessions all the time', () => {
  it('lose no session that comes meanwhile', async () => {
    const visitors = [comeAndGo(), comeAndGo(), comeAndGo()];
    let [active, backup]: [DirectorName, DirectorName] = ['alpha', 'beta'];
    for (let number = 0; number < FAILOVERS; number++) {
      await failOver(number, active, backup);
      [active, backup] = [backup, active];
    }
    going = false;
    const came = (await Promise.all(visitors)).reduce((sum, count) => sum + count, 0);
    expect(came).toBeGreaterThan(FAILOVERS / 2);
    expect(failures.filter(({ openedFrom, reached }) => !nobodyKnew(openedFrom, reached))).toEqual([]);
    expect(active).toBe('alpha');
  });

  it('leave both kernels equal, with the sessions that stayed and no others', async () => {
    await alike(kernels, 'alpha');
    // Of the failed ones, which nobody knew, there may be remains at either end.
    const live = await livePorts();
    expect(live.length).toBeLessThanOrEqual(staying.length + failures.length);
    for (const name of ['alpha', 'beta'] as const) {
      const held = await heldPorts(name);
      expect(held.length).toBeGreaterThanOrEqual(sure().length);
      expect(held.filter((port) => !live.includes(port)).length).toBeLessThanOrEqual(failures.length);
      expect((await announcedPorts(name, live)).length).toBeGreaterThanOrEqual(sure().length);
    }
  });

  it('leave every session understood: the channel that it had announced, and the next one', async () => {
    const fetched = await Promise.all(
      sure().map(async ({ session }, index) => {
        const first = await session.retrieve(content.small.name);
        await session.prepare(MODES[index % MODES.length]!);
        const second = await session.retrieve(content.small.name);
        return [first.sha256, second.sha256];
      }),
    );
    expect(fetched.length).toBeGreaterThan(FAILOVERS / 4);
    expect(fetched).toEqual(fetched.map(() => [content.small.sha256, content.small.sha256]));
    await alike(kernels, 'alpha');
  });
});
