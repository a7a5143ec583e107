/**
 * A pair of directors under test in a lab of its own: ours, or two keepalived. What every part of the benchmark does
 * to either goes through this one face, so that both are treated alike. It measures nothing.
 */
import type { LabDirector } from '../../../src/lab/director.js';
import { type Lab, bootMachine, raiseLab } from '../../../src/lab/lab.js';
import type { DirectorName } from '../../../src/lab/plan.js';
import { createPower, type Power } from '../../../src/lab/power.js';
import { pause, until } from '../../../src/lab/until.js';
import { type Millis, millis } from '../../../src/time.js';
import { keepalivedDirector } from './keepalived.js';
import type { Profile } from './options.js';

/** Who is compared. */
export type System = 'ftpair' | 'keepalived';

/** Who is what at a moment. */
export interface Roles {
  readonly active: DirectorName;
  readonly backup: DirectorName;
}

export interface Pair extends Pick<Power, 'powerOff' | 'powerOn'> {
  readonly system: System;
  readonly profile: Profile;
  readonly lab: Lab;
  director(name: DirectorName): LabDirector;
  /** Waits until one is active and the other could take over at once, then some time of random length. */
  settled(): Promise<Roles>;
  /** The processes of a director's daemon. */
  pids(name: DirectorName): readonly number[];
  /** How often a director has become active since the start, both together. */
  takeovers(): number;
  /** Both directors off and on again: for a pair that does not settle any more. */
  reboot(): Promise<void>;
}

const NAMES: readonly DirectorName[] = ['alpha', 'beta'];
const PATIENCE = millis(30_000);
/** keepalived's advert_int that stands against each of our profiles, in seconds. */
export const ADVERT_SECONDS: Readonly<Record<Profile, number>> = { fast: 0.01, default: 1 };

/** At least this long between two failures, and a random part so that they meet timers at any phase. */
const calm = (random: number): Millis => millis(200 + Math.random() * random);

/** Asks until exactly one of two ways round holds. */
async function eitherWay(what: string, holds: (roles: Roles) => boolean | Promise<boolean>): Promise<Roles> {
  return until(
    async () => {
      for (const active of NAMES) {
        const roles: Roles = { active, backup: active === 'alpha' ? 'beta' : 'alpha' };
        if (await holds(roles)) return roles;
      }
      return undefined;
    },
    { what, within: PATIENCE, every: millis(50) },
  );
}

async function rebootBoth(power: Pick<Power, 'powerOff' | 'powerOn'>): Promise<void> {
  for (const name of NAMES) power.powerOff(name);
  for (const name of NAMES) await power.powerOn(name);
}

async function oursHolds(lab: Lab, { active, backup }: Roles): Promise<boolean> {
  const [first, second] = await Promise.all([lab.director(active).status(), lab.director(backup).status()]);
  const synced = first.peer.inSync && first.peer.ready && second.sync.inSync;
  return first.role === 'active' && second.role === 'backup' && synced;
}

/** Our two daemons, started. `rate` limits a transfer, in bytes per second. */
export async function raiseOurs(profile: Profile, rate: number): Promise<Pair> {
  const lab = await raiseLab({
    servers: ['vsftpd'],
    ratePerSecond: rate,
    pulse: { profile },
    // The program's own values: the lab's are for tests that wait for servers.
    check: { interval: '5s', timeout: '3s' },
  });
  for (const name of NAMES) lab.director(name).start();
  return {
    system: 'ftpair',
    profile,
    lab,
    director: (name) => lab.director(name),
    powerOff: (name) => lab.powerOff(name),
    powerOn: (name) => lab.powerOn(name),
    settled: async () => {
      const roles = await eitherWay('ftpair has settled', (way) => oursHolds(lab, way));
      await pause(calm(100));
      return roles;
    },
    pids: (name) => [lab.director(name).pid].filter((pid) => pid !== undefined),
    takeovers: () => lab.syslog.filter((line) => line.includes('alert=role-active')).length,
    reboot: () => rebootBoth(lab),
  };
}

/** Two keepalived, started, in a lab of the same shape. */
export async function raiseKeepalived(profile: Profile): Promise<Pair> {
  const lab = await raiseLab({ servers: ['vsftpd'] });
  const advert = ADVERT_SECONDS[profile];
  const directors = {
    alpha: keepalivedDirector(lab, 'alpha', advert),
    beta: keepalivedDirector(lab, 'beta', advert),
  };
  const power = createPower(
    lab.plan,
    (name) => directors[name],
    (machine) => bootMachine(lab.plan, machine),
  );
  for (const name of NAMES) directors[name].start();
  return {
    system: 'keepalived',
    profile,
    lab,
    director: (name) => directors[name],
    powerOff: (name) => power.powerOff(name),
    powerOn: (name) => power.powerOn(name),
    settled: async () => {
      const roles = await eitherWay(
        'keepalived has settled',
        ({ active, backup }) =>
          directors[active].state() === 'MASTER' && directors[backup].state() === 'BACKUP',
      );
      // A backup that has not heard two adverts yet may not know the peer.
      await pause(millis(2000 * advert));
      await pause(calm(1000 * advert));
      return roles;
    },
    pids: (name) => directors[name].pids(),
    takeovers: () => NAMES.reduce((sum, name) => sum + directors[name].masterships(), 0),
    reboot: () => rebootBoth(power),
  };
}
