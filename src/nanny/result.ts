/**
 * The result of one probe: the words for its steps and for what can go wrong. Types, and the one function that
 * makes a server's words fit to be shown. Nothing here decides.
 */
import type { DataMode } from '../config/model.js';
import type { Millis } from '../time.js';

/**
 * The steps of a probe. An FTP dialogue goes through those that its check asks for; `passive` to `transfer` come once for each
 * data channel. `answer` is the step of a send/expect check, `program` that of an external program.
 */
export type Step =
  | 'connect'
  | 'greeting'
  | 'auth'
  | 'tls'
  | 'user'
  | 'password'
  | 'protect'
  | 'pwd'
  | 'cwd'
  | 'type'
  | 'passive'
  | 'active'
  | 'dataConnect'
  | 'transfer'
  | 'delete'
  | 'quit'
  | 'answer'
  | 'program';

/** Why a probe failed. Status, alerts, counters and tests share this closed set. */
export const PROBE_REASONS = [
  /** Nobody listens on the control port. */
  'refused',
  /** No route, or no answer to ARP or neighbour discovery. */
  'unreachable',
  /** The deadline passed; the step says what was waited for. */
  'timedOut',
  /** The server closed or reset the control connection. */
  'closed',
  /** The greeting was a refusal other than 421. */
  'greeting',
  /** 421: too many sessions, or the server is going down. */
  'busy',
  /** AUTH TLS, PBSZ or PROT refused, or the handshake failed (also 522 for a session that was not resumed). */
  'tls',
  /** The certificate is not one that the check accepts. */
  'certificate',
  /** User or password refused, or an account (332) wanted. */
  'login',
  /** PWD or CWD refused. */
  'directory',
  /** TYPE refused. */
  'type',
  /** PASV or EPSV refused; there is no fallback to the other. */
  'passive',
  /** PORT or EPRT refused. */
  'active',
  /** 227 announced an address that is neither the server's nor an allowed one, or active data came from another. */
  'wrongAddress',
  /** The data channel could not be opened (also 425). */
  'dataRefused',
  /** The deadline passed while the data channel was being opened or was open. */
  'dataStalled',
  /** The data channel broke during the transfer (also 426). */
  'dataLost',
  /** More data than a probe reads. */
  'dataTooLong',
  /** 450 or 550: the path to list or fetch is not there or not readable. */
  'noFile',
  /** The canary, or what was stored and read back, has another size or another SHA-256. */
  'wrongContent',
  /** STOR or DELE refused. */
  'upload',
  /** LIST, NLST or RETR refused otherwise. */
  'transfer',
  /** A send/expect check, or a program's output: not what was wanted. */
  'notExpected',
  /** The external program ended with another status than 0, or could not be started. */
  'program',
  /** Something that is not FTP, or a reply that does not belong there. */
  'protocol',
  /** Our own system said no (out of ports or descriptors): says nothing about the server. */
  'local',
] as const;

export type ProbeReason = (typeof PROBE_REASONS)[number];

/** How long one step took. */
export interface StepTiming {
  readonly step: Step;
  /** Of the steps of a data channel. */
  readonly mode?: DataMode | undefined;
  readonly millis: Millis;
}

/** The steps that were entered, in their order; the last one is where the probe ended. */
export interface ProbeTimings {
  readonly totalMillis: Millis;
  readonly steps: readonly StepTiming[];
}

export type ProbeResult =
  | { readonly ok: true; readonly timings: ProbeTimings }
  | {
      readonly ok: false;
      readonly reason: ProbeReason;
      readonly step: Step;
      /** Of the data channel that it failed in. */
      readonly mode?: DataMode | undefined;
      /** A bounded printable excerpt of what the server said, or the system's word (`ECONNREFUSED`). */
      readonly detail: string;
      readonly timings: ProbeTimings;
    };

/** Longest `detail`, in characters. */
export const MAX_DETAIL = 120;

/**
 * A server's bytes (as latin1) made fit for one line of a log: read as UTF-8, without control and format
 * characters, bounded. `secret` never appears, even where the server repeats it; '' means that none was sent.
 */
export function excerpt(bytes: string, secret: string): string {
  const text = Buffer.from(bytes, 'latin1').toString('utf8');
  const masked = secret === '' ? text : text.replaceAll(secret, '***');
  const printable = masked.replace(/[\p{C}\p{Z}\uFFFD]+/gu, ' ').trim();
  const characters = Array.from(printable);
  if (characters.length <= MAX_DETAIL) return printable;
  return `${characters.slice(0, MAX_DETAIL - 1).join('')}…`;
}
