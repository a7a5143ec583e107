/** Two real kernels, read attribute by attribute and compared entry by entry, with 1, 1,000 and 50,000 sessions. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { content } from '../../src/lab/content.js';
import { type Lab, raiseLab } from '../../src/lab/lab.js';
import { alike, type Kernels, kernelsOf, PATIENT } from './support/kernels.js';
import { settled } from './support/settled.js';

/** Remaining times are told as they were heard; a burst waits some seconds for its turn. */
const BURST = 20;

let lab: Lab;
let kernels: Kernels;

beforeAll(async () => {
  // Filling a kernel takes both processors; a takeover is not what is tested here.
  lab = await raiseLab({ servers: ['vsftpd', 'proftpd'], ipv6: true, pulse: PATIENT });
  lab.director('alpha').start();
  lab.director('beta').start();
  await settled(lab, 'alpha', 'beta');
  kernels = kernelsOf(lab);
});

afterAll(async () => {
  await lab.down();
});

/** A client's session that has had a transfer of each kind, and announces a channel. */
async function used(host: string, mode: 'PASV' | 'EPSV' | 'PORT' | 'EPRT'): Promise<void> {
  const session = await lab.client.session({ host });
  await session.prepare(mode);
  await session.retrieve(content.small.name);
  await session.prepare(mode);
}

describe('the backup’s kernel equals the active’s', () => {
  it('with one session, whose channel is announced and not opened', async () => {
    const session = await lab.client.session();
    await session.prepare('PASV');
    expect(await alike(kernels, 'alpha')).toEqual({ flows: 1, expectations: 1, offsets: 1, masters: 0 });
  });

  it('with six more, of both families and in every mode, each with a transfer behind it', async () => {
    for (const mode of ['PASV', 'EPSV', 'PORT', 'EPRT'] as const) await used(lab.vip, mode);
    for (const mode of ['EPSV', 'EPRT'] as const) await used(lab.plan.vip.v6!, mode);
    const { flows, expectations, masters } = await alike(kernels, 'alpha');
    expect({ flows, expectations, masters }).toEqual({ flows: 13, expectations: 7, masters: 6 });
  });

  it('with a thousand more: helpers, marks, translations, offsets, data flows, announced channels', async () => {
    expect(await kernels.alpha.arrive(0, 1000)).toEqual({});
    const { flows, expectations, masters } = await alike(kernels, 'alpha');
    expect({ flows, expectations, masters }).toEqual({ flows: 1413, expectations: 70, masters: 406 });
  });

  it('with fifty thousand, made as fast as the kernel makes them', async () => {
    expect(await kernels.alpha.arrive(1000, 49_000)).toEqual({});
    const held = await alike(kernels, 'alpha', { within: 45_000, slack: BURST });
    expect({ flows: held.flows, expectations: held.expectations }).toEqual({
      flows: 70_013,
      expectations: 3132,
    });
  });

  it('when a fifth of them have changed and another fifth have gone', async () => {
    expect(await kernels.alpha.change(0, 10_000)).toEqual({});
    expect(await kernels.alpha.depart(10_000, 10_000)).toEqual({});
    const held = await alike(kernels, 'alpha', { within: 45_000, slack: BURST });
    expect({ flows: held.flows, expectations: held.expectations }).toEqual({
      flows: 56_013,
      expectations: 2507,
    });
  });
});
