/**
 * One alert as a syslog message of RFC 5424. Pure: the time, the host and the process are arguments.
 * It must not know how the message travels, nor read a clock.
 */
import type { SyslogFacility } from '../config/model.js';
import type { Severity } from './catalogue.js';
import type { Description, Field } from './describe.js';
import { cutUtf8, oneLine, printUsAscii } from './text.js';

/** Where and when an alert was raised. */
export interface Origin {
  readonly facility: SyslogFacility;
  /** Wall clock: for people and collectors, never for a decision. */
  readonly time: Date;
  readonly host: string;
  readonly pid: number;
}

/** The APP-NAME of RFC 5424 §6.2.5 and the tag of the local form. */
export const APP_NAME = 'ftpair';

/** RFC 5424 §6.1: what a receiver SHOULD accept. */
export const MESSAGE_LIMIT_BYTES = 2048;

/** 32473 is the enterprise number for documentation (RFC 5612); the form is name@number (RFC 5424 §6.3.2). */
const SD_ID = 'ftpair@32473';

/** So that the header, the structured data and a readable text share MESSAGE_LIMIT_BYTES. */
const STRUCTURED_DATA_LIMIT_BYTES = 1024;
const VALUE_LIMIT_BYTES = 200;

/** RFC 5424 §6.2.1, table 1. */
const FACILITIES: Readonly<Record<SyslogFacility, number>> = {
  daemon: 3,
  local0: 16,
  local1: 17,
  local2: 18,
  local3: 19,
  local4: 20,
  local5: 21,
  local6: 22,
  local7: 23,
};

/** RFC 5424 §6.2.1, table 2. */
const SEVERITIES: Readonly<Record<Severity, number>> = { crit: 2, err: 3, warning: 4, notice: 5, info: 6 };

/** PRIVAL of RFC 5424 §6.2.1: facility times eight plus severity. */
export function priority(facility: SyslogFacility, severity: Severity): number {
  return FACILITIES[facility] * 8 + SEVERITIES[severity];
}

/**
 * The whole message, at most MESSAGE_LIMIT_BYTES bytes of UTF-8:
 * `<PRI>1 TIMESTAMP HOSTNAME APP-NAME PROCID MSGID [SD-ID NAME="VALUE"…] MSG`.
 * The text is cut when it is too long; a field that does not fit is left out whole.
 */
export function formatRfc5424(description: Description, origin: Origin): string {
  const header = [
    `<${priority(origin.facility, description.severity)}>1`,
    timestamp(origin.time),
    printUsAscii(origin.host, 255),
    APP_NAME,
    String(origin.pid),
    printUsAscii(description.msgid, 32),
    structuredData(description.fields),
  ].join(' ');
  return cutUtf8(`${header} ${message(description.text)}`, MESSAGE_LIMIT_BYTES);
}

/**
 * RFC 5424 §6.2.3: RFC 3339 in UTC; NILVALUE when there is no time. All six digits after the point that are
 * allowed, because rsyslog (seen with 8.2302) reads `.789` as 789 microseconds when it converts a time to UTC.
 */
function timestamp(time: Date): string {
  const year = time.getUTCFullYear();
  return year >= 0 && year <= 9999 ? time.toISOString().replace('Z', '000Z') : '-';
}

/** RFC 5424 §6.3: one element; each name at most once, PRINTUSASCII without `=`, `]` and `"`. */
function structuredData(fields: readonly Field[]): string {
  let data = `[${SD_ID}`;
  for (const { name, value } of fields) {
    const param = ` ${printUsAscii(name, 32).replace(/[="\]]/g, '?')}="${escapeValue(value)}"`;
    if (Buffer.byteLength(data) + Buffer.byteLength(param) < STRUCTURED_DATA_LIMIT_BYTES) data += param;
  }
  return `${data}]`;
}

/** RFC 5424 §6.3.3: `"`, `\` and `]` are escaped by a backslash, nothing else is. */
function escapeValue(value: string): string {
  return cutUtf8(oneLine(value), VALUE_LIMIT_BYTES).replace(/["\\\]]/g, '\\$&');
}

/** RFC 5424 §6.4: MSG-ANY for plain ASCII; otherwise MSG-UTF8, which begins with the byte order mark. */
function message(text: string): string {
  const line = oneLine(text);
  return /[^\x20-\x7e]/.test(line) ? `\ufeff${line}` : line;
}
