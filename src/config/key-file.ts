/**
 * The file with the key that both directors share: reading it, and making a new one. The key's bytes never
 * appear in a message.
 */
import { randomBytes } from 'node:crypto';
import { closeSync, constants, fstatSync, openSync, readSync } from 'node:fs';
import { ExitStatus, Fatal } from '../fatal.js';

/** Bytes of the shared key. */
const KEY_BYTES = 32;

/** A key file is one short line and comments; more than this is another file. */
const MOST_BYTES = 16_384;

/**
 * The text of a new key file: comments, and one line with 32 random bytes in base64 (RFC 4648 §4). The caller
 * writes it where only its owner can read it.
 */
export function generateKey(): string {
  return [
    '# ftpair: the key that both directors share. Keep it secret (chmod 600) and the same on both.',
    randomBytes(KEY_BYTES).toString('base64'),
    '',
  ].join('\n');
}

/**
 * The 32 bytes of the shared key. Throws `Fatal` when the file is missing, is not a regular file, can be
 * touched by group or others, or does not hold a key.
 */
export function loadKey(file: string): Uint8Array {
  const descriptor = openKey(file);
  try {
    mustBePrivate(file, descriptor);
    return decode(file, readText(descriptor));
  } finally {
    closeSync(descriptor);
  }
}

function howToMake(file: string): string {
  return `make one with \`(umask 077; ftpair keygen > ${file})\` and copy it to the other director (scp -p)`;
}

function refuse(file: string, what: string, cure: string): Fatal {
  return new Fatal(ExitStatus.config, `key file ${file} ${what}`, cure);
}

function openKey(file: string): number {
  try {
    // O_NONBLOCK: a FIFO in place of the file must not hang the start.
    return openSync(file, constants.O_RDONLY | constants.O_NONBLOCK);
  } catch (cause) {
    const code = cause instanceof Error && 'code' in cause ? String(cause.code) : 'unknown';
    if (code === 'ENOENT') throw refuse(file, 'does not exist', howToMake(file));
    throw refuse(file, `cannot be opened (${code})`, `run as root, or give the file to the daemon's user`);
  }
}

function mustBePrivate(file: string, descriptor: number): void {
  const { mode } = fstatSync(descriptor);
  if ((mode & constants.S_IFMT) !== constants.S_IFREG) {
    throw refuse(file, 'is not a regular file', `point key_file at a file, or ${howToMake(file)}`);
  }
  if ((mode & 0o077) !== 0) {
    const bits = (mode & 0o777).toString(8).padStart(4, '0');
    throw refuse(file, `can be used by others than its owner (mode ${bits})`, `run \`chmod 600 ${file}\``);
  }
}

function readText(descriptor: number): string {
  const buffer = Buffer.alloc(MOST_BYTES);
  const length = readSync(descriptor, buffer, 0, buffer.length, 0);
  return buffer.toString('latin1', 0, length);
}

function decode(file: string, text: string): Uint8Array {
  const lines = text.split('\n').map((line) => line.trim());
  const content = lines.filter((line) => line !== '' && !line.startsWith('#'));
  const [line = ''] = content;
  const bytes = Buffer.from(line, 'base64');
  // Decoding ignores what it does not know; only a text that encodes back to itself is a key.
  if (content.length === 1 && bytes.length === KEY_BYTES && bytes.toString('base64') === line) {
    return new Uint8Array(bytes);
  }
  const found = content.length === 1 ? `a line of ${line.length} characters` : `${content.length} lines`;
  const what = `does not hold a key: one line of base64 for ${KEY_BYTES} bytes is wanted, ${found} found`;
  throw refuse(file, what, howToMake(file));
}
