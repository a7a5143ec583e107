/** A probe's request for tests: the usual FTP check, with single things changed. */
import type { FtpCheck, HealthCheck } from '../../../src/config/model.js';
import type { SpokenRequest } from '../../../src/nanny/request.js';
import { millis } from '../../../src/time.js';

export const FTP: FtpCheck = {
  type: 'ftp',
  steps: ['connect', 'greeting', 'login', 'data', 'quit'],
  user: 'probe',
  password: 'hunter2',
  directory: '',
  representation: 'I',
  modes: ['epsv'],
  data: { command: 'list', path: '/' },
  tls: { certificate: 'verify', caFile: undefined, name: undefined },
};

/** What of the check differs, and what around it. */
export function requestOf(
  check: Partial<FtpCheck> = {},
  around: Partial<Omit<SpokenRequest, 'check'>> = {},
): SpokenRequest {
  return {
    service: 'ftp',
    server: 'one',
    address: '192.0.2.10',
    port: 21,
    check: { ...FTP, ...check },
    allowed: [],
    timeout: millis(3000),
    limits: {},
    upload: undefined,
    ...around,
  };
}

/** A canary that may have any content. */
export function retrOf(path: string): FtpCheck['data'] {
  return { command: 'retr', path, size: undefined, sha256: undefined };
}

/** A health check whose probes are FTP. */
export function checkOf(probe: Partial<FtpCheck> = {}, more: Partial<HealthCheck> = {}): HealthCheck {
  return {
    interval: millis(1000),
    retry: millis(1000),
    timeout: millis(300),
    limits: {},
    rise: 2,
    fall: 3,
    source: undefined,
    probe: { ...FTP, ...probe },
    ...more,
  };
}
