/**
 * `ftpair watch` of the built command on a real terminal (script(1) gives it one) and in a pipe, while the pair lives: a
 * server is drained, the daemon goes and comes back, the role moves.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Lab, raiseLab } from '../../src/lab/lab.js';
import { prepared } from '../../src/lab/paths.js';
import type { DirectorName } from '../../src/lab/plan.js';
import { millis } from '../../src/time.js';
import { until } from '../../src/until.js';
import { settled } from './support/settled.js';

let lab: Lab;
const running: ChildProcess[] = [];

beforeAll(async () => {
  lab = await raiseLab({ servers: ['vsftpd'] });
  lab.director('alpha').start();
  lab.director('beta').start();
  await settled(lab, 'alpha', 'beta');
});

afterAll(async () => {
  for (const child of running) child.kill('SIGKILL');
  await lab.down();
});

interface Watcher {
  readonly child: ChildProcess;
  readonly ended: Promise<number | null>;
  /** All of the output so far. */
  text(): string;
}

function started(name: DirectorName, command: string, args: readonly string[]): Watcher {
  const { namespace } = lab.director(name);
  const child = spawn('ip', ['netns', 'exec', namespace, command, ...args], {
    stdio: ['pipe', 'pipe', 'inherit'],
    env: { ...process.env, TERM: 'xterm' },
  });
  running.push(child);
  let text = '';
  child.stdout.on('data', (data: Buffer) => (text += data.toString()));
  const ended = new Promise<number | null>((resolve) => child.on('exit', resolve));
  return { child, ended, text: () => text };
}

function watchWords(name: DirectorName, ...more: readonly string[]): string[] {
  const { runtimeDir } = lab.director(name);
  return [process.execPath, prepared('dist/main.js'), 'watch', '--interval', '100ms', '--runtime-dir', runtimeDir, ...more]; // prettier-ignore
}

/** In a terminal of 100 columns and 30 rows. */
function onTerminal(name: DirectorName): Watcher {
  const line = `stty rows 30 cols 100; exec ${watchWords(name).join(' ')}`;
  return started(name, 'script', ['-qefc', line, '/dev/null']);
}

/** Lines of the newest whole frame, without colours. */
function frame(watcher: Watcher): string[] {
  const [, last = ''] = watcher.text().split('\x1b[?2026l').slice(0, -1).at(-1)?.split('\x1b[H') ?? [];
  // eslint-disable-next-line no-control-regex -- what the terminal obeys
  return last.replaceAll(/\x1b\[[0-9;?]*[A-Za-z]/g, '').split(/\r+\n/);
}

function shows(watcher: Watcher, pattern: RegExp): Promise<true> {
  return until(() => frame(watcher).some((line) => pattern.test(line)), {
    what: `the screen shows ${String(pattern)}`,
    within: millis(10_000),
  }).catch((error: unknown) => {
    throw new Error(`${String(error)}:\n${frame(watcher).join('\n')}`);
  });
}

describe('on a terminal', () => {
  it('shows the pair, marks what changes, survives the daemon, and puts the terminal back', async () => {
    const session = await lab.client.session();
    const watcher = onTerminal('beta');
    await shows(watcher, /^ {2}beta BACKUP since .*, because the peer is active$/);
    await shows(watcher, /^ {2}alpha ACTIVE heard, ready/);
    await shows(watcher, /^ {2}public +alive +\d+\.\d\d ms$/);
    await shows(watcher, /^ {4}198\.51\.100\.\d+:\d+ +vsftpd +idle +safe$/);
    await lab.director('beta').run(process.execPath, [
      prepared('dist/main.js'), 'drain', 'vsftpd', '--no-wait', '--runtime-dir', lab.director('beta').runtimeDir,
    ]); // prettier-ignore
    await shows(watcher, /^\* \S+\/vsftpd +drained/);
    await shows(watcher, /^ {2}\S+\/vsftpd +drained/);
    await lab.director('beta').stop();
    await shows(watcher, /^No answer for .*: no daemon answers on .*/);
    lab.director('beta').start();
    await shows(watcher, /^ {2}beta BACKUP since/);
    expect(frame(watcher).length).toBeLessThanOrEqual(30);
    expect(Math.max(...frame(watcher).map((line) => line.length))).toBeLessThan(100);
    watcher.child.stdin?.write('q');
    expect(await watcher.ended).toBe(0);
    expect(watcher.text().startsWith('\x1b[?1049h\x1b[?25l')).toBe(true);
    expect(watcher.text().endsWith('\x1b[?25h\x1b[?1049l')).toBe(true);
    await session.command('QUIT');
  });

  it('ends at Ctrl-C as at q', async () => {
    await settled(lab, 'alpha', 'beta').catch(() => undefined);
    const watcher = onTerminal('alpha');
    await shows(watcher, /^ {2}alpha ACTIVE/);
    watcher.child.stdin?.write('\x03');
    expect(await watcher.ended).toBe(0);
    expect(watcher.text().endsWith('\x1b[?25h\x1b[?1049l')).toBe(true);
  });
});

describe('in a pipe', () => {
  it('tells a handover in lines, without a control character, and the same as objects', async () => {
    const [command = '', ...words] = watchWords('alpha');
    const lines = started('alpha', command, words);
    const objects = started('alpha', command, [...words, '--json']);
    for (const watcher of [lines, objects])
      await until(() => watcher.text().includes('alpha is active'), { what: 'it has begun', within: millis(5000) });
    const { runtimeDir } = lab.director('alpha');
    const order = await lab
      .director('alpha')
      .run(process.execPath, [prepared('dist/main.js'), 'handover', '--runtime-dir', runtimeDir]);
    expect(order.status).toBe(0);
    const told = 'alpha: active → backup, because an administrator asked for it';
    for (const watcher of [lines, objects])
      await until(() => watcher.text().includes(told), { what: told, within: millis(5000) });
    expect(lines.text()).toMatch(/^\d{4}-\d\d-\d\dT\S+Z alpha is active, beta backup/);
    expect(lines.text()).not.toContain('\x1b');
    const parsed = objects.text().trimEnd().split('\n').map((line) => JSON.parse(line) as { subject: string });
    expect(parsed.map(({ subject }) => subject)).toEqual(expect.arrayContaining(['start', 'role', 'event']));
    for (const watcher of [lines, objects]) watcher.child.kill('SIGTERM');
    expect([await lines.ended, await objects.ended]).toEqual([0, 0]);
  }); // prettier-ignore

  it('ends when its reader does', async () => {
    const line = `${watchWords('alpha').join(' ')} | head -n 1`;
    const watcher = started('alpha', 'sh', ['-c', line]);
    await until(() => watcher.text().includes('alpha is'), { what: 'a line', within: millis(5000) });
    // The next line finds nobody: something must change for that.
    const { runtimeDir } = lab.director('beta');
    for (const order of [['drain', 'vsftpd', '--no-wait'], ['undrain', 'vsftpd']])
      await lab.director('beta').run(process.execPath, [prepared('dist/main.js'), ...order, '--runtime-dir', runtimeDir]);
    expect(await watcher.ended).toBe(0);
  }); // prettier-ignore
});
