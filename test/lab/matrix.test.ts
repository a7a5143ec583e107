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

/** Real servers are 10.200.30.11 to .13: twelve characters. */
const SHAPES = [
  { shape: 'as long as', vip: '10.100.20.10/24' },
  { shape: 'longer than', vip: '198.51.100.100/24' },
  { shape: 'shorter than', vip: '10.9.8.7/24' },
] as const;

const FAILURES = [
  { failure: 'power loss of alpha', from: 'alpha', to: 'beta', how: 'power' },
  { failure: 'power loss of beta, back to alpha', from: 'beta', to: 'alpha', how: 'power' },
  { failure: 'handover from alpha', from: 'alpha', to: 'beta', how: 'handover' },
  { failure: 'handover from beta, back to alpha', from: 'beta', to: 'alpha', how: 'handover' },
] as const;

const CELLS = MODES.flatMap((mode) => MOMENTS.map((moment) => ({ mode, moment })));

async function fail(lab: Lab, failure: (typeof FAILURES)[number]): Promise<void> {
  if (failure.how === 'power') {
    lab.powerOff(failure.from);
    return;
  }
  const socket = `${lab.director(failure.from).runtimeDir}/control.sock`;
  const { body } = await request(socket, 'POST', '/handover', millis(5000));
  expect(body).toMatchObject({ accepted: true });
}

describe.each(SHAPES)("with a VIP $shape the real servers' addresses ($vip)", ({ vip }) => {
  let lab: Lab;

  beforeAll(async () => {
    lab = await raiseLab({ vip, ratePerSecond: 1_500_000 });
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
      const survivors = await bringUp(lab, `${failure.how}-${failure.from}`);
      await fail(lab, failure);
      await Promise.all(
        survivors.map(async (survivor) => {
          outcomes.set(`${survivor.mode} ${survivor.moment}`, await survivor.after());
        }),
      );
      if (failure.how === 'power') await lab.powerOn(failure.from);
    });

    it.each(CELLS)('$mode $moment', ({ mode, moment }) => {
      expect(outcomes.get(`${mode} ${moment}`)).toMatchObject({
        transfer: 'ok',
        control: 'ok',
        further: 'ok',
      });
    });

    // A channel that is opened while nobody answers waits for TCP's own second try, one second later: not ours to bound.
    it('stalled no running transfer for a second', () => {
      const running = [...outcomes].filter(([cell]) => cell.endsWith('loading'));
      expect(running).toHaveLength(8);
      for (const [cell, { stallMillis }] of running) expect(stallMillis, cell).toBeLessThan(1000);
    });
  });
});
