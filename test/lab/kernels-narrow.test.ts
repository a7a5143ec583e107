/**
 * Both kernels while the daemons' sockets for the journal and for the kernel's events have 4 KiB of receive buffer: nearly every
 * burst is lost there.
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { content } from '../../src/lab/content.js';
import { type Lab, raiseLab } from '../../src/lab/lab.js';
import { alike, type Kernels, kernelsOf, PATIENT } from './support/kernels.js';
import { startNarrow } from './support/narrow-director.js';
import { settled } from './support/settled.js';
import { MODES } from './support/survivors.js';

/** Little at a time gets through: remaining times arrive as old as the journal is late. */
const HEALED = { within: 25_000, slack: 20 };

let lab: Lab;
let kernels: Kernels;

beforeAll(async () => {
  lab = await raiseLab({ servers: ['vsftpd'], ipv6: true, pulse: PATIENT });
  startNarrow(lab, 'alpha');
  startNarrow(lab, 'beta');
  await settled(lab, 'alpha', 'beta');
  kernels = kernelsOf(lab);
});

afterAll(async () => {
  await lab.down();
});

async function lost(): Promise<number> {
  return (await lab.director('alpha').status()).sync.dropped['eventsLost'] ?? 0;
}

describe('with receive buffers of 4 KiB', () => {
  it('sessions that all come at once are lost on the way, counted, and read from the table', async () => {
    expect(await kernels.alpha.arrive(0, 1500)).toEqual({});
    const { flows, expectations } = await alike(kernels, 'alpha', HEALED);
    expect({ flows, expectations }).toEqual({ flows: 2100, expectations: 94 });
    expect(await lost()).toBeGreaterThan(0);
    expect((await kernels.beta.counts()).dropped).toBeGreaterThan(0);
    expect((await lab.director('alpha').status()).sync.resends).toBeGreaterThan(0);
  });

  it('so are their changes and their ends, between sessions of real clients', async () => {
    const before = await lost();
    expect(await kernels.alpha.change(0, 500)).toEqual({});
    await Promise.all(
      MODES.map(async (mode) => {
        const session = await lab.client.session();
        await session.prepare(mode);
        expect((await session.retrieve(content.small.name)).sha256).toBe(content.small.sha256);
        await session.prepare(mode);
      }),
    );
    expect(await kernels.alpha.depart(500, 500)).toEqual({});
    const { flows, expectations } = await alike(kernels, 'alpha', HEALED);
    expect({ flows, expectations }).toEqual({ flows: 1408, expectations: 67 });
    expect(await lost()).toBeGreaterThan(before);
  });
});
