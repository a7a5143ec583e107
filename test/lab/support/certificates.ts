/** Self-made certificates by openssl: an authority, and servers' certificates that are good or bad in one way each. */
import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** PEM texts. */
export interface Certificate {
  readonly key: string;
  readonly cert: string;
}

export interface Certificates {
  /** PEM file of the authority. */
  readonly caFile: string;
  readonly good: Certificate;
  /** Files of the good one: key and certificate in one, as pure-ftpd wants it. */
  readonly goodFile: string;
  readonly expired: Certificate;
  readonly otherName: Certificate;
  /** By itself, not by the authority. */
  readonly selfSigned: Certificate;
}

/** Name and addresses of the good certificate. */
const GOOD_NAMES = 'subjectAltName=DNS:ftp.example,IP:127.0.0.1,IP:::1';

/** Makes them in a directory of the caller's. @throws Error with what openssl said. */
export function makeCertificates(directory: string): Certificates {
  const at = (name: string): string => join(directory, name);
  const openssl = (...args: readonly string[]): void => {
    execFileSync('openssl', args, { stdio: ['ignore', 'ignore', 'pipe'] });
  };
  const key = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'];
  const self = (name: string, ...more: readonly string[]): void => {
    const files = ['-keyout', at(`${name}.key`), '-out', at(`${name}.pem`)];
    openssl('req', '-x509', ...key, ...files, '-days', '2', '-subj', `/CN=${name}`, ...more);
  };
  const read = (name: string): Certificate => ({
    key: readFileSync(at(`${name}.key`), 'utf8'),
    cert: readFileSync(at(`${name}.pem`), 'utf8'),
  });
  const signed = (name: string, names: string, days: string): Certificate => {
    writeFileSync(at(`${name}.ext`), `${names}\n`);
    openssl(
      'req',
      ...key,
      '-keyout',
      at(`${name}.key`),
      '-out',
      at(`${name}.csr`),
      '-subj',
      '/CN=ftp.example',
    );
    const ca = ['-CA', at('ca.pem'), '-CAkey', at('ca.key'), '-CAcreateserial'];
    openssl(
      ...['x509', '-req', '-in', at(`${name}.csr`), ...ca, '-days', days],
      ...['-extfile', at(`${name}.ext`), '-out', at(`${name}.pem`)],
    );
    return read(name);
  };
  self('ca');
  self('selfSigned', '-addext', GOOD_NAMES);
  const good = signed('good', GOOD_NAMES, '2');
  writeFileSync(at('both.pem'), `${good.key}${good.cert}`, { mode: 0o600 });
  return {
    caFile: at('ca.pem'),
    good,
    goodFile: at('both.pem'),
    expired: signed('expired', GOOD_NAMES, '-1'),
    otherName: signed('otherName', 'subjectAltName=DNS:other.example', '2'),
    selfSigned: read('selfSigned'),
  };
}
