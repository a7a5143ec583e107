/**
 * Faults of power, cables and the wire, and of strangers on it: what is done, how it is mended, what must come of it.
 * It measures and judges nothing.
 */
import type { Lan } from '../../../src/lab/plan.js';
import { millis } from '../../../src/time.js';
import { LASTS, NO_SILENCE, type Stage, TAKEOVER, type Written } from './faults-fault.js';
import { cutPulse, loseAndDouble, mendWire, partition } from './faults-wire.js';

const BOTH_LANS: readonly Lan[] = ['public', 'private'];

function cables(
  who: 'active' | 'backup',
  lans: readonly Lan[],
  more: Pick<Written, 'serves' | 'silence'> & Partial<Written>,
): Written {
  const which = lans.length === 2 ? 'both cables' : `the ${lans[0] ?? ''} cable`;
  return {
    id: `${lans.length === 2 ? 'cables' : (lans[0] ?? '')}-${who}`,
    title: `${which} of the ${who} pulled`,
    strike: (stage) => {
      for (const lan of lans) stage.lab.cut(stage[who], lan);
    },
    lasts: LASTS,
    mend: (stage) => {
      for (const lan of lans) stage.lab.mend(stage[who], lan);
    },
    ...more,
  };
}

function pulse(
  id: string,
  title: string,
  strike: (stage: Stage) => void,
  more: Partial<Written> = {},
): Written {
  return {
    id,
    title,
    strike,
    lasts: LASTS,
    mend: ({ lab }) => {
      mendWire(lab);
    },
    serves: 'active',
    silence: NO_SILENCE,
    noAlerts: ['active:role-backup', 'backup:role-active', 'backup:takeover'],
    ...more,
  };
}

const power: readonly Written[] = (['active', 'backup'] as const).map((who) => ({
  id: `power-${who}`,
  title: `power loss of the ${who}`,
  strike: (stage) => {
    stage.lab.powerOff(stage[who]);
  },
  lasts: millis(600),
  mend: (stage) => stage.lab.powerOn(stage[who]),
  serves: who === 'active' ? 'backup' : 'active',
  silence: who === 'active' ? TAKEOVER : NO_SILENCE,
  ...(who === 'active' ? { alerts: ['backup:takeover'] } : { noAlerts: ['active:role-backup'] }),
}));

const cabling: readonly Written[] = [
  cables('active', ['public'], { serves: 'backup', silence: TAKEOVER, alerts: ['backup:role-active'] }),
  cables('active', ['private'], { serves: 'backup', silence: TAKEOVER, alerts: ['backup:role-active'] }),
  cables('active', BOTH_LANS, { serves: 'backup', silence: TAKEOVER, alerts: ['backup:role-active'] }),
  cables('backup', ['public'], { serves: 'active', silence: NO_SILENCE, noAlerts: ['active:role-backup'] }),
  cables('backup', ['private'], { serves: 'active', silence: NO_SILENCE, noAlerts: ['active:role-backup'] }),
  cables('backup', BOTH_LANS, { serves: 'active', silence: NO_SILENCE, noAlerts: ['active:role-backup'] }),
];

const paths: readonly Written[] = [
  pulse(
    'pulse-cut',
    'the pulse cut both ways, the LANs whole',
    ({ lab, active, backup }) => {
      cutPulse(lab, [active, backup]);
    },
    { alerts: ['backup:vip-answered'] },
  ),
  pulse(
    'pulse-from-active',
    'the pulse from the active to the backup cut',
    ({ lab, active }) => {
      cutPulse(lab, [active]);
    },
    { alerts: ['backup:vip-answered'] },
  ),
  pulse('pulse-from-backup', 'the pulse from the backup to the active cut', ({ lab, backup }) => {
    cutPulse(lab, [backup]);
  }),
  pulse(
    'pulse-lossy',
    '30 % of the pulses lost and 30 % doubled',
    ({ lab }) => {
      loseAndDouble(lab, 30);
    },
    { lasts: millis(3000) },
  ),
];

const strangers: readonly Written[] = [
  {
    id: 'partition',
    title: 'nothing passes between the directors, the clients reach both; from its healing on',
    divides: true,
    strike: ({ lab }) => {
      partition(lab);
    },
    lasts: LASTS,
    mend: ({ lab }) => {
      mendWire(lab);
    },
    serves: 'backup',
    silence: NO_SILENCE,
  },
  {
    id: 'foreign',
    title: 'a foreign host claims the VIP',
    strike: async ({ observer }) => {
      await observer.claim('public');
    },
    lasts: millis(3000),
    mend: () => undefined,
    serves: 'active',
    silence: NO_SILENCE,
    alerts: ['active:vip-answered'],
    noAlerts: ['active:role-backup', 'backup:role-active'],
  },
];

/** All of them, in the order of the list. */
export const networkFaults: readonly Written[] = [...power, ...cabling, ...paths, ...strangers];
