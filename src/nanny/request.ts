/**
 * What one probe is asked to do. Pure. The user's password is in it: it is for the socket only and never for a log.
 */
import type { AnswerCheck, FtpCheck, HealthCheck, ProgramCheck } from '../config/model.js';
import type { Millis } from '../time.js';

/** A probe of one server. */
export interface ProbeRequest {
  /** Names, for the environment of a program. */
  readonly service: string;
  readonly server: string;
  /** The real server's own address, and its control port. */
  readonly address: string;
  readonly port: number;
  readonly check: FtpCheck | AnswerCheck | ProgramCheck;
  /**
   * Addresses that a 227 may announce besides the server's own. The kernel's FTP helper takes no others than that
   * one (nf_conntrack_ftp.c, `loose` off): behind it, clients of a server that announces the VIP are refused.
   */
  readonly allowed: readonly string[];
  /** Limit of the whole probe. */
  readonly timeout: Millis;
  readonly limits: HealthCheck['limits'];
  /** The file to be stored; undefined where the check stores none. */
  readonly upload: Upload | undefined;
}

/** A request that is spoken over sockets. */
export interface SpokenRequest extends ProbeRequest {
  readonly check: FtpCheck | AnswerCheck;
}

/** A small file that no other probe stores at the same time. */
export interface Upload {
  readonly path: string;
  readonly bytes: Uint8Array;
  /** Of the bytes, lower-case hex. */
  readonly sha256: string;
}

/** The first argument that would smuggle in a second command (CR, LF or NUL), or undefined. */
export function unsendable({ check, upload }: SpokenRequest): string | undefined {
  if (check.type === 'answer') return undefined;
  const { user, password, directory, data } = check;
  const words = { user, password, directory, path: data.path, upload: upload?.path ?? '' };
  return Object.entries(words).find(([, text]) => /[\r\n\0]/.test(text))?.[0];
}

/** What must not be shown: the password, unless the login is anonymous and there is nothing to hide. */
export function secretOf({ check }: SpokenRequest): string {
  if (check.type === 'answer') return '';
  return check.user === 'anonymous' || check.user === 'ftp' ? '' : check.password;
}

/** Whether the check encrypts what it says, and so its data channels. */
export function encrypted({ steps }: FtpCheck): boolean {
  return steps.includes('auth_tls') || steps.includes('implicit_tls');
}
