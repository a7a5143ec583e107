/**
 * A fresh network namespace with nothing but loopback, real FTP servers in it, and the nanny's code run beside them: Node
 * cannot enter a namespace by itself, so the code under test runs in a child there.
 */
import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { existsSync, mkdtempSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { expect } from 'vitest';
import type { FtpCheck, HealthCheck } from '../../../src/config/model.js';
import type { ProbeRequest } from '../../../src/nanny/request.js';
import type { ProbeResult } from '../../../src/nanny/result.js';
import { millis } from '../../../src/time.js';
import { requestOf, retrOf } from '../../unit/nanny/request.js';

const root = resolve(import.meta.dirname, '../../..');
export const namespace = `nanny-${randomBytes(4).toString('hex')}`;
export const directory = mkdtempSync(join(tmpdir(), 'ftpair-nanny-'));
export const tree = join(directory, 'tree');
const children = new Set<ChildProcess>();

export const port = {
  vsftpd: 2101,
  proftpd: 2102,
  pureftpd: 2103,
  vip: 2104,
  restarted: 2105,
  zeros: 2106,
} as const;

export function ip(...args: string[]): void {
  execFileSync('ip', args);
}

/** Starts a program in the namespace; its pid is the program's own, because `ip` and `sh` exec. */
export function inside(command: readonly string[], env: NodeJS.ProcessEnv = {}): ChildProcess {
  const passwd = `mount --bind ${join(directory, 'passwd')} /etc/passwd && exec "$@"`;
  const child = spawn('ip', ['netns', 'exec', namespace, 'sh', '-c', passwd, 'sh', ...command], {
    cwd: root,
    env: { ...process.env, PATH: `${process.env['PATH'] ?? ''}:/usr/sbin:/sbin`, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => (errors += text));
  children.add(child);
  child.on('exit', () => children.delete(child));
  return child;
}

/** What the children have said on stderr. */
export let errors = '';

export async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = new Promise((done) => child.once('exit', done));
  child.kill('SIGKILL');
  await gone;
}

/** Runs TypeScript in the namespace; gives the JSON values that it prints, one a line. */
export async function* evaluate(code: string, command: readonly string[] = []): AsyncGenerator {
  const node = [process.execPath, '--expose-gc', '--import', 'tsx', '--input-type=module', '-e', code];
  const child = inside([...command, ...node]);
  try {
    for await (const line of createInterface({ input: child.stdout! })) yield JSON.parse(line) as unknown;
  } finally {
    await end(child);
  }
}

export const preamble = `
  const { monotonicNow: now } = await import('${root}/src/time.ts');
  const { runProbe } = await import('${root}/src/nanny/probe.ts');
  const { startNannies } = await import('${root}/src/nanny/nanny.ts');
  const { openIcmp } = await import('${root}/src/nanny/rawsocket.ts');
  const { startEcho } = await import('${root}/src/nanny/echo.ts');
  const say = (value) => console.log(JSON.stringify(value));
`;

/** Probes one after the other; a server that is still starting is tried again for up to 10 s. */
export async function probe(requests: readonly ProbeRequest[]): Promise<ProbeResult[]> {
  const code = `${preamble}
    const patience = now() + 10_000;
    for (const request of ${JSON.stringify(requests)}) {
      for (;;) {
        const result = await runProbe(request, { now, localAddress: {} }).result;
        if (result.reason === 'refused' && now() < patience) {
          await new Promise((done) => setTimeout(done, 20));
          continue;
        }
        say(result);
        break;
      }
    }`;
  const results: ProbeResult[] = [];
  for await (const result of evaluate(code)) results.push(result as ProbeResult);
  expect(results, errors).toHaveLength(requests.length);
  return results;
}

type Asked = Partial<FtpCheck> & Partial<Omit<ProbeRequest, 'check'>>;

export const ANONYMOUS = { user: 'anonymous', password: 'nanny@example.org' };

/** One server, as one check sees it. */
export interface Errand {
  readonly check: HealthCheck;
  readonly address: string;
  readonly port: number;
}

/** Sends nannies out, one after the other; gives each one's last result. One whose server still starts is sent again. */
export async function nannied(errands: readonly Errand[]): Promise<ProbeResult[]> {
  const code = `${preamble}
    const once = (check, server) => new Promise((done) => {
      const services = [{ name: 'ftp', address: '198.51.100.1', family: 4, port: 21, scheduler: 'wrr', servers: [server] }];
      const nannies = startNannies({ services, check, now, onVerdict: () => undefined,
        onProbe: async (_service, _server, result) => { await nannies.stop(); done(result); } });
    });
    const patience = now() + 10_000;
    for (const { check, address, port } of ${JSON.stringify(errands)}) {
      let result;
      do result = await once(check, { name: 'one', address, port, weight: 1 });
      while (result.reason === 'refused' && now() < patience);
      say(result);
    }
    process.exit();`;
  const results: ProbeResult[] = [];
  for await (const result of evaluate(code)) results.push(result as ProbeResult);
  expect(results, errors).toHaveLength(errands.length);
  return results;
}

export function ask({
  address = '127.0.0.1',
  port: at = 21,
  allowed = [],
  upload,
  ...check
}: Asked): ProbeRequest {
  const usual = { ...ANONYMOUS, modes: ['pasv'] as const, data: retrOf('probe.txt') };
  return requestOf({ ...usual, ...check }, { address, port: at, allowed, upload, timeout: millis(10_000) });
}

export function endOf(result: ProbeResult): string {
  return result.ok ? 'ok' : `${result.reason} at ${result.step}: ${result.detail}`;
}

/** An unpacked package of .lab/servers, and where its own libraries lie. */
function server(name: string): {
  readonly program: string;
  readonly env: NodeJS.ProcessEnv;
  readonly base: string;
} {
  const base = join(root, '.lab/servers', name);
  const program = join(base, 'usr/sbin', name);
  expect(existsSync(program), `${program} is missing: run src/lab/setup.sh`).toBe(true);
  const libraries = ['usr/lib', 'lib'].flatMap((lib) =>
    ['x86_64', 'aarch64'].map((arch) => join(base, lib, `${arch}-linux-gnu`)),
  );
  return { program, base, env: { LD_LIBRARY_PATH: libraries.join(':') } };
}

export function file(name: string, lines: readonly string[]): string {
  const path = join(directory, name);
  writeFileSync(path, `${lines.join('\n')}\n`);
  return path;
}

export function startVsftpd(listen: number, extra: readonly string[] = ['listen_ipv6=YES']): ChildProcess {
  const { program, env } = server('vsftpd');
  const config = file(`vsftpd-${listen}.conf`, [
    `listen_port=${listen}`,
    'background=NO',
    'anonymous_enable=YES',
    `anon_root=${tree}`,
    'seccomp_sandbox=NO',
    'isolate=NO',
    'isolate_network=NO',
    `secure_chroot_dir=${join(directory, 'empty')}`,
    ...extra,
  ]);
  return inside([program, config], env);
}

export function startProftpd(listen: number = port.proftpd, extra: readonly string[] = []): ChildProcess {
  const { program, env, base } = server('proftpd');
  const modules = ['x86_64', 'aarch64'].map((arch) => join(base, `usr/lib/${arch}-linux-gnu/proftpd`));
  const modulePath = [join(base, 'usr/lib/proftpd'), ...modules].find((path) => existsSync(path)) ?? '';
  const config = file(`proftpd-${listen}.conf`, [
    `ModulePath ${modulePath}`,
    'UseIPv6 on',
    'UseReverseDNS off',
    'DefaultAddress 127.0.0.1 ::1',
    `Port ${listen}`,
    'User nobody',
    'Group nogroup',
    'AuthPAM off',
    ...extra,
    `ScoreboardFile ${join(directory, `scoreboard-${listen}`)}`,
    `PidFile ${join(directory, `proftpd-${listen}.pid`)}`,
    `<Anonymous ${tree}>`,
    'User nobody',
    'Group nogroup',
    'UserAlias anonymous nobody',
    'RequireValidShell off',
    '</Anonymous>',
  ]);
  return inside([program, '-n', '-q', '-c', config], env);
}

export function startPureftpd(listen: number = port.pureftpd, extra: readonly string[] = []): ChildProcess {
  const { program, env } = server('pure-ftpd');
  const own = ['-S', String(listen), '-g', join(directory, `pure-${listen}.pid`)];
  const options = ['-A', '-M', '-H', ...own, ...extra];
  return inside([program, ...options], env);
}

/** Makes the namespace, and the files that the servers show. */
export function raise(): void {
  mkdirSync(join(directory, 'empty'));
  mkdirSync(tree);
  writeFileSync(join(tree, 'probe.txt'), 'still here\n');
  mkdirSync(join(tree, 'incoming'));
  execFileSync('chmod', ['777', join(tree, 'incoming')]);
  const accounts = readFileSync('/etc/passwd', 'utf8').split('\n');
  const others = accounts.filter((line) => !line.startsWith('ftp:'));
  writeFileSync(join(directory, 'passwd'), `ftp:x:65534:65534::${tree}:/bin/false\n${others.join('\n')}`);
  execFileSync('chmod', ['755', directory]);
  ip('netns', 'add', namespace);
  ip('-n', namespace, 'link', 'set', 'lo', 'up');
}

/** Ends everything; nothing may be left. */
export async function lower(): Promise<void> {
  await Promise.all([...children].map(end));
  const left = execFileSync('ip', ['netns', 'pids', namespace], { encoding: 'utf8' });
  ip('netns', 'del', namespace);
  rmSync(directory, { recursive: true });
  expect(left).toBe('');
}
