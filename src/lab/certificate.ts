/** A self-made certificate for the servers of a lab with TLS: one file with key and certificate, made by openssl. */
import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { labEnvironment } from './paths.js';

/** Writes `file`, which holds the key too. @throws Error when openssl fails. */
export function makeCertificate(file: string, name: string): void {
  const certificate = `${file}.certificate`;
  const curve = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'];
  const subject = ['-subj', `/CN=${name}`, '-addext', `subjectAltName=IP:${name}`, '-days', '2'];
  const output = ['-keyout', file, '-out', certificate];
  execFileSync('openssl', ['req', '-x509', ...curve, ...subject, ...output], {
    env: labEnvironment,
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  writeFileSync(file, readFileSync(file, 'utf8') + readFileSync(certificate, 'utf8'), { mode: 0o600 });
}
