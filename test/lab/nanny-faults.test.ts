/** Every reason of a verdict, met by a nanny at a server that is wrong in that way, within the stated time. */
import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, describe, expect, it } from 'vitest';
import type { CheckStep, DataMode, FtpCheck, HealthCheck, ProgramCheck } from '../../src/config/model.js';
import { startNannies, type Nannies, type ServerVerdict } from '../../src/nanny/nanny.js';
import { PROBE_REASONS } from '../../src/nanny/result.js';
import { millis, monotonicNow } from '../../src/time.js';
import { checkOf, FTP } from '../unit/nanny/request.js';
import { makeCertificates } from './support/certificates.js';
import { faultModes } from './support/fault-modes.js';
import { startFaultServer, type FaultServer } from './support/fault-server.js';

const directory = mkdtempSync(join(tmpdir(), 'ftpair-faults-'));
const certificates = makeCertificates(directory);
const modes = faultModes(certificates);

/** A verdict by a time limit comes this soon after it, one without much sooner: this is the machine's share. */
const TIMEOUT = 400;
const SLACK = 300;

const left: (FaultServer | Nannies)[] = [];

afterEach(async () => {
  for (const each of left.splice(0).reverse()) await ('stop' in each ? each.stop() : each.close());
});

afterAll(() => {
  rmSync(directory, { recursive: true });
});

const SELF = {
  name: 'alpha',
  public: { interface: 'eth0', address: '127.0.0.7' },
  private: { interface: 'eth1', address: '127.0.0.8' },
  extra: { cross: { interface: 'eth2', address: '192.0.2.77' } },
};

/** The first verdict about a server on loopback, and how long it took. */
async function judged(
  port: number,
  check: HealthCheck,
): Promise<{ readonly verdict: ServerVerdict; readonly took: number }> {
  const from = monotonicNow();
  return new Promise((resolve) => {
    const nannies = startNannies({
      services: [
        {
          name: 'ftp',
          address: '198.51.100.1',
          family: 4,
          port: 21,
          scheduler: 'wrr',
          rotation: { minServers: 0, slowStart: undefined, sorry: undefined, onFailure: 'keep' },
          servers: [{ name: 'one', address: '127.0.0.1', port, weight: 1 }],
        },
      ],
      check,
      self: SELF,
      now: monotonicNow,
      onVerdict: (verdict) => {
        resolve({ verdict, took: monotonicNow() - from });
      },
    });
    left.push(nannies);
  });
}

async function serve(...args: Parameters<typeof startFaultServer>): Promise<FaultServer> {
  const server = await startFaultServer(...args);
  left.push(server);
  return server;
}

const words = ({ up, reason, step, detail }: ServerVerdict): string =>
  up ? 'ok' : `${reason} at ${step ?? ''}: ${detail}`;

const CA = { certificate: 'verify', caFile: certificates.caFile, name: undefined } as const;
const timed = { interval: millis(10_000), timeout: millis(TIMEOUT) };

function ftp(check: Partial<FtpCheck>): HealthCheck {
  return checkOf({ data: { command: 'list', path: '' }, tls: CA, ...check }, timed);
}

describe('a server that', () => {
  it.each(modes)('$name: $reason at $step', async ({ behaviour, check, wanted, reason, step, slow }) => {
    const server = await serve(behaviour);
    const asked: HealthCheck =
      wanted === undefined ? ftp(check) : { ...ftp({}), probe: { type: 'answer', send: '', wanted } };
    const { verdict, took } = await judged(server.port, asked);
    expect(verdict).toMatchObject({ up: false, reason, step });
    if (slow) expect(took).toBeGreaterThanOrEqual(TIMEOUT - 1);
    expect(took).toBeLessThan(slow ? TIMEOUT + SLACK : SLACK);
    await expect.poll(() => server.open()).toBe(0);
  });

  it('does not listen: refused at connect', async () => {
    const server = await startFaultServer();
    await server.close();
    const { verdict, took } = await judged(server.port, ftp({}));
    expect(words(verdict)).toBe('refused at connect: ECONNREFUSED');
    expect(took).toBeLessThan(SLACK);
  });
});

/** Not of a server, or only to be had with routes of one's own: see nanny.test.ts. */
const ELSEWHERE = ['local', 'unreachable', 'program', 'refused'];

it('every reason has a server that earns it', () => {
  const met = new Set([...modes.map(({ reason }) => reason), ...ELSEWHERE]);
  expect(PROBE_REASONS.filter((reason) => !met.has(reason))).toEqual([]);
});

describe('a healthy server', () => {
  const everything: CheckStep[] = [
    'connect',
    'greeting',
    'auth_tls',
    'login',
    'pwd',
    'cwd',
    'type',
    'data',
    'quit',
  ];
  const all: DataMode[] = ['pasv', 'epsv', 'port', 'eprt'];
  const canary = {
    command: 'retr',
    path: '/canary',
    size: 11,
  } as const;

  it.each([
    ['in plain text', {}, {}],
    ['with AUTH TLS', { certificate: certificates.good }, { steps: everything, directory: '/pub' }],
    ['with implicit TLS', { certificate: certificates.good, implicit: true }, { steps: ['connect', 'implicit_tls', 'greeting', 'login', 'data'] }],
    ['with any certificate', { certificate: certificates.selfSigned }, { steps: everything, directory: '/', tls: { ...CA, certificate: 'any' } }],
    ['with a certificate by name', { certificate: certificates.good }, { steps: everything, directory: '/', tls: { ...CA, name: 'ftp.example' } }],
    ['by its names', {}, { data: { command: 'nlst', path: '/' } }],
    ['by an upload', {}, { data: { command: 'stor', path: '/up' } }],
    ['by an upload over TLS', { certificate: certificates.good }, { steps: everything, directory: '/', data: { command: 'stor', path: '/up' } }],
  ] as const)('is good %s, in four modes', async (_, behaviour, check) => {
    const server = await serve(behaviour);
    const { verdict } = await judged(server.port, ftp({ modes: all, ...check }));
    expect(words(verdict)).toBe('ok');
    expect([...server.files.keys()]).toEqual(['/canary']);
    await expect.poll(() => server.open()).toBe(0);
  }); // prettier-ignore

  it('is good by its canary', async () => {
    const server = await serve();
    const sha256 = createHash('sha256').update('still here\n').digest('hex');
    const { verdict } = await judged(server.port, ftp({ modes: all, data: { ...canary, sha256 } }));
    expect(words(verdict)).toBe('ok');
  });

  it('is asked from the address of the chosen link', async () => {
    const server = await serve();
    const { verdict } = await judged(server.port, { ...ftp({ modes: all }), source: 'private' });
    expect(words(verdict)).toBe('ok');
    expect([...server.clients]).toEqual(['127.0.0.8']);
  });

  it('is not blamed for an address that this machine does not have', async () => {
    const verdicts: ServerVerdict[] = [];
    const server = await serve();
    const nannies = startNannies({
      services: [
        { name: 'ftp', address: '198.51.100.1', family: 4, port: 21, scheduler: 'wrr', rotation: { minServers: 0, slowStart: undefined, sorry: undefined, onFailure: 'keep' }, servers: [{ name: 'one', address: '127.0.0.1', port: server.port, weight: 1 }] },
      ],
      check: { ...ftp({}), source: 'cross' },
      self: SELF,
      now: monotonicNow,
      onVerdict: (verdict) => verdicts.push(verdict),
    });
    left.push(nannies);
    await expect
      .poll(() => nannies.views()[0]?.last)
      .toMatchObject({ ok: false, reason: 'local', detail: 'EADDRNOTAVAIL' });
    expect(verdicts).toEqual([]);
  }); // prettier-ignore

  it('by a limit of its own: a slow greeting is found before the whole time is over', async () => {
    const server = await serve({ greeting: () => undefined });
    const check = { ...ftp({}), timeout: millis(5000), limits: { greeting: millis(100) } };
    const { verdict, took } = await judged(server.port, check);
    expect(words(verdict)).toBe('timedOut at greeting: nothing within 100 ms');
    expect(took).toBeLessThan(100 + SLACK);
  });

  it('answers what was expected', async () => {
    const server = await serve({ greeting: 'ready 7', commands: { HELP: 'help yourself' } });
    const probe = { type: 'answer', send: 'HELP\r\n', wanted: { type: 'pattern', source: '^ready [0-9]\\r\\nhelp' } } as const;
    const { verdict } = await judged(server.port, { ...ftp({}), probe });
    expect(words(verdict)).toBe('ok');
  }); // prettier-ignore
});

describe('a program', () => {
  const script = (body: string): ProgramCheck => {
    const path = join(directory, 'check.sh');
    writeFileSync(path, `#!/bin/sh\n${body}\n`, { mode: 0o755 });
    return { type: 'program', path, args: ['%h', '%p', '100%%'], wanted: undefined };
  };
  const run = async (probe: ProgramCheck): Promise<string> =>
    words((await judged(2121, { ...ftp({}), probe })).verdict);

  it('that ends with 0 is good, and knows whom it judges', async () => {
    const told = join(directory, 'told');
    expect(await run(script(`echo "$@ $(env | grep FTPAIR | sort | tr '\\n' ' ')" > ${told}`))).toBe('ok');
    expect(readFileSync(told, 'utf8').trim()).toBe(
      '127.0.0.1 2121 100% FTPAIR_ADDRESS=127.0.0.1 FTPAIR_PORT=2121 FTPAIR_SERVER=one FTPAIR_SERVICE=ftp FTPAIR_TIMEOUT_MS=400',
    );
  });

  it.each([
    ['fails', 'echo no disk >&2; exit 3', 'program at program: exit status 3: no disk'],
    ['kills itself', 'kill -9 $$', 'program at program: ended by SIGKILL'],
    ['hangs', 'echo waiting; sleep 100', 'timedOut at program: still running after 400 ms: waiting'],
  ])('that %s is never healthy', async (_, body, end) => {
    expect(await run(script(body))).toBe(end);
  });

  it.each([
    ['is not there', '/nowhere/check', 'program at program: ENOENT'],
    ['is no program', '/etc/passwd', 'program at program: EACCES'],
    ['is below a file', '/etc/passwd/check', 'program at program: ENOTDIR'],
  ])('that %s is never healthy', async (_, path, end) => {
    expect(await run({ ...script(''), path })).toBe(end);
  });

  // The C library gives it to /bin/sh.
  it('that has no format of a program is never healthy', async () => {
    const path = join(directory, 'garbage');
    writeFileSync(path, 'neither ELF nor #!', { mode: 0o755 });
    expect(await run({ ...script(''), path })).toMatch(/^program at program: exit status 127: /);
  });

  it.each([
    ['OK', 'ok'],
    ['KO', 'notExpected at program: KO and more'],
  ])('must print what is expected: %s', async (said, end) => {
    const wanted = { type: 'prefix', text: 'OK' } as const;
    expect(await run({ ...script(`echo ${said} and more`), wanted })).toBe(end);
  });

  it.each([
    ['hangs with it', 'wait'],
    ['is good', 'exit 0'],
  ])('takes what it has started with it when it %s', async (_, last) => {
    const pids = join(directory, 'pids');
    await run(script(`sleep 100 & echo $! > ${pids}\n${last}`));
    const pid = Number(readFileSync(pids, 'utf8'));
    await expect.poll(() => isRunning(pid)).toBe(false);
  });
});

function isRunning(pid: number): boolean {
  try {
    return !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'));
  } catch {
    return false;
  }
}

it('a check with authorities that cannot be read ends the start, with a cure', () => {
  const check = { ...ftp({}), probe: { ...FTP, tls: { ...CA, caFile: '/nowhere/ca.pem' } } };
  const service = {
    name: 'ftp',
    address: '198.51.100.1',
    family: 4,
    port: 21,
    scheduler: 'wrr',
    rotation: { minServers: 0, slowStart: undefined, sorry: undefined, onFailure: 'keep' },
    servers: [],
  } as const;
  expect(() =>
    startNannies({ services: [service], check, now: monotonicNow, onVerdict: () => undefined }),
  ).toThrow('the file /nowhere/ca.pem with the authorities of the health check cannot be read (ENOENT)');
});
