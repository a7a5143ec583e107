/**
 * Text for log lines: without control characters, and cut to a number of bytes without splitting a
 * character. Pure; it must not know any syslog format.
 */

/** C0, DEL and C1: a terminal or a log reader may obey them. Line and paragraph separators start a new line. */
// eslint-disable-next-line no-control-regex -- control characters are what this is about
const CONTROL = /[\u0000-\u001f\u007f-\u009f\u2028\u2029]+/g;

/** Everything that is not PRINTUSASCII (RFC 5424 §6: %d33-126). */
const NOT_PRINTUSASCII = /[^\x21-\x7e]/g;

/** One line: each run of control characters becomes one space. RFC 5424 §6.4 wants octets below 32 avoided. */
export function oneLine(text: string): string {
  return text.replace(CONTROL, ' ');
}

/** A header name of at most `limit` characters: what is not PRINTUSASCII becomes `?`; nothing becomes `-` (NILVALUE). */
export function printUsAscii(text: string, limit: number): string {
  return text.slice(0, limit).replace(NOT_PRINTUSASCII, '?') || '-';
}

/** The longest beginning of `text` that takes at most `limitBytes` bytes of UTF-8 and ends with a whole character. */
export function cutUtf8(text: string, limitBytes: number): string {
  const bytes = Buffer.from(text, 'utf8');
  if (bytes.length <= limitBytes) return text;
  let end = Math.max(0, limitBytes);
  // RFC 3629 §3: every byte of a character but its first looks like 10xxxxxx.
  while (end > 0 && ((bytes[end] ?? 0) & 0xc0) === 0x80) end -= 1;
  return bytes.toString('utf8', 0, end);
}

/** A number for people: at most one digit after the point, none where it is zero. */
export function shortNumber(value: number): string {
  return String(Math.round(value * 10) / 10);
}
