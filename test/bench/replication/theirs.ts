/**
 * Two conntrackd as a pair under test, in a lab of the same shape as ours, with a link of their own in addition. The data
 * plane is ours on both; who has the virtual addresses is decided here, by hand.
 */
import { ipBatch } from '../../../src/lab/ip-command.js';
import { type Lab, raiseLab } from '../../../src/lab/lab.js';
import type { DirectorName } from '../../../src/lab/plan.js';
import { until } from '../../../src/until.js';
import { type Millis, millis, monotonicNow } from '../../../src/time.js';
import { type Conntrackd, conntrackdOn, loadPlane, lossesIn, plugLink } from './conntrackd.js';
import type { Losses, Pair, PairOptions } from './pair.js';

const PATIENCE = millis(20_000);
const KNOCK = millis(5);
const NAMES: readonly DirectorName[] = ['alpha', 'beta'];
const [ACTIVE, BACKUP] = ['alpha', 'beta'] as const;

/** What its primary-backup.sh does on the director that becomes the primary, in this order. */
const TAKE_OVER = ['-c', '-f', '-R', '-B'] as const;

/** Puts the virtual addresses on a director, and makes everybody on the LANs ask anew who has them. */
function serveFrom(lab: Lab, name: DirectorName): void {
  const { virtual, client, servers, directors } = lab.plan;
  ipBatch(directors[name].machine.namespace, [
    ...virtual.public.map((address) => `addr replace ${address} dev pub0`),
    ...virtual.gateway.map((address) => `addr replace ${address} dev priv0`),
  ]);
  // In the place of gratuitous ARP: as quick, and never lost.
  for (const { namespace } of [client.machine, ...servers.map(({ machine }) => machine)])
    ipBatch(namespace, ['neigh flush dev eth0']);
}

async function must(daemon: Conntrackd, ...args: string[]): Promise<string> {
  const { status, stdout, stderr } = await daemon.command(...args);
  if (status !== 0) throw new Error(`conntrackd ${args.join(' ')}: ${stderr}`);
  return stdout;
}

async function lossesOf(daemon: Conntrackd): Promise<Losses> {
  return {
    ...lossesIn(
      await must(daemon, '-s'),
      await must(daemon, '-s', 'runtime'),
      await must(daemon, '-s', 'queue'),
    ),
  };
}

/** The daemon answers its commands. */
async function answers(daemon: Conntrackd, ...command: string[]): Promise<Millis> {
  return until(
    async () => {
      const asked = monotonicNow();
      return (await daemon.command(...command)).status === 0 && asked;
    },
    { what: 'conntrackd answers', within: PATIENCE, every: KNOCK },
  );
}

/** Two conntrackd, started; alpha serves. */
export async function raiseTheirs({ ratePerSecond = 0 }: PairOptions = {}): Promise<Pair> {
  const lab = await raiseLab({ servers: ['vsftpd'], ratePerSecond });
  try {
    plugLink(lab);
    for (const name of NAMES) await loadPlane(lab, name);
    const daemons = { alpha: conntrackdOn(lab, 'alpha'), beta: conntrackdOn(lab, 'beta') };
    for (const name of NAMES) {
      daemons[name].start();
      await answers(daemons[name], '-s');
    }
    serveFrom(lab, ACTIVE);
    return theirs(lab, daemons);
  } catch (error) {
    await lab.down();
    throw error;
  }
}

function theirs(lab: Lab, daemons: Readonly<Record<DirectorName, Conntrackd>>): Pair {
  return {
    system: 'conntrackd',
    lab,
    active: ACTIVE,
    backup: BACKUP,
    pids: (name) => [daemons[name].pid].filter((pid) => pid !== undefined),
    losses: async () => {
      const [active, backup] = [await lossesOf(daemons[ACTIVE]), await lossesOf(daemons[BACKUP])];
      return Object.fromEntries(
        Object.entries(active).map(([name, count]) => [name, count + (backup[name] ?? 0)]),
      );
    },
    killBackup: () => daemons[BACKUP].kill(),
    startBackup: () => {
      daemons[BACKUP].start();
      return answers(daemons[BACKUP], '-n');
    },
    losePower: async () => {
      lab.powerOff(ACTIVE);
      for (const command of TAKE_OVER) await must(daemons[BACKUP], command);
      serveFrom(lab, BACKUP);
    },
    describe: async () => {
      const each = NAMES.map(async (name) => {
        const { stdout } = await daemons[name].command('-s');
        return `${name}: ${stdout}${daemons[name].log().split('\n').slice(-4).join('; ')}`;
      });
      return (await Promise.all(each)).join(' | ');
    },
  };
}
