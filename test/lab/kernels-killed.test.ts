/**
 * Daemons killed in the middle of a full copy: the backup's, which comes back to a kernel that is half filled, and the active's,
 * which comes back as the backup of a director that got half of its sessions, with all of them still in its own kernel.
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Lab, raiseLab } from '../../src/lab/lab.js';
import type { DirectorName } from '../../src/lab/plan.js';
import { until } from '../../src/until.js';
import { millis } from '../../src/time.js';
import { alike, type Kernels, kernelsOf, PATIENT } from './support/kernels.js';
import { settled } from './support/settled.js';

const SESSIONS = 20_000;
/** 20,000 control flows, and two data flows for five of them. */
const FLOWS = 28_000;
/** In the middle of the copy. */
const MIDDLE = 9000;

/** Remaining times are told as they were heard; in the middle of a copy they wait some seconds for their turn. */
const BUSY = { within: 25_000, slack: 10 };

let lab: Lab;
let kernels: Kernels;

beforeAll(async () => {
  lab = await raiseLab({ servers: ['vsftpd'], ipv6: true, pulse: PATIENT });
  kernels = kernelsOf(lab);
  // As a daemon of an earlier run leaves it: a kernel that waits for a listener tells nothing of flows from before it.
  await lab.director('alpha').run('sysctl', ['-qw', 'net.netfilter.nf_conntrack_events=1']);
  // Before the first daemon: it reads what it will not hear of, such as channels that were announced a while ago.
  expect(await kernels.alpha.arrive(0, SESSIONS)).toEqual({});
  expect(await kernels.alpha.age(0, SESSIONS)).toEqual({});
  lab.director('alpha').start();
  await until(async () => (await lab.director('alpha').status()).role === 'active', {
    what: 'alpha is active',
    within: millis(10_000),
  });
});

afterAll(async () => {
  await lab.down();
});

function pidOf(name: DirectorName): number {
  const { pid } = lab.director(name);
  if (pid === undefined) throw new Error(`${name} does not run`);
  return pid;
}

describe('a full copy of 20,000 sessions', () => {
  it('is made anew for a backup that was killed in the middle of it, and whose active went on', async () => {
    lab.director('beta').start();
    const held = await kernels.beta.strike(pidOf('beta'), MIDDLE);
    expect(held).toBeGreaterThanOrEqual(MIDDLE);
    expect(held).toBeLessThan(FLOWS - MIDDLE / 3);
    await lab.director('beta').kill();
    // Half of these are in the backup's kernel already.
    expect(await kernels.alpha.change(0, 1000)).toEqual({});
    expect(await kernels.alpha.depart(1000, 1000)).toEqual({});
    expect(await kernels.alpha.arrive(SESSIONS, 500)).toEqual({});
    lab.director('beta').start();
    await settled(lab, 'alpha', 'beta', millis(500));
    const { flows, expectations } = await alike(kernels, 'alpha', BUSY);
    expect({ flows, expectations }).toEqual({ flows: 27_300, expectations: 1220 });
  });

  it('makes an active that was killed in the middle of it equal to the backup that took over', async () => {
    await lab.director('beta').kill();
    expect(await kernels.beta.depart(0, SESSIONS)).toMatchObject({});
    expect((await kernels.beta.table()).flows).toHaveLength(700);
    lab.director('beta').start();
    const held = await kernels.beta.strike(pidOf('alpha'), MIDDLE);
    expect(held).toBeGreaterThanOrEqual(MIDDLE);
    await until(async () => (await lab.director('beta').status()).role === 'active', {
      what: 'beta has taken over',
      within: millis(10_000),
    });
    const taken = (await kernels.beta.table()).flows.length;
    expect(taken).toBeGreaterThanOrEqual(MIDDLE);
    expect(taken).toBeLessThan(27_300 - MIDDLE / 3);
    // The old active's kernel has all of these as they were, and others in the place of the last.
    await kernels.beta.change(2000, 500);
    await kernels.beta.depart(2500, 500);
    const stale = (await kernels.alpha.table()).flows.length;
    expect(stale).toBe(27_300);
    await lab.director('alpha').kill();
    lab.director('alpha').start();
    await settled(lab, 'beta', 'alpha', millis(500));
    const { flows } = await alike(kernels, 'beta', BUSY);
    expect(flows).toBeLessThan(27_300 - MIDDLE / 3);
  });
});
