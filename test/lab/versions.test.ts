/** Two versions side by side: what is understood, what is refused, what the administrator is told, and who serves. */
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { StatusView } from '../../src/control/status.js';
import type { Finished } from '../../src/lab/ip-command.js';
import { type Lab, raiseLab } from '../../src/lab/lab.js';
import type { DirectorName } from '../../src/lab/plan.js';
import { until } from '../../src/until.js';
import { millis } from '../../src/time.js';
import { watchUntilAlone, whoServes } from './support/faults-watch.js';
import { kernelOf } from './support/kernel.js';
import { type Observer, plugObserver } from './support/observer.js';
import { joinWatches, overlapOf, type Watch } from './support/observer-sight.js';
import { otherRelease } from './support/other-release.js';
import { settled } from './support/settled.js';

const BOTH = ['alpha', 'beta'] as const;

let lab: Lab;
let observer: Observer;

beforeAll(async () => {
  lab = await raiseLab({ servers: ['vsftpd'] });
  observer = await plugObserver(lab);
});

afterAll(async () => {
  await observer.unplug();
  await lab.down();
});

function status(name: DirectorName): Promise<StatusView> {
  return lab.director(name).status();
}

async function becomes(name: DirectorName, what: string, ask: (view: StatusView) => boolean): Promise<void> {
  await until(async () => ask(await status(name)), { what: `${name} ${what}`, within: millis(20_000) });
}

function knows(format: string, version: number): (view: StatusView) => boolean {
  return ({ peer }) => peer.versions.some((one) => one.format === format && one.theirs === version);
}

/** The alerts with this id that a director has sent since the line numbered `from`, in its own words. */
function alerts(name: DirectorName, id: string, from = 0): readonly string[] {
  const { pid } = lab.director(name);
  return lab.syslog
    .slice(from)
    .filter((line) => line.includes(`ftpair[${pid}]`) && line.includes(` alert=${id} `))
    .map((line) => /\]: (.*?) alert=/.exec(line)?.[1] ?? line);
}

function ftpair(name: DirectorName, command: string): Promise<Finished> {
  const program = fileURLToPath(new URL('../../dist/main.js', import.meta.url));
  const { runtimeDir } = lab.director(name);
  return lab.director(name).run(process.execPath, [program, command, '--runtime-dir', runtimeDir]);
}

describe('a backup that writes another version of the journal', () => {
  let newer: string;

  beforeAll(async () => {
    lab.director('alpha').start();
    await becomes('alpha', 'is active', ({ role, services }) => {
      return role === 'active' && services.every(({ servers }) => servers.every(({ up }) => up));
    });
    newer = otherRelease(lab, 'journal', 5);
    lab.director('beta').start(newer);
    await becomes('beta', 'is backup', ({ role }) => role === 'backup');
    await becomes('alpha', 'knows the version of beta', knows('journal', 5));
    await becomes('beta', 'knows the version of alpha', knows('journal', 4));
    await (await lab.client.session()).prepare('EPSV');
  });

  it('is heard in the pulse: one is active, the other its backup', async () => {
    const [alpha, beta] = [await status('alpha'), await status('beta')];
    expect([alpha.role, beta.role]).toEqual(['active', 'backup']);
    expect(alpha.peer).toMatchObject({ alive: true, role: 'backup', ready: true, inSync: false });
    expect(beta.peer).toMatchObject({ alive: true, role: 'active', ready: true });
  });

  it('is in the status of both, with both versions', async () => {
    expect((await status('alpha')).peer.versions).toEqual([
      { format: 'seal', ours: 1, theirs: 1 },
      { format: 'pulse', ours: 1, theirs: 1 },
      { format: 'journal', ours: 4, theirs: 5 },
    ]);
    expect((await status('beta')).peer.versions[2]).toEqual({ format: 'journal', ours: 5, theirs: 4 });
    expect((await ftpair('alpha', 'status')).stdout).toContain(
      'Peer beta: alive, backup, ready, not in sync, same config, journal version 5 (here 4)\n',
    );
  });

  it('is told nothing, and tells nothing: not one session is replicated', async () => {
    const active = (await status('alpha')).sync;
    expect(active).toMatchObject({ direction: 'none', inSync: false, backlog: 0, resyncs: 0 });
    expect(active.detail).toBe(
      'the peer writes version 5 of the journal, this director 4: no session is replicated',
    );
    expect(active.dropped['version']).toBeGreaterThan(0);
    expect((await status('beta')).sync.detail).toBe(
      'the peer writes version 4 of the journal, this director 5: no session is replicated',
    );
    expect(await kernelOf(lab, 'alpha')).not.toEqual([]);
    expect(await kernelOf(lab, 'beta')).toEqual([]);
  });

  it('is told to the administrator once, on both, with the cure', () => {
    expect(alerts('alpha', 'version-differs')).toEqual([
      'beta writes version 5 of the journal, this router version 4: no session is replicated, a takeover now would lose ' +
        'them all, and handovers are refused. Upgrade this router.',
    ]);
    expect(alerts('beta', 'version-differs')).toEqual([
      'alpha writes version 4 of the journal, this router version 5: no session is replicated, a takeover now would lose ' +
        'them all, and handovers are refused. Upgrade alpha.',
    ]);
  });

  it('is given no role, and asks for none', async () => {
    const sentence =
      'version 4 of the journal, this director version 5, and no session is replicated: upgrade alpha.';
    const [active, backup] = [await ftpair('alpha', 'handover'), await ftpair('beta', 'handover')];
    expect([active.status, backup.status]).toEqual([1, 1]);
    expect(active.stdout + active.stderr).toContain(
      'beta writes version 5 of the journal, this director version 4, and no session is replicated: upgrade this director.',
    );
    expect(backup.stdout + backup.stderr).toContain(`alpha writes ${sentence}`);
    expect((await status('alpha')).role).toBe('active');
  });

  it('takes over from a dead active all the same, and replicates with one of its own version', async () => {
    await lab.director('alpha').kill();
    await becomes('beta', 'is active', ({ role }) => role === 'active');
    const from = lab.syslog.length;
    lab.director('alpha').start(newer);
    await settled(lab, 'beta', 'alpha');
    expect(alerts('beta', 'version-agrees', from)).toEqual([
      'alpha writes version 5 of the journal, as this router does.',
    ]);
    expect(alerts('beta', 'version-differs')).toHaveLength(1);
    expect((await ftpair('beta', 'handover')).status).toBe(0);
    await settled(lab, 'alpha', 'beta');
  });
});

describe.each(['pulse', 'seal'] as const)(
  'two directors that write different versions of the %s',
  (format) => {
    const watches: Watch[] = [];

    beforeAll(async () => {
      for (const name of BOTH) await lab.director(name).kill();
      lab.director('alpha').start();
      await becomes('alpha', 'is active', ({ role }) => role === 'active');
      await watchUntilAlone({ lab, observer });
      lab.director('beta').start(otherRelease(lab, format, 2));
      await becomes('alpha', 'has heard the other one', knows(format, 2));
      await becomes('beta', 'has heard the other one', knows(format, 1));
    });

    async function alone(): Promise<readonly string[]> {
      const { watch } = await watchUntilAlone({ lab, observer });
      watches.push(watch);
      return whoServes({ lab, observer }, watch);
    }

    it('do not hear each other, and say so', async () => {
      const [alpha, beta] = [await status('alpha'), await status('beta')];
      expect([alpha.peer.alive, beta.peer.alive]).toEqual([false, false]);
      const find = ({ peer }: StatusView) => peer.versions.find((versions) => versions.format === format);
      expect([find(alpha), find(beta)]).toEqual([
        { format, ours: 1, theirs: 2 },
        { format, ours: 2, theirs: 1 },
      ]);
      expect(alerts('alpha', 'version-differs')).toEqual([
        `beta writes version 2 of the ${format}, this router version 1: neither understands the other one, no session is ` +
          'replicated, and either takes over only when nobody answers for the virtual address. Upgrade this router.',
      ]);
    });

    it('are not both active: who comes second finds the VIP answered, and waits', async () => {
      await until(() => alerts('beta', 'vip-answered').length > 0, {
        what: 'beta has found the VIP answered',
        within: millis(5000),
      });
      expect(await alone()).toEqual(['alpha', 'alpha']);
      expect((await status('beta')).role).toBe('starting');
    });

    it('take over when nobody answers any more, after the lease', async () => {
      await lab.director('alpha').kill();
      await becomes('beta', 'is active', ({ role }) => role === 'active');
      expect(await alone()).toEqual(['beta', 'beta']);
    });

    it('are still not both active when the first one is back', async () => {
      lab.director('alpha').start();
      await until(() => alerts('alpha', 'vip-answered').length > 0, {
        what: 'alpha has found the VIP answered',
        within: millis(20_000),
      });
      expect(await alone()).toEqual(['beta', 'beta']);
      expect((await status('alpha')).role).toBe('starting');
      const whole = joinWatches(watches);
      expect([overlapOf(whole, observer.asks.public), overlapOf(whole, observer.asks.private)]).toEqual([
        0, 0,
      ]);
    });
  },
);
