/**
 * One alert in the form in which syslog(3) writes to the local socket (/dev/log): journald and rsyslog's
 * imuxsock read it. Pure; the same origin as for RFC 5424, but the local time and no host, as the C library has it.
 */
import type { Description, Field } from './describe.js';
import { APP_NAME, MESSAGE_LIMIT_BYTES, priority, type Origin } from './rfc5424.js';
import { cutUtf8, oneLine } from './text.js';

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'] as const;

/** Room for `name=value` after the text, so that a long value never hides the text. */
const FIELDS_LIMIT_BYTES = 1024;
const VALUE_LIMIT_BYTES = 200;

/** Longest text in front of the fields; header and fields fit beside it. */
const TEXT_LIMIT_BYTES = MESSAGE_LIMIT_BYTES - FIELDS_LIMIT_BYTES - 64;

/**
 * The whole message, at most MESSAGE_LIMIT_BYTES bytes of UTF-8:
 * `<PRI>Mmm dd hh:mm:ss ftpair[PID]: TEXT alert=MSGID NAME=VALUE…` (RFC 3164 §4.1 without its HOSTNAME). A value
 * that is not a plain word stands in double quotes. A field that does not fit is left out whole.
 */
export function formatDevlog(description: Description, origin: Origin): string {
  const pri = priority(origin.facility, description.severity);
  const text = cutUtf8(oneLine(description.text), TEXT_LIMIT_BYTES);
  const fields = fieldList([{ name: 'alert', value: description.msgid }, ...description.fields]);
  return `<${pri}>${localTime(origin.time)} ${APP_NAME}[${origin.pid}]: ${text}${fields}`;
}

/** RFC 3164 §4.1.2: `Mmm dd hh:mm:ss` in local time, a day below ten with a space in front. */
function localTime(time: Date): string {
  const month = MONTHS[time.getMonth()] ?? MONTHS[0];
  const day = String(time.getDate()).padStart(2, ' ');
  const clock = [time.getHours(), time.getMinutes(), time.getSeconds()];
  return `${month} ${day} ${clock.map((part) => String(part).padStart(2, '0')).join(':')}`;
}

function fieldList(fields: readonly Field[]): string {
  let list = '';
  for (const { name, value } of fields) {
    const field = ` ${name}=${quoted(cutUtf8(oneLine(value), VALUE_LIMIT_BYTES))}`;
    if (Buffer.byteLength(list) + Buffer.byteLength(field) <= FIELDS_LIMIT_BYTES) list += field;
  }
  return list;
}

function quoted(value: string): string {
  return /^[\w.:/@%+-]+$/.test(value) ? value : `"${value.replace(/["\\]/g, '\\$&')}"`;
}
