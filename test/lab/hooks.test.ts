/**
 * Hooks as real programs: what they are told, in which order they run, what becomes of one that hangs or fails, and the example
 * that sends mail, with a sendmail of our own.
 */
import {
  chmodSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import pino from 'pino';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import type { Alert } from '../../src/alerts/catalogue.js';
import { fanOut, type Alerts } from '../../src/alerts/fanout.js';
import { Hooks } from '../../src/alerts/hooks.js';
import type { HookConfig } from '../../src/config/model.js';
import { millis, monotonicNow } from '../../src/time.js';
import { until } from '../../src/until.js';

const MAIL = fileURLToPath(new URL('../../config/hooks/mail.sh', import.meta.url));
const PATH = process.env['PATH'];

let directory: string;
let alerts: Alerts;
let hooks: Hooks;

beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'ftpair-hooks-'));
});

afterEach(async () => {
  process.env['PATH'] = PATH;
  await hooks.close();
  await alerts.close();
  for (const name of readdirSync(directory)) rmSync(join(directory, name), { recursive: true });
});

afterAll(() => {
  rmSync(directory, { recursive: true });
});

/** A program of the test's directory, which is `$d` in it. */
function program(name: string, body: string): string {
  const path = join(directory, name);
  writeFileSync(path, `#!/bin/sh\nd=${directory}\n${body}\n`);
  chmodSync(path, 0o755);
  return path;
}

function hooked(...configs: readonly (Partial<HookConfig> & Pick<HookConfig, 'path'>)[]): void {
  const logger = pino({ enabled: false });
  hooks = new Hooks({
    ...{ node: 'alpha', logger },
    hooks: configs.map((config) => ({ on: ['*'], args: [], timeout: millis(5000), ...config })),
    raise: (alert) => {
      alerts.raise(alert);
    },
  });
  alerts = fanOut(
    {
      ...{ config: { local: undefined, facility: 'daemon', remote: [] }, host: 'alpha', pid: 1, logger },
      ...{ now: monotonicNow, wallClock: () => new Date('2026-02-03T04:05:06.789Z'), run: 'lab' },
      listeners: [
        (told) => {
          hooks.note(told);
        },
      ],
    },
    [],
  );
}

const read = (name: string): string => {
  const path = join(directory, name);
  return existsSync(path) ? readFileSync(path, 'utf8') : '';
};

const order = (term: number): Alert => ({ id: 'role-backup', reason: 'operator', from: 'active', term });

async function settled(): Promise<void> {
  const idle = () => hooks.counters().every(({ waiting }) => waiting === 0);
  await until(idle, { what: 'all hooks have run', within: millis(20_000) });
}

describe('a hook', () => {
  test('is told the alert in its environment, which holds nothing else, and on its standard input', async () => {
    process.env['FTPAIR_LAB_SECRET'] = 'secret';
    hooked({ path: program('tell', 'env | sort > $d/env; cat > $d/input; nice > $d/nice') });
    alerts.raise({ id: 'takeover', reason: 'peer\nDead', peer: 'beta', silentMillis: 42.5, term: 8 });
    await settled();
    delete process.env['FTPAIR_LAB_SECRET'];
    const text =
      'This router has taken over from beta, which had been silent for 42.5 ms, because of "peer Dead"; find out why beta stopped.';
    expect(
      read('env')
        .split('\n')
        .filter((line) => !line.startsWith('PWD=')),
    ).toEqual([
      'FTPAIR_EVENT=takeover',
      'FTPAIR_FIELD_PEER=beta',
      'FTPAIR_FIELD_REASON=peer Dead',
      'FTPAIR_FIELD_SILENT_MILLIS=42.5',
      'FTPAIR_FIELD_TERM=8',
      'FTPAIR_NODE=alpha',
      'FTPAIR_ROLE=starting',
      'FTPAIR_SEVERITY=warning',
      `FTPAIR_TEXT=${text}`,
      'FTPAIR_TIME=2026-02-03T04:05:06.789Z',
      'LC_ALL=C',
      `PATH=${PATH ?? ''}`,
      '',
    ]);
    expect(JSON.parse(read('input'))).toEqual({
      event: 'takeover',
      severity: 'warning',
      node: 'alpha',
      role: 'starting',
      text: text.replace('peer Dead', 'peer\nDead'),
      time: '2026-02-03T04:05:06.789Z',
      fields: { reason: 'peer\nDead', peer: 'beta', silentMillis: '42.5', term: '8' },
    });
    expect(read('nice')).toBe('10\n');
    expect(hooks.counters()).toMatchObject([{ succeeded: 1, failed: 0, dropped: 0, trouble: '' }]);
  });

  test('runs for its alerts only, one after the other, and knows the role', async () => {
    const path = program(
      'listing',
      'sleep 0.0$((5 - FTPAIR_FIELD_TERM)); echo $FTPAIR_ROLE $FTPAIR_FIELD_TERM >> $d/list',
    );
    hooked({ path, on: ['role-backup', 'role-active'] });
    alerts.raise(order(1));
    alerts.raise({ id: 'path-lost', path: 'public', peer: 'beta' });
    alerts.raise({ id: 'role-active', reason: 'operator', from: 'backup', term: 2, tookMillis: 1 });
    for (const term of [3, 4]) alerts.raise(order(term));
    await settled();
    expect(read('list')).toBe('backup 1\nactive 2\nbackup 3\nbackup 4\n');
  });

  test('that hangs is killed with all that it has started, and holds up only itself', async () => {
    const hanging = program('hang', 'sleep 1000 & echo $! >> $d/pids; echo $$ >> $d/pids; wait');
    const good = program('good', 'echo $FTPAIR_FIELD_TERM >> $d/good.list');
    hooked({ path: hanging, timeout: millis(300) }, { path: good, on: ['role-backup'] });
    for (const term of [1, 2]) alerts.raise(order(term));
    await until(() => read('good.list') === '1\n2\n', { what: 'the other has run', within: millis(5000) });
    await settled();
    expect(hooks.counters()).toMatchObject([
      { succeeded: 0, failed: 2, trouble: 'still running after 300 ms' },
      { succeeded: 2, failed: 0 },
    ]);
    const pids = read('pids').trim().split('\n');
    expect(pids).toHaveLength(4);
    await until(() => pids.every((pid) => !runs(pid)), { what: 'all are gone', within: millis(5000) });
    // What it failed with was raised, and did not run it.
    expect(alerts.counters()).toMatchObject({ raised: 4, collapsed: 1 });
  });

  test.each([
    ['fails', 'echo no such host >&2; exit 3', 'exit status 3: no such host'],
    ['is killed', 'kill -9 $$', 'ended by SIGKILL'],
    ['does not read its input', 'exec <&-; exit 0', ''],
  ])('that %s', async (_what, body, trouble) => {
    hooked({ path: program('fail', body) });
    alerts.raise({ ...order(1), reason: 'x'.repeat(200_000) } as Alert);
    await settled();
    expect(hooks.counters()).toMatchObject([{ failed: trouble === '' ? 0 : 1, trouble }]);
  });

  test('that is not there, or no program, fails by its errno', async () => {
    const text = join(directory, 'text');
    writeFileSync(text, 'no program');
    hooked({ path: join(directory, 'nothing') }, { path: text });
    alerts.raise(order(1));
    await settled();
    expect(hooks.counters().map(({ trouble }) => trouble)).toEqual(['ENOENT', 'EACCES']);
  });

  test('has a bounded queue, and few run at a time', async () => {
    const count = 'mkdir $d/$$; ls -d $d/[0-9]* | wc -l >> $d/counts; sleep 0.05; rmdir $d/$$';
    hooked(...Array.from({ length: 8 }, (_, index) => ({ path: program(`count${index}`, count) })));
    for (let term = 0; term < 103; term += 1) alerts.raise(order(term));
    expect(hooks.counters().map(({ dropped }) => dropped)).toEqual(Array.from({ length: 8 }, () => 3));
    await until(() => read('counts').split('\n').length > 24, {
      what: 'some have run',
      within: millis(20_000),
    });
    const most = Math.max(...read('counts').trim().split('\n').map(Number));
    expect(most).toBeGreaterThan(1);
    expect(most).toBeLessThanOrEqual(4);
  });
});

/** Whether a process runs; one that nobody has waited for does not. */
function runs(pid: string): boolean {
  try {
    return !/\) Z /.test(readFileSync(`/proc/${pid}/stat`, 'utf8'));
  } catch {
    return false;
  }
}

describe('the example that sends mail', () => {
  test('gives sendmail a whole message', async () => {
    program('sendmail', 'echo "$@" > $d/args; cat > $d/mail');
    process.env['PATH'] = `${directory}:${PATH ?? ''}`;
    hooked({ path: MAIL, args: ['root', 'oncall@example.org'] });
    alerts.raise({ id: 'takeover', reason: 'peerDead', peer: 'beta', silentMillis: 42, term: 8 });
    await settled();
    expect(hooks.counters()).toMatchObject([{ succeeded: 1, trouble: '' }]);
    expect(read('args')).toBe('-i -- root oncall@example.org\n');
    expect(read('mail')).toBe(
      [
        'To: root, oncall@example.org',
        'Subject: [ftpair] alpha is starting: takeover (warning)',
        'Auto-Submitted: auto-generated',
        'MIME-Version: 1.0',
        'Content-Type: text/plain; charset=utf-8',
        '',
        'This router has taken over from beta, which had been silent for 42 ms, because the peer is silent on every path ' +
          'and nobody answers for the virtual address; find out why beta stopped.',
        '',
        'at 2026-02-03T04:05:06.789Z',
        'PEER=beta',
        'REASON=peerDead',
        'SILENT_MILLIS=42',
        'TERM=8',
        '',
      ].join('\n'),
    );
  });

  test('says what is missing where nobody is to be written to', async () => {
    hooked({ path: MAIL });
    alerts.raise(order(1));
    await settled();
    expect(hooks.counters()[0]?.trouble).toMatch(/^exit status 2: mail.sh: no address/);
  });
});
