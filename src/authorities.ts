/** Certificates from files that the config names: read once, at the start. It must not judge what is in them. */
import { readFileSync } from 'node:fs';
import { ExitStatus, Fatal } from './fatal.js';

/** The PEM text of a file. `of` completes "the file … with the authorities of …". @throws Fatal when it cannot be read. */
export function readAuthorities(file: string, of: string): string {
  try {
    return readFileSync(file, 'latin1');
  } catch (cause) {
    const code = cause instanceof Error && 'code' in cause ? String(cause.code) : String(cause);
    throw new Fatal(
      ExitStatus.config,
      `the file ${file} with the authorities of ${of} cannot be read (${code})`,
      'put the PEM file there on both routers, or mend `ca_file` in the config',
    );
  }
}
