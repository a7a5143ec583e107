/**
 * Failures of the lab's hardware: power and cables. Pulling is synchronous and quick, because tests measure from it.
 */
import { type Millis, monotonicNow } from '../time.js';
import { carrierLines, mainsLine, unplugLines } from './cabling.js';
import type { LabDirector } from './director.js';
import { refuseWhileEnding } from './guard.js';
import { addNamespaces, ip, ipBatch, killAllIn, killQuietly, nftIn } from './ip-command.js';
import type { DirectorName, Lan, Machine, Plan } from './plan.js';

/** When something was pulled, on CLOCK_MONOTONIC: it happened between the two. */
export interface Pulled {
  readonly from: Millis;
  readonly to: Millis;
}

/** What can be done to the directors from outside. */
export interface Power {
  /** Power loss: all cables dead at once, then every process of the machine killed. Nobody can say goodbye. */
  powerOff(name: DirectorName): Pulled;
  /** A machine fresh from boot: new kernel state, empty runtime directory, cables in, daemon started. */
  powerOn(name: DirectorName): Promise<void>;
  /** One cable pulled: both its ends lose their carrier. */
  cut(name: DirectorName, lan: Lan): Pulled;
  /** And plugged in again. */
  mend(name: DirectorName, lan: Lan): void;
}

/** The power switches and cables of a plan's directors. */
export function createPower(
  plan: Plan,
  director: (name: DirectorName) => LabDirector,
  boot: (machine: Machine) => Promise<void>,
): Power {
  const machine = (name: DirectorName): Machine => plan.directors[name].machine;
  const carrier = (name: DirectorName, lans: readonly Lan[], state: 'up' | 'down'): Pulled => {
    const from = monotonicNow();
    const cables = machine(name).cables.filter((cable) => lans.includes(cable.lan));
    ipBatch(plan.wire, carrierLines(cables, state));
    return { from, to: monotonicNow() };
  };
  return {
    powerOff: (name) => {
      const from = monotonicNow();
      nftIn(plan.wire, mainsLine(machine(name), 'off'));
      const { pid } = director(name);
      if (pid !== undefined) killQuietly(pid, 'SIGKILL');
      const to = monotonicNow();
      killAllIn(machine(name).namespace);
      carrier(name, ['public', 'private'], 'down');
      return { from, to };
    },
    powerOn: async (name) => {
      const { namespace } = machine(name);
      await director(name).kill();
      refuseWhileEnding();
      killAllIn(namespace);
      // The kernel takes a namespace apart some time later; its cables have to be gone now.
      ipBatch(plan.wire, unplugLines(machine(name)));
      ip(['netns', 'delete', namespace]);
      addNamespaces([namespace]);
      await boot(machine(name));
      nftIn(plan.wire, mainsLine(machine(name), 'on'));
      director(name).wipe();
      director(name).start();
    },
    cut: (name, lan) => carrier(name, [lan], 'down'),
    mend: (name, lan) => {
      carrier(name, [lan], 'up');
    },
  };
}
