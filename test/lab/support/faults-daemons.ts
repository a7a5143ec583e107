/**
 * Faults of the daemons: killed, stopped, blocked, started again. What is done, how it is mended, what must come of it. It
 * measures and judges nothing.
 */
import type { Lab } from '../../../src/lab/lab.js';
import type { DirectorName } from '../../../src/lab/plan.js';
import { until } from '../../../src/until.js';
import { millis } from '../../../src/time.js';
import { blockMainThread } from './faults-block.js';
import { LASTS, LEASE_TAKEOVER, NO_SILENCE, START, type Written } from './faults-fault.js';
import { bothAnswer } from './faults-settle.js';

/**
 * What is announced while the gate is still open has no promise: milliseconds, of which a session in a test should not make
 * its luck.
 */
async function gateCloses(lab: Lab, name: DirectorName): Promise<void> {
  const list = ['list', 'set', 'inet', 'ftpair', 'gate'];
  await until(async () => !(await lab.director(name).run('nft', list)).stdout.includes('elements'), {
    what: `the gate of ${name} is closed`,
    within: millis(1000),
    every: millis(2),
  });
}

function freeze(
  id: string,
  length: string,
  lasts: number,
  more: Pick<Written, 'serves' | 'silence'> & Partial<Written>,
): Written {
  return {
    id,
    title: `the active's daemon stopped (SIGSTOP) for ${length}`,
    strike: async ({ lab, active }) => {
      lab.director(active).pause();
      if (lasts >= 500) await gateCloses(lab, active);
    },
    lasts: millis(lasts),
    mend: ({ lab, active }) => {
      lab.director(active).resume();
    },
    ...more,
  };
}

const daemons: readonly Written[] = [
  {
    id: 'kill',
    title: "the active's daemon killed (SIGKILL)",
    strike: async ({ lab, active }) => {
      await lab.director(active).kill();
      await gateCloses(lab, active);
    },
    lasts: LASTS,
    mend: ({ lab, active }) => {
      lab.director(active).start();
    },
    serves: 'backup',
    silence: LEASE_TAKEOVER,
    alerts: ['backup:takeover'],
  },
  {
    id: 'restart',
    title: "the active's daemon killed and started again at once",
    strike: async ({ lab, active }) => {
      await lab.director(active).kill();
      await gateCloses(lab, active);
      lab.director(active).start();
    },
    lasts: LASTS,
    mend: () => undefined,
    serves: 'backup',
    silence: LEASE_TAKEOVER,
    alerts: ['backup:takeover'],
  },
  freeze('stop-50', '50 ms', 50, {
    serves: 'active',
    silence: NO_SILENCE,
    noAlerts: ['backup:role-active', 'active:role-backup'],
  }),
  freeze('stop-500', '500 ms', 500, { serves: 'backup', silence: LEASE_TAKEOVER }),
  {
    ...freeze('stop', '', 2000, {
      serves: 'backup',
      silence: LEASE_TAKEOVER,
      alerts: ['backup:takeover'],
    }),
    title: "the active's daemon stopped (SIGSTOP) for good; in the end killed and started again",
    mend: async ({ lab, active }) => {
      await lab.director(active).kill();
      lab.director(active).start();
    },
  },
  freeze('stop-5s', '5 s', 5000, { serves: 'backup', silence: LEASE_TAKEOVER, alerts: ['backup:takeover'] }),
  {
    id: 'blocked',
    title: "the active's main thread blocked for 2 s, its pulse side alive",
    strike: async ({ lab, active }) => {
      await blockMainThread(lab.director(active), millis(2000));
    },
    lasts: millis(0),
    mend: () => undefined,
    serves: 'active',
    silence: NO_SILENCE,
    noAlerts: ['backup:role-active', 'active:role-backup', 'backup:peer-lost'],
  },
];

const starts: readonly Written[] = [
  {
    id: 'start',
    title: 'both daemons killed, and both started at once',
    strike: async ({ lab }) => {
      const pair = [lab.director('alpha'), lab.director('beta')];
      await Promise.all(pair.map((director) => director.kill()));
      await Promise.all([gateCloses(lab, 'alpha'), gateCloses(lab, 'beta')]);
      for (const director of pair) director.start();
      await bothAnswer(lab);
    },
    lasts: millis(0),
    mend: () => undefined,
    serves: 'either',
    silence: START,
  },
];

/** All of them. */
export const daemonFaults: readonly Written[] = [...daemons, ...starts];
