/**
 * A pair of directors under test in a lab of its own: ours, or two keepalived. What every part of the benchmark does
 * to either goes through this one face, so that both are treated alike. It measures nothing.
 */
import type { LabDirector } from '../../../src/lab/director.js';
import { ipBatch, mustRunIn } from '../../../src/lab/ip-command.js';
import { type Lab, bootMachine, raiseLab } from '../../../src/lab/lab.js';
import type { DirectorName } from '../../../src/lab/plan.js';
import { createPower, type Power } from '../../../src/lab/power.js';
import { pause, until } from '../../../src/until.js';
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
  /** What the directors say of themselves: for a run that went wrong. */
  describe(): Promise<string>;
  /** Both directors off and on again: for a pair that does not settle any more. */
  reboot(): Promise<void>;
}

const NAMES: readonly DirectorName[] = ['alpha', 'beta'];
const PATIENCE = millis(30_000);
/** keepalived's advert_int that stands against each of our profiles, in seconds. */
export const ADVERT_SECONDS: Readonly<Record<Profile, number>> = { fast: 0.01, default: 1 };

/**
 * Against our fast profile the priorities with the shortest skew time (RFC 9568 §6.1); against our default one, as
 * with the adverts, what keepalived takes when nothing is written.
 */
const PRIORITIES = { fast: { alpha: 254, beta: 253 }, default: { alpha: 100, beta: 100 } } as const;

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

/**
 * The power switch of a pair. A machine keeps its hardware addresses over a reboot: with new ones, unicast adverts would
 * go to the old ones for seconds.
 */
async function powerOf(lab: Lab, director: (name: DirectorName) => LabDirector): Promise<Power> {
  const machines = NAMES.map((name) => lab.plan.directors[name].machine);
  const kept = new Map<string, readonly string[]>();
  for (const { namespace, cables } of machines) {
    const lines = cables.map(async ({ interface: link }) => {
      const mac = await mustRunIn(namespace, 'cat', [`/sys/class/net/${link}/address`]);
      return `link set ${link} address ${mac.trim()}`;
    });
    kept.set(namespace, await Promise.all(lines));
  }
  return createPower(lab.plan, director, async (machine) => {
    await bootMachine(lab.plan, machine);
    ipBatch(machine.namespace, kept.get(machine.namespace) ?? []);
  });
}

/** Role, reason and last transitions of each. */
async function describeOurs(lab: Lab): Promise<string> {
  const each = NAMES.map(async (name) => {
    try {
      const { role, reason, history, peer, sync } = await lab.director(name).status();
      const last = history.slice(-4).map((one) => `${one.to} ${one.reason} ${one.agoMillis} ms ago`);
      return `${name}: ${role} ${reason}, peer alive ${String(peer.alive)} ${peer.role}, ${sync.detail}, [${last.join('; ')}]`;
    } catch (error) {
      return `${name}: ${error instanceof Error ? error.message : String(error)}`;
    }
  });
  return (await Promise.all(each)).join(' | ');
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
  const power = await powerOf(lab, (name) => lab.director(name));
  for (const name of NAMES) lab.director(name).start();
  return {
    system: 'ftpair',
    profile,
    lab,
    director: (name) => lab.director(name),
    powerOff: (name) => power.powerOff(name),
    powerOn: (name) => power.powerOn(name),
    settled: async () => {
      const roles = await eitherWay('ftpair has settled', (way) => oursHolds(lab, way));
      await pause(calm(100));
      return roles;
    },
    pids: (name) => [lab.director(name).pid].filter((pid) => pid !== undefined),
    describe: () => describeOurs(lab),
    takeovers: () => lab.syslog.filter((line) => line.includes('alert=role-active')).length,
    reboot: () => rebootBoth(power),
  };
}

/** Two keepalived, started, in a lab of the same shape. */
export async function raiseKeepalived(profile: Profile): Promise<Pair> {
  const lab = await raiseLab({ servers: ['vsftpd'] });
  const advert = ADVERT_SECONDS[profile];
  const directors = {
    alpha: keepalivedDirector(lab, 'alpha', { advertSeconds: advert, priority: PRIORITIES[profile].alpha }),
    beta: keepalivedDirector(lab, 'beta', { advertSeconds: advert, priority: PRIORITIES[profile].beta }),
  };
  const power = await powerOf(lab, (name) => directors[name]);
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
    describe: () => {
      const each = NAMES.map(
        (name) => `${name}: ${directors[name].log().trim().split('\n').slice(-4).join('; ')}`,
      );
      return Promise.resolve(each.join(' | '));
    },
    takeovers: () => NAMES.reduce((sum, name) => sum + directors[name].masterships(), 0),
    reboot: () => rebootBoth(power),
  };
}
