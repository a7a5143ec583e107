/**
 * The result of one probe: the words for its steps and for what can go wrong. Types, and the one function that
 * makes a server's words fit to be shown. Nothing here decides.
 */
import type { Millis } from '../time.js';

/** The steps of a probe, in their order. `password` and `type` are left out where they are not needed. */
export type Step =
  'connect' | 'greeting' | 'user' | 'password' | 'type' | 'passive' | 'dataConnect' | 'transfer' | 'quit';

/** Why a probe failed. Status, alerts, counters and tests share this closed set. */
export type ProbeReason =
  /** Nobody listens on the control port. */
  | 'refused'
  /** No route, or no answer to ARP or neighbour discovery. */
  | 'unreachable'
  /** The deadline passed; the step says what was waited for. */
  | 'timedOut'
  /** The server closed or reset the control connection. */
  | 'closed'
  /** The greeting was a refusal other than 421. */
  | 'greeting'
  /** 421: too many sessions, or the server is going down. */
  | 'busy'
  /** User or password refused, or an account (332) wanted. */
  | 'login'
  /** TYPE I refused. */
  | 'type'
  /** PASV or EPSV refused; there is no fallback to the other. */
  | 'passive'
  /** 227 announced an address that is neither the server's nor an allowed one. */
  | 'wrongAddress'
  /** The data channel could not be opened (also 425). */
  | 'dataRefused'
  /** The deadline passed while the data channel was being opened or was open. */
  | 'dataStalled'
  /** The data channel broke during the transfer (also 426). */
  | 'dataLost'
  /** More data than a probe reads. */
  | 'dataTooLong'
  /** 450 or 550: the path to list or fetch is not there or not readable. */
  | 'noFile'
  /** LIST or RETR refused otherwise. */
  | 'transfer'
  /** Something that is not FTP, or a reply that does not belong there. */
  | 'protocol'
  /** Our own system said no (out of ports or descriptors): says nothing about the server. */
  | 'local';

/** How long one step took. */
export interface StepTiming {
  readonly step: Step;
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
