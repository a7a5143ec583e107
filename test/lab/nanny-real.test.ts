/** Every step and every data mode against real vsftpd, proftpd and pure-ftpd, in plain text and over TLS. */
import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { CheckStep, DataMode, DataStep, FtpCheck } from '../../src/config/model.js';
import { millis } from '../../src/time.js';
import { checkOf } from '../unit/nanny/request.js';
import { type Certificates, makeCertificates } from './support/certificates.js';
import {
  ANONYMOUS,
  directory,
  endOf,
  lower,
  nannied,
  raise,
  startProftpd,
  startPureftpd,
  startVsftpd,
  tree,
  type Errand,
} from './support/nanny-host.js';

const PORTS = {
  vsftpd: { plain: 2201, explicit: 2202, implicit: 2203, reuse: 2204 },
  proftpd: { plain: 2211, explicit: 2212, implicit: 2213 },
  'pure-ftpd': { plain: 2221, explicit: 2222 },
} as const;

let certificates: Certificates;

function startAll({ goodFile }: Certificates): void {
  const vsftpdTls = [
    ...['listen_ipv6=YES', 'ssl_enable=YES', 'allow_anon_ssl=YES', `rsa_cert_file=${goodFile}`],
    ...['force_anon_data_ssl=YES', 'force_anon_logins_ssl=YES'],
  ];
  const uploads = [
    'write_enable=YES',
    'anon_upload_enable=YES',
    'anon_other_write_enable=YES',
    'anon_umask=022',
  ];
  startVsftpd(PORTS.vsftpd.plain, ['listen_ipv6=YES', 'port_enable=YES', ...uploads]);
  startVsftpd(PORTS.vsftpd.explicit, [...vsftpdTls, ...uploads, 'require_ssl_reuse=NO']);
  startVsftpd(PORTS.vsftpd.implicit, [...vsftpdTls, ...uploads, 'require_ssl_reuse=NO', 'implicit_ssl=YES']);
  startVsftpd(PORTS.vsftpd.reuse, [...vsftpdTls, ...uploads, 'require_ssl_reuse=YES']);
  const proftpdTls = [
    ...['LoadModule mod_tls.c', 'TLSEngine on', 'TLSRequired on', `TLSECCertificateFile ${goodFile}`],
    `TLSECCertificateKeyFile ${goodFile}`,
  ];
  startProftpd(PORTS.proftpd.plain);
  startProftpd(PORTS.proftpd.explicit, proftpdTls);
  startProftpd(PORTS.proftpd.implicit, [...proftpdTls, 'TLSOptions UseImplicitSSL']);
  startPureftpd(PORTS['pure-ftpd'].plain);
  startPureftpd(PORTS['pure-ftpd'].explicit, ['-Y', '2', '-2', goodFile]);
}

beforeAll(() => {
  raise();
  mkdirSync(join(directory, 'tls'));
  certificates = makeCertificates(join(directory, 'tls'));
  startAll(certificates);
});

afterAll(lower);

const ALL: readonly DataMode[] = ['pasv', 'epsv', 'port', 'eprt'];
const sha256 = createHash('sha256').update('still here\n').digest('hex');
const DATA: readonly DataStep[] = [
  { command: 'list', path: '' },
  { command: 'nlst', path: '/' },
  { command: 'retr', path: 'probe.txt', size: 11, sha256 },
  { command: 'stor', path: 'incoming/canary' },
];
const PLAIN: readonly CheckStep[] = ['connect', 'greeting', 'login', 'pwd', 'cwd', 'type', 'data', 'quit'];
const EXPLICIT: readonly CheckStep[] = ['connect', 'greeting', 'auth_tls', ...PLAIN.slice(2)];
const IMPLICIT: readonly CheckStep[] = ['connect', 'implicit_tls', ...PLAIN.slice(1)];

function errand(
  port: number,
  steps: readonly CheckStep[],
  more: Partial<FtpCheck> = {},
  address = '127.0.0.1',
): Errand {
  const tls = { certificate: 'verify', caFile: certificates.caFile, name: undefined } as const;
  const check = checkOf(
    { ...ANONYMOUS, steps, directory: '/', modes: ALL, tls, ...more },
    { interval: millis(60_000), timeout: millis(10_000) },
  );
  return { check, address, port };
}

describe('in every mode, by LIST, NLST, RETR of a canary and STOR, a nanny calls', () => {
  // pure-ftpd lets no anonymous user delete.
  const good = ['ok', 'ok', 'ok', 'ok'];
  const noDelete = ['ok', 'ok', 'ok', expect.stringMatching(/^upload at delete: 550 /)];
  it.each([
    ['vsftpd', 'in plain text', PORTS.vsftpd.plain, PLAIN, good],
    ['vsftpd', 'with AUTH TLS', PORTS.vsftpd.explicit, EXPLICIT, good],
    ['vsftpd', 'with implicit TLS', PORTS.vsftpd.implicit, IMPLICIT, good],
    ['vsftpd', 'with AUTH TLS and sessions that must be resumed', PORTS.vsftpd.reuse, EXPLICIT, good],
    ['proftpd', 'in plain text', PORTS.proftpd.plain, PLAIN, good],
    ['proftpd', 'with AUTH TLS, which wants sessions to be resumed', PORTS.proftpd.explicit, EXPLICIT, good],
    ['proftpd', 'with implicit TLS', PORTS.proftpd.implicit, IMPLICIT, good],
    ['pure-ftpd', 'in plain text', PORTS['pure-ftpd'].plain, PLAIN, noDelete],
    ['pure-ftpd', 'with AUTH TLS', PORTS['pure-ftpd'].explicit, EXPLICIT, noDelete],
  ])('%s good %s', async (_, _how, port, steps, ends) => {
    // A path of its own for each server: what one cannot delete must not be in another's way.
    const own = (data: DataStep): DataStep =>
      data.command === 'stor' ? { ...data, path: `${data.path}-${port}` } : data;
    const results = await nannied(DATA.map((data) => errand(port, steps, { data: own(data) })));
    expect(results.map(endOf)).toEqual(ends);
  });
});

it('over IPv6 as well, by EPSV and EPRT alone', async () => {
  const errands = [
    errand(PORTS.vsftpd.plain, PLAIN, {}, '::1'),
    errand(PORTS.proftpd.explicit, EXPLICIT, {}, '::1'),
    errand(PORTS['pure-ftpd'].explicit, EXPLICIT, {}, '::1'),
  ];
  const results = await nannied(errands);
  expect(results.map(endOf)).toEqual(['ok', 'ok', 'ok']);
  const modes = results.map(({ timings }) => [...new Set(timings.steps.flatMap(({ mode }) => mode ?? []))]);
  expect(modes).toEqual([['epsv', 'eprt'], ['epsv', 'eprt'], ['epsv', 'eprt']]); // prettier-ignore
});

it('what was stored is gone afterwards, but where the server lets nobody delete', () => {
  expect(readdirSync(join(tree, 'incoming')).filter((name) => !name.startsWith('canary-222'))).toEqual([]);
});

describe('TLS that is not as it should be is found at', () => {
  it.each([
    ['vsftpd', PORTS.vsftpd.explicit],
    ['proftpd', PORTS.proftpd.explicit],
    ['pure-ftpd', PORTS['pure-ftpd'].explicit],
  ])('%s: an unknown authority, a wrong name, a login in plain text', async (_, port) => {
    const any = { certificate: 'verify', caFile: undefined, name: undefined } as const;
    const other = { certificate: 'verify', caFile: certificates.caFile, name: 'other.example' } as const;
    const results = await nannied([
      errand(port, EXPLICIT, { tls: any }),
      errand(port, EXPLICIT, { tls: other }),
      errand(port, EXPLICIT, { tls: { ...any, certificate: 'any' } }),
      errand(port, PLAIN),
    ]);
    const reasons = results.map((result) => (result.ok ? 'ok' : `${result.reason} at ${result.step}`));
    expect(reasons).toEqual([
      'certificate at tls',
      'certificate at tls',
      'ok',
      expect.stringMatching(/^(login|busy) at user|password$/),
    ]);
  });

  it('a server that has none: AUTH refused, or a greeting where a handshake was awaited', async () => {
    const results = await nannied([
      errand(PORTS.vsftpd.plain, EXPLICIT),
      errand(PORTS.vsftpd.plain, IMPLICIT),
    ]);
    expect(results.map(endOf)).toEqual([
      'tls at auth: 530 Please login with USER and PASS.',
      expect.stringMatching(/^tls at tls: ERR_SSL_/),
    ]);
  });
});
