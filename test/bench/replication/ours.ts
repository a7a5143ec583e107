/** Our two daemons as a pair under test. */
import { raiseLab, type Lab } from '../../../src/lab/lab.js';
import type { DirectorName } from '../../../src/lab/plan.js';
import { until } from '../../../src/until.js';
import { millis, monotonicNow } from '../../../src/time.js';
import type { StatusView } from '../../../src/control/status.js';
import type { Losses, Pair, PairOptions } from './pair.js';

const PATIENCE = millis(20_000);
/** How often a starting daemon is asked whether it answers. */
const KNOCK = millis(5);
/** Refusals that mean that something of the table was lost, of those that `status` counts. */
const LOSSES = ['eventsLost', 'clash', 'masterMissing', 'noHelper', 'tableFull', 'other'] as const;

interface Roles {
  readonly active: DirectorName;
  readonly backup: DirectorName;
}

const WAYS: readonly Roles[] = [
  { active: 'alpha', backup: 'beta' },
  { active: 'beta', backup: 'alpha' },
];

async function settledRoles(lab: Lab): Promise<Roles> {
  const [alpha, beta] = await Promise.all([lab.director('alpha').status(), lab.director('beta').status()]);
  const views = { alpha, beta };
  const roles = WAYS.find(({ active, backup }) => {
    const { role, peer, services } = views[active];
    const up = services.every(({ servers }) => servers.every((server) => server.up));
    return role === 'active' && peer.ready && peer.inSync && up && views[backup].sync.inSync;
  });
  if (roles === undefined) throw new Error(`alpha ${alpha.role}, beta ${beta.role}, ${beta.sync.detail}`);
  return roles;
}

/** What a status says that was lost, and full copies, which only a loss makes necessary once the pair has settled. */
export function lossesOf(active: StatusView['sync'], backup: StatusView['sync']): Losses {
  const counts = [active.dropped, active.refused, backup.dropped, backup.refused];
  const lost = (reason: string): number => counts.reduce((sum, count) => sum + (count[reason] ?? 0), 0);
  return {
    ...Object.fromEntries(LOSSES.map((reason) => [reason, lost(reason)])),
    resyncs: active.resyncs,
  };
}

/** Our daemons with the default settings, started, in step. */
export async function raiseOurs({ ratePerSecond = 0 }: PairOptions = {}): Promise<Pair> {
  const lab = await raiseLab({ servers: ['vsftpd'], ratePerSecond });
  try {
    lab.director('alpha').start();
    lab.director('beta').start();
    const { active, backup } = await until(() => settledRoles(lab), {
      what: 'ftpair has settled',
      within: PATIENCE,
    });
    return ours(lab, active, backup);
  } catch (error) {
    await lab.down();
    throw error;
  }
}

function ours(lab: Lab, active: DirectorName, backup: DirectorName): Pair {
  const sync = async (name: DirectorName): Promise<StatusView['sync']> =>
    (await lab.director(name).status()).sync;
  return {
    system: 'ftpair',
    lab,
    active,
    backup,
    pids: (name) => [lab.director(name).pid].filter((pid) => pid !== undefined),
    losses: async () => lossesOf(await sync(active), await sync(backup)),
    killBackup: async () => {
      await lab.director(backup).kill();
    },
    startBackup: async () => {
      lab.director(backup).start();
      const ready = async (): Promise<boolean> => (await lab.director(backup).status()).node === backup;
      await until(ready, { what: 'the backup answers', within: PATIENCE, every: KNOCK });
      return monotonicNow();
    },
    losePower: () => {
      lab.powerOff(active);
      return Promise.resolve();
    },
    describe: async () => {
      const each = [active, backup].map(async (name) => {
        const { role, reason, sync: view } = await lab.director(name).status();
        return `${name}: ${role} ${reason}, ${JSON.stringify(view)}`;
      });
      return (await Promise.allSettled(each)).map((one) => JSON.stringify(one)).join(' | ');
    },
  };
}
