/**
 * `ftpair probe` by the built command as nobody, without addon and config, on the lab's client machine: while a role is handed over,
 * while a router loses its power, and where there is nothing to be measured.
 */
import { chmodSync, cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { OutsideRecord } from '../../src/drill/outside-record.js';
import type { OutsideVerdict } from '../../src/drill/outside-verdict.js';
import { content } from '../../src/lab/content.js';
import { pidsIn } from '../../src/lab/ip-command.js';
import { type Lab, raiseLab } from '../../src/lab/lab.js';
import { prepared, repositoryRoot } from '../../src/lab/paths.js';
import { until } from '../../src/until.js';
import { millis } from '../../src/time.js';
import { settled } from './support/settled.js';

let lab: Lab;
/** What somebody would copy to another machine. */
let carried: string;

beforeAll(async () => {
  carried = mkdtempSync(join(tmpdir(), 'ftpair-probe-'));
  chmodSync(carried, 0o755);
  cpSync(prepared('dist'), join(carried, 'dist'), { recursive: true });
  cpSync(join(repositoryRoot, 'package.json'), join(carried, 'package.json'));
  mkdirSync(join(carried, 'out'));
  chmodSync(join(carried, 'out'), 0o777);
  symlinkSync(join(repositoryRoot, 'node_modules'), join(carried, 'node_modules'));
  lab = await raiseLab({ servers: ['vsftpd', 'pure-ftpd'], ratePerSecond: 4_000_000 });
  lab.director('alpha').start();
  lab.director('beta').start();
  await settled(lab, 'alpha', 'beta');
});

afterAll(async () => {
  await lab.down();
  rmSync(carried, { recursive: true });
});

interface Running {
  readonly pid: number;
  /** Resolves when it has said that. */
  saw(text: string): Promise<void>;
  readonly ended: Promise<{ readonly status: number; readonly out: string; readonly err: string }>;
}

function probe(...words: readonly string[]): Running {
  const nobody = [
    '--reuid=65534',
    '--regid=65534',
    '--clear-groups',
    '--inh-caps=-all',
    '--bounding-set=-all',
  ];
  const program = [process.execPath, join(carried, 'dist/main.js'), 'probe', ...words];
  const child = lab.client.spawn('setpriv', [...nobody, ...program], { stdio: ['ignore', 'pipe', 'pipe'] });
  const said = { out: '', err: '' };
  child.stdout?.setEncoding('utf8').on('data', (text: string) => (said.out += text));
  child.stderr?.setEncoding('utf8').on('data', (text: string) => (said.err += text));
  return {
    pid: child.pid ?? 0,
    saw: async (text) => {
      const what = `the probe says "${text}"`;
      await until(() => said.err.includes(text) || said.out.includes(text), {
        what,
        within: millis(20_000),
      }).catch((error: unknown) => {
        throw new Error(`${String(error)}\n${said.out}${said.err}`);
      });
    },
    ended: new Promise((resolve) => {
      child.on('close', (status) => {
        resolve({ status: status ?? -1, ...said });
      });
    }),
  };
}

const DOWNLOAD = ['--download', content.middle.name];

const TWELVE = ['PASV', 'EPSV', 'PORT', 'EPRT'].flatMap((mode) =>
  ['idle', 'announced', 'download'].map((moment) => `${mode} ${moment} survived`),
);

function read(text: string): OutsideRecord & { readonly verdict: OutsideVerdict } {
  return JSON.parse(text) as OutsideRecord & { readonly verdict: OutsideVerdict };
}

function outcomes({ sessions }: OutsideRecord): readonly string[] {
  return sessions.map(
    ({ name, outcome }) => `${name} ${outcome.type === 'lost' ? outcome.reason : outcome.type}`,
  );
}

describe('ftpair probe', () => {
  it('sees every session survive a handover, and ends in good order with Ctrl-C', async () => {
    const picture = join(carried, 'out', 'probe.svg');
    const measuring = probe(lab.vip, ...DOWNLOAD, '--json', '-', '--svg', picture);
    await measuring.saw('measuring until Ctrl-C: 12 sessions; the address is probed every 5 ms');
    const words = [prepared('dist/main.js'), 'handover', '--runtime-dir', lab.director('alpha').runtimeDir];
    expect((await lab.director('alpha').run(process.execPath, words)).status).toBe(0);
    await settled(lab, 'beta', 'alpha');
    process.kill(measuring.pid, 'SIGINT');
    const { status, out, err } = await measuring.ended;
    const record = read(out);
    expect(outcomes(record)).toEqual(TWELVE);
    expect(record.verdict).toMatchObject({ ok: true, findings: [] });
    expect(status).toBe(0);
    expect(err).toContain('\nok: all 12 sessions survived; outage: ');
    expect(record.probe?.answered).toBeGreaterThan(50);
    expect(record.silentAtEnd).toBe(false);
    const whole = record.sessions.map(({ bytes }) => bytes > 0 && bytes % content.middle.bytes === 0);
    expect(whole).toEqual(TWELVE.map(() => true));
    expect(readFileSync(picture, 'utf8')).toContain(`ftpair probe of ${lab.vip}`);
    // Neither sessions nor probe are left running.
    await until(() => pidsIn(lab.client.namespace).length === 0, {
      what: 'no helper is left',
      within: millis(5000),
    });
  });

  it('says why nothing can be measured', async () => {
    const refusals = [
      ['198.51.100.99'],
      [lab.vip, '--service-port', '10'],
      [lab.vip, '--user', 'foe'],
      [lab.vip, '--download', 'none.bin'],
    ];
    const ended = await Promise.all(refusals.map((words) => probe(...words).ended));
    expect(ended.map(({ status, out, err }) => [status, out, err.split('\n')[0]])).toEqual([
      [1, '', 'ftpair: 198.51.100.99 port 21 cannot be reached: nobody answers for it on its network'],
      [1, '', `ftpair: ${lab.vip} port 10 cannot be reached: connections are refused`],
      [1, '', expect.stringMatching(/^ftpair: .* expected 230 or 331, got 530 /)],
      [
        1,
        '',
        expect.stringMatching(/^ftpair: the probe cannot fetch none\.bin: expected 125 or 150, got 550 /),
      ],
    ]);
    expect(ended[0]?.err).toContain(
      '\n  cure: no director has the address, or this machine has no way to it',
    );
  });

  it('measures the outage of a power loss as the echo of a privileged probe does', async () => {
    const echo = lab.client.probe();
    const measuring = probe(lab.vip, ...DOWNLOAD, '--duration', '4s', '--json', '-');
    await measuring.saw('measuring for 4 s');
    await echo.report();
    lab.powerOff('beta');
    const { status, out } = await measuring.ended;
    const record = read(out);
    const seen = await echo.report();
    echo.stop();
    expect(outcomes(record)).toEqual(TWELVE);
    expect(status).toBe(0);
    const outage = record.outage === undefined ? 0 : record.outage.to - record.outage.from;
    const own = Math.max(record.probe?.ownStallMillis ?? 0, seen.ownStallMillis);
    expect(Math.abs(outage - seen.silentMillis)).toBeLessThan(30 + own);
  });

  it('ends with 1 where sessions are lost, and where nobody answers at the end', async () => {
    const measuring = probe(lab.vip, '--modes', 'epsv', '--max-outage', '300ms', '--json', '-');
    await measuring.saw('measuring');
    const echo = lab.client.probe();
    lab.powerOff('alpha');
    await until(async () => (await echo.report()).silentMillis > 1500, {
      what: 'the address has been silent for a while',
      within: millis(5000),
    });
    echo.stop();
    // Once to end it, and once more as no session comes to its end.
    process.kill(measuring.pid, 'SIGTERM');
    await measuring.saw('ending');
    process.kill(measuring.pid, 'SIGTERM');
    const { status, out, err } = await measuring.ended;
    expect(status).toBe(1);
    expect(read(out).verdict.findings.map(({ code }) => code)).toEqual([
      'silent-at-end',
      'session-lost',
      'session-lost',
      'outage-too-long',
    ]);
    expect(err).toContain(`\nnot ok: nobody answered for ${lab.vip} at the end\n`);
  });
});
