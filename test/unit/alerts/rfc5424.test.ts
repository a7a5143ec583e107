import { describe, expect, test } from 'vitest';
import type { Description } from '../../../src/alerts/describe.js';
import { formatRfc5424, priority, type Origin } from '../../../src/alerts/rfc5424.js';

const origin: Origin = {
  facility: 'daemon',
  time: new Date('2026-02-03T04:05:06.789Z'),
  host: 'alpha.example',
  pid: 4711,
};

const plain: Description = {
  severity: 'warning',
  msgid: 'takeover',
  sentence: 'fixed',
  text: 'This router has taken over.',
  fields: [
    { name: 'peer', value: 'beta' },
    { name: 'term', value: '8' },
  ],
};

describe('a syslog message (RFC 5424)', () => {
  test('has header, structured data and text', () => {
    expect(formatRfc5424(plain, origin)).toBe(
      '<28>1 2026-02-03T04:05:06.789000Z alpha.example ftpair 4711 takeover ' +
        '[ftpair@32473 peer="beta" term="8"] This router has taken over.',
    );
  });

  test('has a priority of facility times eight plus severity (§6.2.1)', () => {
    expect(priority('daemon', 'crit')).toBe(26);
    expect(priority('daemon', 'info')).toBe(30);
    expect(priority('local0', 'err')).toBe(131);
    expect(priority('local7', 'notice')).toBe(189);
  });

  test('escapes quote, backslash and bracket in values, and nothing else (§6.3.3)', () => {
    const message = formatRfc5424({ ...plain, fields: [{ name: 'reason', value: 'a"b\\c]d[e=f' }] }, origin);
    expect(message).toContain('[ftpair@32473 reason="a\\"b\\\\c\\]d[e=f"] This');
  });

  test('keeps to one line whatever a server sent', () => {
    const message = formatRfc5424(
      {
        ...plain,
        text: 'down (500 no\r\n<26>1 forged\u0085\u2028)',
        fields: [{ name: 'reason', value: 'x\r\n\u0000y' }],
      },
      origin,
    );
    expect(message).toContain('[ftpair@32473 reason="x y"] down (500 no <26>1 forged )');
  });

  test('begins a text that is not ASCII with the byte order mark, and only such a text (§6.4)', () => {
    expect(formatRfc5424({ ...plain, text: 'Zürich' }, origin)).toMatch(/\] \ufeffZürich$/);
    expect(formatRfc5424(plain, origin)).not.toContain('\ufeff');
  });

  test('shows what is not PRINTUSASCII in names as a question mark, and nothing as the nil value (§6)', () => {
    const odd = { ...plain, msgid: 'é b', fields: [{ name: 'a="]ü b', value: '1' }] };
    expect(formatRfc5424(odd, { ...origin, host: '' })).toBe(
      '<28>1 2026-02-03T04:05:06.789000Z - ftpair 4711 ??b [ftpair@32473 a?????b="1"] This router has taken over.',
    );
  });

  test('bounds host (255), message id (32) and field names (32)', () => {
    const long = { ...plain, msgid: 'm'.repeat(33), fields: [{ name: 'n'.repeat(33), value: '1' }] };
    expect(formatRfc5424(long, { ...origin, host: 'h'.repeat(256) })).toBe(
      `<28>1 2026-02-03T04:05:06.789000Z ${'h'.repeat(255)} ftpair 4711 ${'m'.repeat(32)} ` +
        `[ftpair@32473 ${'n'.repeat(32)}="1"] This router has taken over.`,
    );
  });

  test('cuts a long text at 2048 bytes', () => {
    const message = formatRfc5424({ ...plain, text: 'x'.repeat(5000) }, origin);
    expect(Buffer.byteLength(message)).toBe(2048);
  });

  test('does not cut a character in two', () => {
    // Header and structured data take 105 bytes, the mark 3, the x 1: 1939 are left, 484 characters of 4 bytes.
    const message = formatRfc5424({ ...plain, text: `x${'🚀'.repeat(1000)}` }, origin);
    expect(Buffer.byteLength(message)).toBe(2045);
    expect(message.endsWith('🚀')).toBe(true);
    expect(message).not.toContain('\ufffd');
  });

  test('keeps its structured data well formed when values are long', () => {
    const fields = Array.from({ length: 9 }, (_, index) => ({
      name: `f${String(index)}`,
      value: '"'.repeat(300),
    }));
    const message = formatRfc5424({ ...plain, fields }, origin);
    const value = '\\"'.repeat(200);
    expect(message).toContain(`[ftpair@32473 f0="${value}" f1="${value}"] This router has taken over.`);
  });

  test('has a time in UTC with all six digits that are allowed (§6.2.3)', () => {
    expect(formatRfc5424(plain, { ...origin, time: new Date('2026-02-03T04:05:06.007+02:00') })).toMatch(
      /^<28>1 2026-02-03T02:05:06.007000Z alpha/,
    );
  });

  test('has no time when the clock has none to give (§6.2.3)', () => {
    expect(formatRfc5424(plain, { ...origin, time: new Date(Number.NaN) })).toMatch(/^<28>1 - alpha/);
  });
});
