/**
 * An observer on the lab's wire that is neither director nor client: a machine of its own, plugged into both LANs
 * without an address, that asks for the VIP and the gateway address all the time. It believes no daemon's word.
 */
import { join } from 'node:path';
import { postGuard } from '../../../src/lab/guard.js';
import { addNamespaces, ip } from '../../../src/lab/ip-command.js';
import { bootMachine, type Lab } from '../../../src/lab/lab.js';
import { labDirectory } from '../../../src/lab/paths.js';
import type { DirectorName, Lan, Machine } from '../../../src/lab/plan.js';
import { converse } from './converse.js';
import type { Watch } from './observer-sight.js';

/** A plugged observer. */
export interface Observer {
  /** The address that it asks for on each LAN: the VIP and the gateway address. */
  readonly asks: Readonly<Record<Lan, string>>;
  /** Its own hardware address on each LAN. */
  readonly macs: Readonly<Record<Lan, string>>;
  /** What was seen since the last report, or since the start. */
  report(): Promise<Watch>;
  /** Claims the address of a LAN by gratuitous ARP, as a host does that was given it by mistake. */
  claim(lan: Lan): Promise<void>;
  /** Ends it and removes its namespace. */
  unplug(): Promise<void>;
}

const LANS = ['public', 'private'] as const;
const INTERFACES = { public: 'pub0', private: 'priv0' } as const;

function machineFor(lab: Lab): Machine {
  const cables = LANS.map((lan) => ({
    lan,
    interface: INTERFACES[lan],
    wireEnd: `watch-${lan}`,
    addresses: [],
  }));
  return { namespace: `ftpair-${lab.plan.token}-watch`, cables, defaultRoutes: [] };
}

/** The hardware address of a machine's link to a LAN, where the links are named as a director's. */
export function macOf(namespace: string, lan: Lan): string {
  const shown = ip(['-netns', namespace, 'link', 'show', INTERFACES[lan]]);
  return /ether (\S+)/.exec(shown)?.[1] ?? '';
}

/** The hardware addresses of a director now: it gets new ones when it is powered on again. */
export function macsOf(lab: Lab, name: DirectorName): Readonly<Record<Lan, string>> {
  const { namespace } = lab.plan.directors[name].machine;
  return { public: macOf(namespace, 'public'), private: macOf(namespace, 'private') };
}

/** Plugs an observer in and waits until it watches. @throws CommandError, or Error when it cannot start. */
export async function plugObserver(lab: Lab): Promise<Observer> {
  const machine = machineFor(lab);
  const { namespace } = machine;
  const guard = await postGuard(join(labDirectory, 'run', `${lab.plan.token}-watch`), [namespace]);
  try {
    addNamespaces([namespace]);
    await bootMachine(lab.plan, machine);
    const asks = { public: lab.vip, private: (lab.plan.virtual.gateway[0] ?? '').split('/')[0] ?? '' };
    const say = converse(
      namespace,
      'observer-main.ts',
      LANS.map((lan) => `${INTERFACES[lan]}=${asks[lan]}`),
    );
    await say('report');
    return {
      asks,
      macs: { public: macOf(namespace, 'public'), private: macOf(namespace, 'private') },
      report: async () => JSON.parse(await say('report')) as Watch,
      claim: async (lan) => {
        await say(`claim ${asks[lan]}`);
      },
      unplug: () => guard.release(),
    };
  } catch (error) {
    await guard.release();
    throw error;
  }
}
