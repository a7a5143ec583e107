/**
 * Which servers get new sessions, on two directors: operators' orders and both nannies' verdicts, through failovers,
 * restarts and a cut way to a server.
 */
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ServerView, StatusView } from '../../src/control/status.js';
import { content } from '../../src/lab/content.js';
import { type Lab, raiseLab } from '../../src/lab/lab.js';
import type { DirectorName, ServerKind } from '../../src/lab/plan.js';
import { until } from '../../src/until.js';
import { millis } from '../../src/time.js';
import { settled } from './support/settled.js';

const MAIN = join(import.meta.dirname, '../../dist/main.js');
const BOTH = ['alpha', 'beta'] as const;

let lab: Lab;

beforeAll(async () => {
  lab = await raiseLab({
    servers: ['vsftpd', 'proftpd'],
    check: { interval: '1s', retry: '100ms', timeout: '900ms', rise: 1, fall: 4 },
  });
  for (const name of BOTH) lab.director(name).start();
  await settled(lab, 'alpha', 'beta');
});

afterAll(async () => {
  await lab.down();
});

/** `ftpair …` on a director, with its output and exit status. */
async function ftpair(name: DirectorName, ...words: readonly string[]): Promise<string> {
  const { runtimeDir } = lab.director(name);
  const args = [MAIN, ...words, '--runtime-dir', runtimeDir];
  const { status, stdout, stderr } = await lab.director(name).run(process.execPath, args);
  return `${stdout}${stderr}(${status})`;
}

async function server(name: DirectorName, kind: ServerKind): Promise<ServerView> {
  const { services } = await lab.director(name).status();
  const found = services.flatMap(({ servers }) => servers).find((one) => one.name === kind);
  if (found === undefined) throw new Error(`no ${kind}`);
  return found;
}

/** Waits until a director's kernel gives a server new sessions or none, for this reason. */
async function stands(name: DirectorName, kind: ServerKind, standing: string, within = 5000): Promise<void> {
  await until(
    async () => {
      const view = await server(name, kind);
      return view.standing === standing && view.inRotation === view.effectiveWeight > 0;
    },
    { what: `${kind} is ${standing} on ${name}`, within: millis(within) },
  );
}

async function has(name: DirectorName, what: string, ask: (view: StatusView) => boolean): Promise<void> {
  await until(async () => ask(await lab.director(name).status()), {
    what: `${name} ${what}`,
    within: millis(10_000),
  });
}

/** What becomes of a director's own packets to a server's control port; without a server all is mended. */
async function blind(name: DirectorName, kind?: ServerKind, verdict = 'drop'): Promise<void> {
  const rule = kind === undefined ? '' : `ip daddr ${lab.server(kind).address.v4} tcp dport 21 ${verdict};`;
  const chain = `chain out { type filter hook output priority 0; ${rule} };`;
  const rules = `table ip blind\ndelete table ip blind\ntable ip blind { ${chain} }\n`;
  const { status, stderr } = await lab.director(name).run('nft', ['-f', '-'], rules);
  expect([status, stderr]).toEqual([0, '']);
}

/** It is down by what the peer said, `refused`, and this director's own verdict is still another one. */
function heardOf({ standing, reason, verdicts }: ServerView, own: string): boolean {
  return standing === 'down' && reason === 'refused' && verdicts.here.verdict === own;
}

/** Opens so many sessions and says which servers they came to, sorted; `active` is who serves. */
async function visited(active: DirectorName, count = 4): Promise<readonly string[]> {
  const sessions = await Promise.all(Array.from({ length: count }, () => lab.client.session()));
  const listed = await ftpair(active, 'sessions', '--json');
  for (const session of sessions) await session.quit();
  const list = JSON.parse(listed.slice(0, listed.lastIndexOf('('))) as { sessions: { server: string }[] };
  return [...new Set(list.sessions.slice(-count).map((session) => session.server))].toSorted();
}

describe('a drained server', () => {
  it('gets no new sessions, and its running ones go on until they end: then the command returns', async () => {
    const sessions = await Promise.all([lab.client.session(), lab.client.session()]);
    await until(async () => (await server('alpha', 'vsftpd')).sessions === 1, {
      what: 'each server has one session',
      within: millis(2000),
    });
    const drained = ftpair('alpha', 'drain', 'vsftpd');
    await stands('alpha', 'vsftpd', 'drained');
    await stands('beta', 'vsftpd', 'drained');
    for (const session of sessions) {
      await session.prepare('PASV');
      expect((await session.retrieve(content.small.name)).sha256).toBe(content.small.sha256);
    }
    expect(await visited('alpha')).toEqual(['proftpd']);
    for (const session of sessions) await session.quit();
    expect(await drained).toBe(
      'ftp/vsftpd is drained: it gets no new sessions\n1 session left\nno session left\n(0)',
    );
  });

  it('is drained after a power loss, on the director that was not asked', async () => {
    lab.powerOff('alpha');
    await has('beta', 'is active', ({ role }) => role === 'active');
    expect((await server('beta', 'vsftpd')).standing).toBe('drained');
    expect(await visited('beta')).toEqual(['proftpd']);
    await lab.powerOn('alpha');
    await has('alpha', 'is backup', ({ role }) => role === 'backup');
    await stands('alpha', 'vsftpd', 'drained');
  });

  it('is undrained from the other router, and that is the newer order on both', async () => {
    expect(await ftpair('beta', 'undrain', 'ftp/vsftpd')).toBe('ftp/vsftpd: gets new sessions\n(0)');
    for (const name of BOTH) await stands(name, 'vsftpd', 'ok');
    expect(await visited('beta')).toEqual(['proftpd', 'vsftpd']);
  });
});

describe('a server that is forced down', () => {
  it('is so after a handover, and after a restart of both daemons at once', async () => {
    expect(await ftpair('beta', 'force', 'vsftpd', 'down')).toBe(
      'ftp/vsftpd: forced down: gets no new sessions\n(0)',
    );
    for (const name of BOTH) await stands(name, 'vsftpd', 'forcedDown');
    await has('beta', 'has a backup in sync', ({ peer }) => peer.inSync);
    expect(await ftpair('beta', 'handover')).toContain('handover accepted');
    await has('alpha', 'is active', ({ role }) => role === 'active');
    expect(await visited('alpha')).toEqual(['proftpd']);
    await Promise.all(BOTH.map((name) => lab.director(name).kill()));
    const file = join(dirname(lab.config), 'state', 'orders-alpha.json');
    expect(readFileSync(file, 'utf8')).toContain('"to": "down"');
    for (const name of BOTH) lab.director(name).start();
    await has('alpha', 'is active', ({ role }) => role === 'active');
    for (const name of BOTH) await stands(name, 'vsftpd', 'forcedDown', 10_000);
    expect(await visited('alpha')).toEqual(['proftpd']);
  });

  it('is heard of by a director that has lost its own memory', async () => {
    await has('alpha', 'has a backup', ({ peer }) => peer.alive);
    await lab.director('beta').kill();
    const file = join(dirname(lab.config), 'state', 'orders-beta.json');
    await lab.director('beta').run('rm', [file]);
    lab.director('beta').start();
    await has('beta', 'is backup', ({ role }) => role === 'backup');
    await stands('beta', 'vsftpd', 'forcedDown');
    expect(readFileSync(file, 'utf8')).toContain('"to": "down"');
    expect(await ftpair('beta', 'force', 'vsftpd', 'auto')).toMatch(/\(0\)$/);
    for (const name of BOTH) await stands(name, 'vsftpd', 'ok');
  });

  it('has its new weight from any router, and back that of the config', async () => {
    expect(await ftpair('beta', 'weight', 'vsftpd', '3')).toBe('ftp/vsftpd: gets new sessions\n(0)');
    await until(async () => (await server('alpha', 'vsftpd')).effectiveWeight === 3, {
      what: 'alpha has the weight',
      within: millis(2000),
    });
    const { stdout } = await lab.director('alpha').run('nft', ['list', 'map', 'inet', 'ftpair', 'service0']);
    expect(stdout.match(/goto service0_server0/g)).toHaveLength(180);
    expect(await ftpair('alpha', 'weight', 'vsftpd', 'config')).toMatch(/\(0\)$/);
  });

  it('must have a name that is known', async () => {
    expect(await ftpair('alpha', 'force', 'wu-ftpd', 'down')).toBe(
      'ftpair: no server is named "wu-ftpd"; there are ftp/vsftpd, ftp/proftpd\n' +
        '  cure: give one of these names; "ftpair status" shows them\n(2)',
    );
  });
});

describe('the verdicts of both directors', () => {
  it('start a director with the rotation of the other one', async () => {
    await settled(lab, 'alpha', 'beta');
    lab.server('proftpd').kill();
    await stands('alpha', 'proftpd', 'down');
    await lab.director('beta').kill();
    await blind('beta', 'proftpd', 'drop');
    lab.director('beta').start();
    // Its own probes time out: that nobody listens there it has heard from alpha.
    await until(async () => heardOf(await server('beta', 'proftpd'), 'unknown'), {
      what: 'beta knows what it has not seen',
      within: millis(5000),
    });
    await lab.server('proftpd').start();
    await blind('beta');
    for (const name of BOTH) await stands(name, 'proftpd', 'ok');
  });

  it('give whoever takes over the rotation of the one that saw a server die', async () => {
    await settled(lab, 'alpha', 'beta');
    await until(async () => (await server('beta', 'proftpd')).verdicts.here.verdict === 'up', {
      what: 'beta has seen proftpd itself',
      within: millis(5000),
    });
    await blind('beta', 'proftpd', 'drop');
    lab.server('proftpd').kill();
    await stands('alpha', 'proftpd', 'down');
    lab.powerOff('alpha');
    await has('beta', 'is active', ({ role }) => role === 'active');
    const view = await server('beta', 'proftpd');
    expect([heardOf(view, 'up'), view.inRotation]).toEqual([true, false]);
    await Promise.all([lab.server('proftpd').start(), lab.powerOn('alpha')]);
    await blind('beta');
    await settled(lab, 'beta', 'alpha');
  });

  it('name the director that alone cannot reach a server, and its link', async () => {
    await blind('alpha', 'vsftpd', 'reject with tcp reset');
    await until(() => BOTH.every((name) => differs(name).length > 0), {
      what: 'both directors have said who is alone',
      within: millis(12_000),
    });
    const sentence =
      'alpha alone cannot use real server vsftpd of service ftp, which beta finds up; look at alpha, its link priv0 and ' +
      'the way from there to the server.';
    expect(BOTH.map(differs)).toEqual([[sentence], [sentence]]);
    expect((await server('alpha', 'vsftpd')).verdicts).toMatchObject({
      here: { verdict: 'down' },
      peer: { verdict: 'up' },
    });
    // The active goes on with what it can reach itself, whatever its backup says.
    expect((await server('beta', 'vsftpd')).standing).toBe('ok');
    await blind('alpha');
    await until(() => lab.syslog.some((line) => line.includes('alert=verdicts-agree')), {
      what: 'it is over',
      within: millis(10_000),
    });
  });
});

/** What a director has said about disagreements, in its own words. */
function differs(name: DirectorName): readonly string[] {
  return lab.syslog
    .filter(
      (line) =>
        line.includes(`ftpair[${lab.director(name).pid}]`) && line.includes(' alert=verdicts-differ '),
    )
    .map((line) => /\]: (.*?) alert=/.exec(line)?.[1] ?? line);
}
