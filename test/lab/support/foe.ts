/**
 * A foe on the lab's wire: a machine of its own, plugged into both LANs with addresses of its own, to which the switches mirror every
 * datagram between the directors. It can send anything in anybody's name, but for hardware addresses.
 */
import { join } from 'node:path';
import { postGuard } from '../../../src/lab/guard.js';
import { addNamespaces, nftIn } from '../../../src/lab/ip-command.js';
import { bootMachine, type Lab } from '../../../src/lab/lab.js';
import { labDirectory } from '../../../src/lab/paths.js';
import type { Lan, Machine } from '../../../src/lab/plan.js';
import { converse } from './converse.js';

/** A datagram, heard or to be sent. */
export interface Shot {
  readonly lan: Lan;
  /** Hardware address that it goes to. */
  readonly mac: string;
  readonly from: string;
  readonly to: string;
  /** Of both ends. */
  readonly port: number;
  /** Base64. */
  readonly payload: string;
}

/** What the foe has heard. */
export interface Overheard {
  /** The directors' own, in their order. */
  readonly datagrams: readonly Shot[];
  /** Frames to its own hardware address, and questions for it: what an answer would need. */
  readonly toUs: readonly string[];
}

export interface Foe {
  readonly addresses: Readonly<Record<Lan, string>>;
  /** Sends, and returns what was heard since the last time. */
  send(shots: readonly Shot[]): Promise<Overheard>;
  unplug(): Promise<void>;
}

const LANS = ['public', 'private'] as const;
const INTERFACES = { public: 'pub0', private: 'priv0' } as const;
const HOST = 200;

/** UDP ports of pulse and journal. */
const PORTS = '{ 7390, 7391 }';

function machineFor(lab: Lab, addresses: Foe['addresses']): Machine {
  const cables = LANS.map((lan) => ({
    lan,
    interface: INTERFACES[lan],
    wireEnd: `foe-${lan}`,
    addresses: [`${addresses[lan]}/24`],
  }));
  return { namespace: `ftpair-${lab.plan.token}-foe`, cables, defaultRoutes: [] };
}

/** A mirror port on each switch, as whoever runs it can set up. */
function mirror(lab: Lab): void {
  const { alpha, beta } = lab.plan.directors;
  const chains = [...alpha.machine.cables, ...beta.machine.cables].map(({ lan, wireEnd }, index) =>
    [
      `  chain mirror${index} {`,
      `    type filter hook ingress device "${wireEnd}" priority 0`,
      `    udp dport ${PORTS} dup to "foe-${lan}"`,
      '  }',
    ].join('\n'),
  );
  nftIn(lab.plan.wire, ['table netdev foe {', ...chains, '}', ''].join('\n'));
}

/** Plugs a foe in and waits until it listens. @throws CommandError, or Error when it cannot start. */
export async function plugFoe(lab: Lab): Promise<Foe> {
  const at = (address: string): string => address.replace(/\d+$/, String(HOST));
  const { alpha } = lab.plan.directors;
  const addresses = { public: at(alpha.public.v4), private: at(alpha.private.v4) };
  const machine = machineFor(lab, addresses);
  const { namespace } = machine;
  const guard = await postGuard(join(labDirectory, 'run', `${lab.plan.token}-foe`), [namespace]);
  try {
    addNamespaces([namespace]);
    await bootMachine(lab.plan, machine);
    mirror(lab);
    const words = LANS.map((lan) => `${INTERFACES[lan]}=${lan}=${addresses[lan]}`);
    const say = converse(namespace, 'foe-main.ts', words);
    await say('[]');
    return {
      addresses,
      send: async (shots) => JSON.parse(await say(JSON.stringify(shots))) as Overheard,
      unplug: () => guard.release(),
    };
  } catch (error) {
    await guard.release();
    throw error;
  }
}
