/**
 * From config and wishes to a setting that a drill can run with, or every reason why not. It asks the system and the daemon, and
 * changes nothing.
 */
import { accessSync, constants } from 'node:fs';
import { join } from 'node:path';
import type { Config } from '../config/model.js';
import { ExitStatus, Fatal } from '../fatal.js';
import { derivedMac, drillRunsHere, lanLink, takenAddresses } from './lan-link.js';
import { type Obstacle, obstacles, type Wishes } from './readiness.js';
import { noticesIsolation } from './scenarios.js';
import { drilledServices, type DrillSetting } from './setting.js';
import { drillEnvironment } from './system.js';

/** What the command line adds to the config. */
export type DrillWishes = Pick<
  DrillSetting,
  'stock' | 'talk' | 'durationMillis' | 'times' | 'server' | 'interruption' | 'progress'
> &
  Pick<Wishes, 'scenarios' | 'destructive'> & { readonly node: 0 | 1 };

export type Prepared =
  | { readonly ok: true; readonly setting: DrillSetting }
  | { readonly ok: false; readonly obstacles: readonly Obstacle[] };

/** Throws `Fatal` when the config has no drill, the system cannot do it, or the daemon does not answer. */
export async function prepareDrill(config: Config, wishes: DrillWishes): Promise<Prepared> {
  const { drill } = config;
  const [service] = drill === undefined ? [] : drilledServices(config, drill);
  if (drill === undefined || service === undefined)
    throw new Fatal(
      ExitStatus.config,
      'the config has no drill',
      'add `drill: { addresses: [192.0.2.250/24] }` with a free address of the public LAN, see the README',
    );
  requireMeans();
  const self = config.nodes[wishes.node];
  const peer = config.nodes[wishes.node === 0 ? 1 : 0];
  const lan = await lanLink(self.public.interface);
  const { status } = await wishes.talk.status();
  const found = [
    ...(await placeObstacles(lan, drill.addresses)),
    ...obstacles(status, {
      ...wishes,
      service: service.name,
      isolationNoticed: noticesIsolation(config),
    }),
  ];
  if (status.node !== self.name)
    found.unshift({
      problem: `the daemon here is ${status.node}, not ${self.name}`,
      cure: 'give --node and --runtime-dir of one daemon',
    });
  if (found.length > 0) return { ok: false, obstacles: found };
  const mac = drill.mac ?? derivedMac(self.name);
  return {
    ok: true,
    setting: { ...wishes, config, drill, self, peer, lan, mac, services: drilledServices(config, drill) },
  };
}

/** Is the place free: on this router, and on the LAN? */
async function placeObstacles(
  lan: Parameters<typeof takenAddresses>[0],
  addresses: Parameters<typeof takenAddresses>[1],
): Promise<readonly Obstacle[]> {
  if (await drillRunsHere())
    return [{ problem: 'a drill runs on this router already', cure: 'wait until it has ended' }];
  const taken = await takenAddresses(lan, addresses);
  return taken.map(({ address, mac }) => ({
    problem: `${address} is taken on ${lan.name}: ${mac} answers for it`,
    cure: 'if a drill runs on the other router, wait; else write a free address into `drill.addresses`',
  }));
}

const PROGRAMS = ['ip', 'tc', 'nft', 'unshare', 'nsenter', 'timeout', 'tac'] as const;

/** Throws `Fatal` where a privilege or a program is missing. */
function requireMeans(): void {
  if (process.getuid?.() !== 0)
    throw new Fatal(
      ExitStatus.system,
      'a drill needs root',
      'run it as root; any user can run "ftpair probe"',
    );
  const places = (drillEnvironment['PATH'] ?? '').split(':');
  const missing = PROGRAMS.filter((program) => !places.some((place) => isProgram(join(place, program))));
  if (missing.length > 0)
    throw new Fatal(
      ExitStatus.system,
      `not installed: ${missing.join(', ')}`,
      'install the packages iproute2, nftables, util-linux and coreutils',
    );
}

function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
