/**
 * What one probe is asked to do, and the command lines it sends. Pure. A command line may hold the password:
 * it is for the socket only and never for a log.
 */
import type { DataMode, DataStep } from '../config/model.js';
import type { Millis } from '../time.js';

export interface ProbeRequest {
  /** The real server's own address, and its control port. */
  readonly address: string;
  readonly port: number;
  readonly user: string;
  readonly password: string;
  readonly mode: DataMode;
  readonly data: DataStep;
  /**
   * Addresses that a 227 may announce besides the server's own. The kernel's FTP helper takes no others than that
   * one (nf_conntrack_ftp.c, `loose` off): behind it, clients of a server that announces the VIP are refused.
   */
  readonly allowed: readonly string[];
  /** Limit of the whole probe. */
  readonly timeout: Millis;
}

/** The first argument that would smuggle in a second command (CR, LF or NUL), or undefined. */
export function unsendable(request: ProbeRequest): 'user' | 'password' | 'path' | undefined {
  const splits = (text: string): boolean => /[\r\n\0]/.test(text);
  if (splits(request.user)) return 'user';
  if (splits(request.password)) return 'password';
  return splits(request.data.path) ? 'path' : undefined;
}

/** LIST or RETR with its path; an empty path lists the directory after the login. */
export function transferLine(data: DataStep): string {
  const command = data.command === 'list' ? 'LIST' : 'RETR';
  return data.path === '' ? command : `${command} ${data.path}`;
}

/** What must not be shown: the password, unless the login is anonymous and there is nothing to hide. */
export function secretOf(request: ProbeRequest): string {
  const anonymous = request.user === 'anonymous' || request.user === 'ftp';
  return anonymous ? '' : request.password;
}
