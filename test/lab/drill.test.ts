/** `ftpair drill` by the built command on a director of the lab: what it measures, what it refuses, and that it leaves nothing. */
import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { DrillRecord } from '../../src/drill/record.js';
import type { Lab } from '../../src/lab/lab.js';
import { killQuietly, pidsIn } from '../../src/lab/ip-command.js';
import { until } from '../../src/until.js';
import { millis } from '../../src/time.js';
import { drill, drillLab, recordOf, settledAnyhow, startDrill, traces, tracesAre } from './support/drills.js';
import { settled } from './support/settled.js';

let lab: Lab;
const before = { alpha: '', beta: '' };

beforeAll(async () => {
  lab = await drillLab();
  lab.director('alpha').start();
  lab.director('beta').start();
  await settled(lab, 'alpha', 'beta');
  before.alpha = await traces(lab, 'alpha');
  before.beta = await traces(lab, 'beta');
});

afterAll(async () => {
  await lab.down();
});

const SIXTEEN = ['PASV', 'EPSV', 'PORT', 'EPRT'].flatMap((mode) =>
  ['idle', 'announced', 'download', 'upload'].map((moment) => `${mode} ${moment}: survived`),
);

function outcomes({ sessions }: DrillRecord): readonly string[] {
  return sessions.map(({ name, outcome }) => `${name}: ${outcome.type}`);
}

const actives = ({ roles }: DrillRecord): readonly string[] => roles.map(({ active }) => active);

describe('ftpair drill', () => {
  it('hands the role over from the active: every session survives, nothing is left, the record is kept', async () => {
    const done = await drill(lab, 'alpha', '--yes', '--duration', '1s', '--json', '-');
    const record = recordOf(done);
    expect(outcomes(record)).toEqual(SIXTEEN);
    expect(done.status).toBe(0);
    expect(done.stderr).toContain('sessions  16 of 16 survived');
    expect(actives(record)).toEqual(['alpha', 'beta']);
    expect(record).toMatchObject({ scenario: 'handover', node: 'alpha', peer: 'beta' });
    const [probe] = record.probes;
    expect(probe).toMatchObject({ address: '198.51.100.100', kind: 'echo', everyMillis: 1 });
    expect(probe?.answered).toBeGreaterThan(1000);
    const bytes = record.sessions.filter(({ moment }) => moment !== 'upload').map((session) => session.bytes);
    expect(bytes.every((count) => count > 0 && count % 4_194_304 === 0)).toBe(true);
    await tracesAre(lab, 'alpha', before.alpha);
    const kept = join(dirname(lab.config), 'state', 'drills');
    const [file = ''] = readdirSync(kept);
    expect(file).toMatch(/^\d{8}T\d{6}Z-handover\.json$/);
    expect(statSync(join(kept, file)).mode & 0o777).toBe(0o644);
    expect(JSON.parse(readFileSync(join(kept, file), 'utf8'))).toEqual(record);
    // What was stored was deleted again.
    expect(readdirSync(lab.incoming)).toEqual([]);
  });

  it("works from the backup, and leaves somebody else's filters alone", async () => {
    const tc = (...words: readonly string[]) => lab.director('alpha').run('tc', words);
    await tc('qdisc', 'add', 'dev', 'pub0', 'clsact');
    const match = 'protocol ip u32 match ip dport 9 0xffff flowid 1:7'.split(' ');
    await tc('filter', 'add', 'dev', 'pub0', 'ingress', 'pref', '5', ...match);
    const withTheirs = await traces(lab, 'alpha');
    expect(withTheirs).toContain('pref 5');
    const done = await drill(lab, 'alpha', 'back', '--yes', '--duration', '1s', '--json', '-');
    const record = recordOf(done);
    expect(outcomes(record)).toEqual(SIXTEEN);
    expect(actives(record)).toEqual(['beta', 'alpha']);
    expect(done.status).toBe(0);
    await tracesAre(lab, 'alpha', withTheirs);
    await tc('qdisc', 'delete', 'dev', 'pub0', 'clsact');
  });

  it('says which session was lost, and ends with 1', async () => {
    await settled(lab, 'alpha', 'beta');
    const { namespace } = lab.server('vsftpd');
    const standing = new Set(pidsIn(namespace));
    const running = startDrill(lab, 'alpha', '--yes', '--duration', '3s');
    await running.saw('beta is active');
    // A failover is not what ends these.
    for (const pid of pidsIn(namespace)) if (!standing.has(pid)) killQuietly(pid, 'SIGKILL');
    expect(await running.ended).toBe(1);
    expect(running.output()).toContain('verdict   failed');
    expect(running.output()).toMatch(/lost {6}(PASV|EPSV|PORT|EPRT) (down|up)load: /);
    await tracesAre(lab, 'alpha', before.alpha);
  });
});

describe('a drill that may not be', () => {
  async function refuses(
    director: 'alpha' | 'beta',
    words: readonly string[],
    status: number,
    reason: string,
  ): Promise<void> {
    const now = await traces(lab, director);
    const done = await drill(lab, director, ...words);
    expect(done.stderr).toContain(reason);
    expect(done.status).toBe(status);
    expect(await traces(lab, director)).toBe(now);
  }

  it('breaks nothing without --destructive, and on the active only', async () => {
    await settled(lab, 'beta', 'alpha');
    await refuses('alpha', ['freeze', '--yes'], 1, 'run this on beta, which is active');
    await refuses('beta', ['freeze', '--yes'], 1, 'add --destructive');
  });

  it('asks first, and has nobody to ask here', async () => {
    await refuses('beta', [], 2, 'add --yes');
  });

  it('does not take an address that somebody has', async () => {
    const client = (verb: string) => lab.client.run('ip', ['addr', verb, '198.51.100.250/24', 'dev', 'eth0']);
    await client('add');
    await refuses('beta', ['--yes'], 1, '198.51.100.250 is taken on pub0: ');
    await client('del');
  });

  it('is the only one', async () => {
    const running = startDrill(lab, 'beta', '--yes', '--duration', '2s');
    await running.saw('a client of its own');
    const [here, there] = await Promise.all([drill(lab, 'beta', '--yes'), drill(lab, 'alpha', '--yes')]);
    expect(here.stderr).toContain('a drill runs on this router already');
    expect(there.stderr).toContain('198.51.100.250 is taken on pub0: ');
    expect([here.status, there.status]).toEqual([1, 1]);
    expect(await running.ended).toBe(0);
  });

  it('needs an answer from the daemon, and an address in the config', async () => {
    await settledAnyhow(lab);
    await refuses('beta', ['--yes', '--runtime-dir', '/run/no-ftpair'], 6, 'no daemon answers');
    const bare = join(dirname(lab.config), 'bare.yaml');
    writeFileSync(bare, readFileSync(lab.config, 'utf8').replace(/^drill:\n(?: .*\n)+/m, ''));
    await refuses('beta', ['--yes', '--config', bare], 3, 'the config has no drill');
  });

  it('needs a peer that is well', async () => {
    const active = (await lab.director('alpha').status()).role === 'active' ? 'alpha' : 'beta';
    const other = active === 'alpha' ? 'beta' : 'alpha';
    lab.director(other).pause();
    await until(async () => !(await lab.director(active).status()).peer.alive, {
      what: 'the peer is not heard',
      within: millis(5000),
    });
    await refuses(active, ['--yes'], 1, `${other} is not heard`);
    lab.director(other).resume();
    await settledAnyhow(lab);
  });
});
