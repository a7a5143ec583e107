/**
 * The survival matrix: every mode × every moment × power loss and handover, to and fro, for a VIP whose text is as
 * long as a real server's, longer, and shorter. Sessions of one failure are caught by it together.
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Lab, raiseLab } from '../../src/lab/lab.js';
import { request } from '../../src/control/client.js';
import { millis } from '../../src/time.js';
import { settled } from './support/settled.js';
import { bringUp, MODES, MOMENTS, type Outcome } from './support/survivors.js';

/** Real servers are 10.200.30.11 to .13: twelve characters. IPv6 has no PASV and no PORT (RFC 2428). */
const SHAPES = [
  { shape: 'a VIP as long as', vip: '10.100.20.10/24', ipv6: false, modes: MODES },
  { shape: 'a VIP longer than', vip: '198.51.100.100/24', ipv6: false, modes: MODES },
  { shape: 'a VIP shorter than', vip: '10.9.8.7/24', ipv6: false, modes: MODES },
  { shape: 'an IPv6 VIP before', vip: '198.51.100.100/24', ipv6: true, modes: ['EPSV', 'EPRT'] as const },
] as const;

const FAILURES = [
  { failure: 'power loss of alpha', from: 'alpha', to: 'beta', how: 'power' },
  { failure: 'power loss of beta, back to alpha', from: 'beta', to: 'alpha', how: 'power' },
  { failure: 'handover from alpha', from: 'alpha', to: 'beta', how: 'handover' },
  { failure: 'handover from beta, back to alpha', from: 'beta', to: 'alpha', how: 'handover' },
] as const;

async function fail(lab: Lab, failure: (typeof FAILURES)[number]): Promise<void> {
  if (failure.how === 'power') {
    lab.powerOff(failure.from);
    return;
  }
  const socket = `${lab.director(failure.from).runtimeDir}/control.sock`;
  const { body } = await request(socket, 'POST', '/handover', millis(5000));
  expect(body).toMatchObject({ accepted: true });
}

describe.each(SHAPES)("$shape the real servers' addresses", ({ vip, ipv6, modes }) => {
  const cells = modes.flatMap((mode) => MOMENTS.map((moment) => ({ mode, moment })));
  let lab: Lab;

  beforeAll(async () => {
    lab = await raiseLab({ vip, ipv6, ratePerSecond: 1_500_000, check: { mode: 'epsv' } });
    lab.director('alpha').start();
    lab.director('beta').start();
    await settled(lab, 'alpha', 'beta');
  });

  afterAll(async () => {
    await lab.down();
  });

  describe.each(FAILURES)('$failure', (failure) => {
    const outcomes = new Map<string, Outcome>();

    beforeAll(async () => {
      await settled(lab, failure.from, failure.to);
      const survivors = await bringUp(
        lab,
        `${failure.how}-${failure.from}`,
        ipv6 ? lab.plan.vip.v6 : lab.vip,
        modes,
      );
      await fail(lab, failure);
      await Promise.all(
        survivors.map(async (survivor) => {
          outcomes.set(`${survivor.mode} ${survivor.moment}`, await survivor.after());
        }),
      );
      if (failure.how === 'power') await lab.powerOn(failure.from);
    });

    it.each(cells)('$mode $moment', ({ mode, moment }) => {
      expect(outcomes.get(`${mode} ${moment}`)).toMatchObject({
        transfer: 'ok',
        control: 'ok',
        further: 'ok',
      });
    });

    // A channel that is opened while nobody answers waits for TCP's own second try, one second later: not ours to bound.
    it('stalled no running transfer for a second', () => {
      const running = [...outcomes].filter(([cell]) => cell.endsWith('loading'));
      expect(running).toHaveLength(2 * modes.length);
      for (const [cell, { stallMillis }] of running) expect(stallMillis, cell).toBeLessThan(1000);
    });
  });
});
