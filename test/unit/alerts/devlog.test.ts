import { describe, expect, test } from 'vitest';
import type { Description } from '../../../src/alerts/describe.js';
import { formatDevlog } from '../../../src/alerts/devlog.js';
import type { Origin } from '../../../src/alerts/rfc5424.js';

const origin: Origin = {
  facility: 'local3',
  // Built from local parts: the local form shows local time.
  time: new Date(2026, 7, 1, 9, 5, 3),
  host: 'alpha',
  pid: 4711,
};

const down: Description = {
  severity: 'err',
  msgid: 'server-down',
  sentence: 'fixed',
  text: 'Real server s1 is down.',
  fields: [
    { name: 'address', value: '10.0.0.11' },
    { name: 'reason', value: '530 "no"' },
  ],
};

describe('a message for the local syslog socket', () => {
  test('looks as syslog(3) writes it, with the fields behind the text', () => {
    expect(formatDevlog(down, origin)).toBe(
      '<155>Aug  1 09:05:03 ftpair[4711]: Real server s1 is down. ' +
        'alert=server-down address=10.0.0.11 reason="530 \\"no\\""',
    );
  });

  test('has a day of two digits without a space', () => {
    const message = formatDevlog(down, { ...origin, time: new Date(2026, 11, 31, 23, 59, 58) });
    expect(message.slice(0, 21)).toBe('<155>Dec 31 23:59:58 ');
  });

  test('keeps to one line', () => {
    const message = formatDevlog(
      { ...down, text: 'a\nb', fields: [{ name: 'reason', value: 'c\nd' }] },
      origin,
    );
    expect(message).toBe('<155>Aug  1 09:05:03 ftpair[4711]: a b alert=server-down reason="c d"');
  });

  test('cuts a long text at a character and keeps the fields', () => {
    // 960 bytes are for the text: 240 characters of four bytes each.
    const message = formatDevlog({ ...down, text: '🚀'.repeat(1000), fields: [] }, origin);
    expect(message).toBe(`<155>Aug  1 09:05:03 ftpair[4711]: ${'🚀'.repeat(240)} alert=server-down`);
  });

  test('is never longer than 2048 bytes', () => {
    const fields = Array.from({ length: 20 }, (_, index) => ({
      name: `f${String(index)}`,
      value: '"'.repeat(200),
    }));
    const message = formatDevlog({ ...down, text: 'x'.repeat(5000), fields }, origin);
    expect(Buffer.byteLength(message)).toBeLessThanOrEqual(2048);
    expect(message).toContain('alert=server-down f0="');
    expect(message.endsWith('"')).toBe(true);
  });
});
