/**
 * `ftpair sessions` against real sessions: what it says of each on both directors, while all is well, while something is
 * missing, and whether the failover then keeps what it promised.
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { request } from '../../src/control/client.js';
import { parseSessions } from '../../src/control/schema.js';
import type { SessionView } from '../../src/control/sessions.js';
import type { RemoteSession } from '../../src/lab/client.js';
import { content } from '../../src/lab/content.js';
import { type Lab, raiseLab } from '../../src/lab/lab.js';
import { prepared } from '../../src/lab/paths.js';
import type { DirectorName } from '../../src/lab/plan.js';
import type { TransferResult } from '../../src/drill/session.js';
import { until } from '../../src/until.js';
import { millis } from '../../src/time.js';
import { settled } from './support/settled.js';

let lab: Lab;
const sessions: RemoteSession[] = [];
let download: Promise<TransferResult>;
let upload: Promise<TransferResult>;

beforeAll(async () => {
  lab = await raiseLab({ servers: ['vsftpd'], ratePerSecond: 250_000 });
  lab.director('alpha').start();
  lab.director('beta').start();
  await settled(lab, 'alpha', 'beta');
});

afterAll(async () => {
  await lab.down();
});

async function listed(name: DirectorName, query = ''): Promise<readonly SessionView[]> {
  const socket = `${lab.director(name).runtimeDir}/control.sock`;
  const parsed = parseSessions((await request(socket, 'GET', `/sessions${query}`, millis(3000))).body);
  if (!parsed.ok) throw new Error(parsed.complaint);
  return parsed.value.sessions;
}

function short({ state, mode, dataChannels, survives, reason }: SessionView): string {
  const verdict = survives ? 'survives' : (reason ?? '?');
  return [state, mode ?? '-', dataChannels, verdict].join(' ');
}

/**
 * Waits until a director lists exactly these. Only a director that saw them come has them in their order; one that took over
 * has read them from its kernel's table.
 */
async function lists(name: DirectorName, expected: readonly string[]): Promise<void> {
  let last: readonly string[] = [];
  const what = `${name} lists what is expected`;
  await until(
    async () => {
      last = (await listed(name)).map(short).sort();
      return JSON.stringify(last) === JSON.stringify(expected.toSorted());
    },
    { what, within: millis(8000) },
  ).catch(() => {
    expect(last).toEqual(expected.toSorted());
  });
}

const ALL_WELL = [
  'idle - 0 survives',
  'announced passive 0 survives',
  'announced active 0 survives',
  'downloading passive 1 survives',
  'uploading active 1 survives',
];

describe('ftpair sessions', () => {
  it('lists sessions in all their states, and that each would survive', async () => {
    for (let i = 0; i < 5; i++) sessions.push(await lab.client.session());
    const [, passive, active, down, up] = sessions;
    await passive?.prepare('PASV');
    await active?.prepare('PORT');
    await down?.prepare('EPSV');
    await up?.prepare('EPRT');
    if (down === undefined || up === undefined) throw new Error('five sessions were opened');
    download = down.retrieve(content.middle.name);
    upload = up.store('incoming/sessions', 4_000_000);
    // Awaited at the end; when a test before fails, that is what should be said.
    download.catch(() => undefined);
    upload.catch(() => undefined);
    await lists('alpha', ALL_WELL);
  });

  it('counts what a transfer carries', async () => {
    const bytes = async (): Promise<number> => (await listed('alpha'))[3]?.bytesToClient ?? 0;
    const before = await bytes();
    await until(async () => (await bytes()) > before + 100_000, {
      what: 'the bytes of the download grow',
      within: millis(5000),
    });
  });

  it('says the same on the backup, whose kernel it asks; that kernel has carried nothing', async () => {
    await until(async () => (await listed('beta')).length === 5, { what: 'all five', within: millis(3000) });
    const there = await listed('beta');
    expect(there.map(({ survives, mode, server }) => [survives, mode, server])).toEqual([
      [true, undefined, 'vsftpd'],
      [true, 'passive', 'vsftpd'],
      [true, 'active', 'vsftpd'],
      [true, 'passive', 'vsftpd'],
      [true, 'active', 'vsftpd'],
    ]);
    expect(there.map(({ bytesToClient }) => bytesToClient)).toEqual([0, 0, 0, 0, 0]);
  });

  it('is one table with a total on the screen', async () => {
    const { runtimeDir } = lab.director('alpha');
    const words = [prepared('dist/main.js'), 'sessions', '--runtime-dir', runtimeDir];
    const { status, stdout } = await lab.director('alpha').run(process.execPath, words);
    const lines = stdout.trimEnd().split('\n');
    expect(status).toBe(0);
    expect(lines[0]).toMatch(/^ {2}client +service +server +state +data channel +to client +from client +since +survives$/);
    expect(lines.at(-1)).toBe('5 sessions on alpha (active): 5 would survive a failover now');
  }); // prettier-ignore

  it('finds the one that the backup has lost', async () => {
    const port = String((await listed('alpha'))[0]?.client.port);
    const named = ['-D', '-p', 'tcp', '--orig-port-src', port, '--orig-port-dst', '21'];
    expect((await lab.director('beta').run('conntrack', named)).status).toBe(0);
    expect((await listed('beta', '?lost=true')).map(short)).toEqual(['idle - 0 missing']);
  });

  it('says that none would survive while the backup stands still', async () => {
    lab.director('beta').pause();
    await lists(
      'alpha',
      ALL_WELL.map((line) => line.replace('survives', 'noPeer')),
    );
  });

  it('says that all would survive once the backup has returned and holds a new copy', async () => {
    await until(async () => (await lab.director('alpha').status()).sync.direction === 'none', {
      what: 'the journal has given the backup up',
      within: millis(3000),
    });
    lab.director('beta').resume();
    await settled(lab, 'alpha', 'beta');
    await lists('alpha', ALL_WELL);
    expect((await listed('beta')).map(({ survives }) => survives)).toEqual([true, true, true, true, true]);
  });

  it('has promised what the failover keeps; and then nobody is left for a second one', async () => {
    lab.powerOff('alpha');
    await until(async () => (await lab.director('beta').status()).role === 'active', {
      what: 'beta is active',
      within: millis(5000),
    });
    await lists('beta', ALL_WELL.map((line) => line.replace('survives', 'noPeer')));
    const [idle, passive, active] = sessions;
    expect((await idle?.command('PWD'))?.code).toBe(257);
    expect((await passive?.retrieve(content.small.name))?.sha256).toBe(content.small.sha256);
    expect((await active?.retrieve(content.small.name))?.sha256).toBe(content.small.sha256);
    expect((await download).sha256).toBe(content.middle.sha256);
    expect((await upload).final.code).toBe(226);
  }); // prettier-ignore
});
