/** The secret of the page: its file, and whether somebody knows it. The secret never appears in a message. */
import { createHash, timingSafeEqual } from 'node:crypto';
import { closeSync, constants, fstatSync, openSync, readSync } from 'node:fs';

const MOST_BYTES = 4096;
const LEAST_CHARACTERS = 16;

export type TokenResult =
  { readonly ok: true; readonly token: string } | { readonly ok: false; readonly problem: string };

/** Reads the file; refuses one that others may read. Never throws. */
export function readToken(file: string): TokenResult {
  let descriptor: number | undefined;
  try {
    // O_NONBLOCK: a FIFO in its place must not hang the daemon.
    descriptor = openSync(file, constants.O_RDONLY | constants.O_NONBLOCK);
    const found = fstatSync(descriptor);
    if (!found.isFile()) return refused(file, 'is not a file');
    if ((found.mode & 0o077) !== 0) return refused(file, 'may be read by others: chmod 600');
    const buffer = Buffer.alloc(MOST_BYTES);
    const token = buffer.toString('utf8', 0, readSync(descriptor, buffer)).trim();
    if (!/^[\x21-\x7e]+$/.test(token)) return refused(file, 'must hold one word of printable characters');
    if (token.length < LEAST_CHARACTERS)
      return refused(file, `holds fewer than ${LEAST_CHARACTERS} characters`);
    return { ok: true, token };
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : String(error);
    return refused(file, `cannot be read (${code})`);
  } finally {
    if (descriptor !== undefined) closeSync(descriptor);
  }
}

function refused(file: string, what: string): TokenResult {
  return { ok: false, problem: `token file ${file} ${what}` };
}

/** Whether an Authorization header carries the token: as `Bearer TOKEN`, or as the password of any user (`Basic`). */
export function knowsToken(header: string | undefined, token: string): boolean {
  const [scheme = '', credentials = ''] = (header ?? '').split(' ', 2);
  switch (scheme.toLowerCase()) {
    case 'bearer':
      return isEqual(credentials, token);
    case 'basic': {
      const pair = Buffer.from(credentials, 'base64').toString('utf8');
      return pair.includes(':') && isEqual(pair.slice(pair.indexOf(':') + 1), token);
    }
    default:
      return false;
  }
}

/** In a time that says nothing of where they differ. */
function isEqual(one: string, other: string): boolean {
  const digest = (text: string): Buffer => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(one), digest(other));
}
