/**
 * `ftpair explain` and `ftpair status --json` of a running pair: the answer fits the documented schema, and every prediction
 * is compared with what then happens.
 */
import { readFileSync } from 'node:fs';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { OutlookView } from '../../src/control/status.js';
import type { RemoteSession } from '../../src/lab/client.js';
import { content } from '../../src/lab/content.js';
import type { Finished } from '../../src/lab/ip-command.js';
import { type Lab, raiseLab } from '../../src/lab/lab.js';
import { prepared } from '../../src/lab/paths.js';
import type { DirectorName } from '../../src/lab/plan.js';
import { millis, monotonicNow } from '../../src/time.js';
import { until } from '../../src/until.js';
import { otherRelease } from './support/other-release.js';
import { settled } from './support/settled.js';

let lab: Lab;
let sessions: readonly RemoteSession[];

beforeAll(async () => {
  lab = await raiseLab({ servers: ['vsftpd'] });
  lab.director('alpha').start();
  lab.director('beta').start();
  await settled(lab, 'alpha', 'beta');
  sessions = [await lab.client.session(), await lab.client.session()];
});

afterAll(async () => {
  await lab.down();
});

function ftpair(name: DirectorName, ...words: string[]): Promise<Finished> {
  const director = lab.director(name);
  const line = [prepared('dist/main.js'), ...words, '--runtime-dir', director.runtimeDir];
  return director.run(process.execPath, line);
}

/** Its sentences, once it has looked again after a change. */
async function explained(name: DirectorName): Promise<string> {
  const { status, stdout } = await ftpair(name, 'explain');
  expect(status).toBe(0);
  return stdout;
}

/** Once the pulse side has looked again, and it says what the test needs for its begin. */
function outlook(name: DirectorName, wanted: (now: OutlookView) => boolean): Promise<OutlookView> {
  let last: unknown;
  return until(
    async () => {
      const now = (await lab.director(name).status()).outlook as OutlookView | null;
      last = now;
      return now !== null && wanted(now) ? now : undefined;
    },
    { what: `${name} expects it`, within: millis(5000) },
  ).catch((error: unknown) => {
    throw new Error(`${String(error)}: ${JSON.stringify(last)}`);
  });
}

async function becomes(name: DirectorName, role: string, within: number): Promise<number> {
  const from = monotonicNow();
  await until(async () => (await lab.director(name).status()).role === role, {
    what: `${name} is ${role}`,
    within: millis(within),
    every: millis(5),
  });
  return monotonicNow() - from;
}

describe('the JSON of a running director', () => {
  it.each([
    ['status', ['status', '--json']],
    ['sessions', ['sessions', '--json']],
  ])('%s fits its file in config/, and has no key that it does not document', async (name, words) => {
    await outlook('alpha', ({ ifThisDied }) => ifThisDied.serves === 'peer');
    const file = new URL(`../../config/${name}.schema.json`, import.meta.url);
    const schema = JSON.parse(readFileSync(file, 'utf8')) as object;
    const validate = new Ajv2020({ allErrors: true }).compile(closed(schema) as object);
    const answer: unknown = JSON.parse((await ftpair('alpha', ...words)).stdout);
    expect(validate(answer) ? [] : validate.errors).toEqual([]);
  });
});

/** The same schema, in which objects may have no further keys. */
function closed(schema: unknown): unknown {
  if (Array.isArray(schema)) return schema.map(closed);
  if (typeof schema !== 'object' || schema === null) return schema;
  const copy = Object.fromEntries(Object.entries(schema).map(([key, value]) => [key, closed(value)]));
  return 'properties' in schema ? { ...copy, additionalProperties: false } : copy;
}

describe('a pair that is well', () => {
  it('says so on both directors', async () => {
    const wanted = ({ handover }: OutlookView): boolean => handover.possible;
    await outlook('alpha', wanted);
    await outlook('beta', wanted);
    const alpha = await explained('alpha');
    expect(alpha).toContain('alpha is active since');
    expect(alpha).toContain('If beta died now\n  alpha goes on serving');
    expect(alpha).toMatch(
      /If alpha died now\n {2}beta takes over, about \d+ ms after the last pulse of alpha\.\n {2}All 2 sessions go on\.\n/,
    );
    const beta = await explained('beta');
    expect(beta).toContain('alpha is active and heard, so beta follows it.');
    expect(beta).toMatch(
      /If alpha died now\n {2}beta takes over, about \d+ ms .*\n {2}All 2 sessions go on\.\n/,
    );
    expect(beta).toContain('It would be accepted: beta becomes active, and no session is lost.');
  });

  it('hands the role over as it has said', async () => {
    expect((await ftpair('beta', 'handover')).status).toBe(0);
    await settled(lab, 'beta', 'alpha');
  });

  it('and takes over in the time that it has said, with the sessions', async () => {
    const { ifPeerDied } = await outlook('alpha', (now) => now.ifPeerDied.serves === 'here');
    await until(async () => (await explained('alpha')).includes('All 2 sessions go on.'), {
      what: 'alpha would keep both sessions',
      within: millis(5000),
    });
    lab.powerOff('beta');
    // The kernel of a busy machine adds its own delays to what the election has decided.
    const took = await becomes('alpha', 'active', 5000);
    expect(took).toBeLessThan(ifPeerDied.withinMillis + 250);
    for (const session of sessions) expect((await session.command('PWD')).code).toBe(257);
  });
});

describe('an active without a peer', () => {
  it('goes on, does not know who would follow, and refuses a handover in the same words', async () => {
    const { handover, doubt } = await outlook('alpha', ({ ifThisDied }) => ifThisDied.serves === 'unknown');
    expect([handover.obstacle, doubt]).toEqual(['The peer is not heard.', 'silent']);
    const said = await explained('alpha');
    expect(said).toContain('If beta died now\n  alpha goes on serving');
    expect(said).toContain('That lies with beta, which is not heard');
    const { status, stderr } = await ftpair('alpha', 'handover');
    expect([status, stderr.split('\n')[0]]).toEqual([1, 'ftpair: handover refused: The peer is not heard.']);
  });
});

describe('a backup whose journal is of another version', () => {
  it('would take over, but without the sessions, and gets no role on request', async () => {
    await lab.powerOn('beta');
    await lab.director('beta').stop();
    // What an earlier life of the daemon has left there would keep the sessions all the same.
    await lab.director('beta').run('conntrack', ['-F']);
    lab.director('beta').start(otherRelease(lab, 'journal', 99));
    await outlook('alpha', ({ ifThisDied }) => ifThisDied.serves === 'peer');
    const refused =
      /beta writes version 99 of the journal, this director version \d+, and no session is replicated/;
    let said = '';
    await until(async () => refused.test((said = await explained('alpha'))), {
      what: 'the versions are known',
      within: millis(5000),
    });
    expect(said).toContain('2 of 2 sessions are not safe: the backup is being filled.');
    expect((await ftpair('alpha', 'handover')).stderr).toMatch(refused);
  });

  it('takes over, and what had been announced is lost', async () => {
    const [, session] = sessions;
    await session?.prepare('PASV');
    await lab.director('alpha').kill();
    await becomes('beta', 'active', 5000);
    const outcome = session?.retrieve(content.small.name).then(
      ({ sha256 }) => (sha256 === content.small.sha256 ? 'kept' : 'garbled'),
      () => 'lost',
    );
    const patience = new Promise<string>((resolve) => setTimeout(resolve, 2000, 'hangs'));
    expect(['lost', 'hangs', 'garbled']).toContain(await Promise.race([outcome, patience]));
  });
});

describe('a backup that has lost its links', () => {
  it('says that nobody would serve, and does not take over', async () => {
    await lab.director('beta').stop();
    lab.director('beta').start();
    lab.director('alpha').start();
    await becomes('beta', 'active', 10_000).catch(() => undefined);
    const active = (await lab.director('alpha').status()).role === 'active' ? 'alpha' : 'beta';
    const backup = active === 'alpha' ? 'beta' : 'alpha';
    await settled(lab, active, backup);
    lab.cut(backup, 'public');
    lab.cut(backup, 'private');
    const { ifPeerDied, hindrance, handover } = await outlook(backup, (now) => now.hindrance === 'noLink');
    expect(ifPeerDied).toMatchObject({ serves: 'nobody', because: 'noLink' });
    expect([hindrance, handover.possible]).toEqual(['noLink', false]);
    expect(await explained(backup)).toContain(`If ${active} died now\n  Nobody would serve: ${backup} has no link`);
    await lab.director(active).kill();
    // Longer than any takeover in this file took.
    const role = await becomes(backup, 'active', 1500).then(
      () => 'active',
      () => 'backup',
    );
    expect(role).toBe('backup');
    lab.mend(backup, 'public');
    lab.mend(backup, 'private');
    await becomes(backup, 'active', 10_000);
    const session = await until(() => lab.client.session(), {
      what: 'the servers are up again',
      within: millis(20_000),
    });
    await session.prepare('PASV');
    expect((await session.retrieve(content.small.name)).sha256).toBe(content.small.sha256);
  }); // prettier-ignore
});
