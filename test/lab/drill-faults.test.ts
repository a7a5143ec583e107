/** The scenarios of `ftpair drill` that break something: what the sessions live through, and that all is undone, however it ends. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { postGuardian } from '../../src/drill/guardian.js';
import type { DrillRecord } from '../../src/drill/record.js';
import { processMark } from '../../src/drill/system.js';
import type { Lab } from '../../src/lab/lab.js';
import type { DirectorName } from '../../src/lab/plan.js';
import { until } from '../../src/until.js';
import { millis } from '../../src/time.js';
import { activeOf, drill, drillLab, settledAnyhow, startDrill, traces, tracesAre } from './support/drills.js';
import { settled } from './support/settled.js';

let lab: Lab;
const before: Record<DirectorName, string> = { alpha: '', beta: '' };

beforeAll(async () => {
  lab = await drillLab();
  lab.director('alpha').start();
  lab.director('beta').start();
  await settled(lab, 'alpha', 'beta');
  for (const name of ['alpha', 'beta'] as const) before[name] = await traces(lab, name);
});

afterAll(async () => {
  await lab.down();
});

beforeEach(async () => {
  await settledAnyhow(lab);
});

const QUICK = ['--yes', '--destructive', '--duration', '500ms'];

function records(): readonly DrillRecord[] {
  const kept = join(dirname(lab.config), 'state', 'drills');
  const files = readdirSync(kept)
    .filter((file) => file.endsWith('.json'))
    .sort();
  return files.map((file) => JSON.parse(readFileSync(join(kept, file), 'utf8')) as DrillRecord);
}

describe('ftpair drill all', () => {
  it('does everything, loses no session that it need not, and ends where it began', async () => {
    // On the backup, so that its first step brings the role here.
    const done = await drill(lab, 'beta', 'all', ...QUICK, '--json', '-');
    expect(done.stderr).not.toContain('lost ');
    expect(done.stderr).not.toContain('trouble ');
    expect(done.status).toBe(0);
    const all = JSON.parse(done.stdout) as readonly DrillRecord[];
    const seen = all.map(({ scenario, roles }) => [scenario, ...roles.map(({ active }) => active)].join(' '));
    expect(seen.map((line) => line.replaceAll(' nobody', ''))).toEqual([
      'handover alpha beta',
      'server-down beta',
      'pulse-cut beta',
      'crash beta alpha',
      'back alpha beta',
      'freeze beta alpha',
      'back alpha beta',
      'isolate beta alpha',
    ]);
    const survived = all.map(
      ({ sessions }) => sessions.filter(({ outcome }) => outcome.type === 'survived').length,
    );
    // Without those on the server that is cut off, with four new ones.
    expect(survived.filter((count) => count === 16)).toHaveLength(7);
    expect(survived[1]).toBeLessThan(20);
    expect(all[3]?.probes[0]?.silences.some(({ from, to }) => to - from > 20)).toBe(true);
    for (const name of ['alpha', 'beta'] as const) await tracesAre(lab, name, before[name]);
  }, 150_000);
});

/** What each says once its fault is there. */
const FAULTS = [
  ['handover', 'handover accepted'],
  ['crash', ' killed'],
  ['freeze', ' stopped'],
  ['isolate', 'priv0 cut'],
  ['pulse-cut', 'dropped on all links'],
  ['server-down', ' dropped'],
] as const;

describe('a drill that is ended', () => {
  it.each(FAULTS)('by SIGKILL in the middle of %s is undone all the same', async (scenario, there) => {
    const active = await activeOf(lab);
    const running = startDrill(lab, active, scenario, ...QUICK, '--duration', '20s');
    await running.saw(there);
    process.kill(running.pid, 'SIGKILL');
    expect(await running.ended).toBe('SIGKILL');
    await settledAnyhow(lab);
    await tracesAre(lab, active, before[active]);
  });

  it('by SIGKILL before its fault leaves nothing either', async () => {
    const running = startDrill(lab, 'alpha', ...QUICK);
    await running.saw('a client of its own');
    process.kill(running.pid, 'SIGKILL');
    await running.ended;
    await tracesAre(lab, 'alpha', before.alpha);
  });

  it.each([
    ['SIGINT', 'Ctrl-C'],
    ['SIGHUP', 'the terminal is gone'],
  ] as const)('by %s undoes everything, and keeps what it has seen', async (signal, reason) => {
    const active = await activeOf(lab);
    const running = startDrill(lab, active, 'freeze', ...QUICK, '--duration', '20s');
    await running.saw(' stopped');
    if (signal === 'SIGHUP') running.hangUp();
    process.kill(running.pid, signal);
    expect(await running.ended).toBe(signal);
    const record = records().at(-1);
    expect(record).toMatchObject({ scenario: 'freeze', interrupted: reason });
    expect(record?.faultAt).toBeGreaterThan(0);
    await settledAnyhow(lab);
    await tracesAre(lab, active, before[active]);
  });

  it("by the dead man's timer undoes everything, although the drill is still there", async () => {
    const victim = spawn('sleep', ['600'], { stdio: 'ignore' });
    await once(victim, 'spawn');
    let overdue = 0;
    const guardian = await postGuardian(millis(1000), () => (overdue += 1));
    const mark = processMark(victim.pid ?? 0);
    if (mark !== undefined) await guardian.register({ type: 'end', process: mark });
    expect(await once(victim, 'exit')).toEqual([null, 'SIGKILL']);
    await until(() => overdue === 1, { what: 'the drill is told', within: millis(3000) });
    expect(await guardian.release()).toEqual([]);
    await expect(guardian.register({ type: 'link', name: 'none' })).rejects.toThrow('guardian is gone');
  });
});
