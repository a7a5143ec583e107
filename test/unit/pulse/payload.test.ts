import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { decodePulse, encodePulse, type Pulse, roundTrip } from '../../../src/pulse/payload.js';
import { millis } from '../../../src/time.js';

const PULSE: Pulse = {
  report: {
    role: 'active',
    term: 7,
    ready: true,
    inSync: false,
    fitness: 2,
    offer: 'stopping',
    asksForRole: true,
    goodbye: false,
    lease: millis(200),
  },
  interval: millis(10),
  silence: millis(30),
  fingerprint: '0123456789abcdef',
  sentAt: millis(1.5),
  echo: millis(2),
  held: millis(0.25),
};

const WIRE = [
  '01 02 05 02 00000007 0002 000a 001e 00c8',
  '0123456789abcdef',
  '000000fa 3ff8000000000000 4000000000000000',
  '00'.repeat(16),
]
  .join('')
  .replaceAll(' ', '');

describe('a pulse on the wire', () => {
  test('has this layout', () => {
    expect(encodePulse(PULSE).toString('hex')).toBe(WIRE);
  });

  test('is read as it was written', () => {
    expect(decodePulse(Buffer.from(WIRE, 'hex'))).toEqual(PULSE);
  });

  test.each([
    ['ready', 0x01],
    ['inSync', 0x02],
    ['asksForRole', 0x04],
    ['goodbye', 0x08],
  ] as const)('says %s with this bit, and nothing else with it', (word, bit) => {
    const nothing = { ...PULSE.report, ready: false, inSync: false, asksForRole: false, goodbye: false };
    const pulse = { ...PULSE, report: { ...nothing, [word]: true } };
    expect(encodePulse(pulse).readUInt8(2)).toBe(bit);
    expect(decodePulse(encodePulse(pulse))).toEqual(pulse);
  });

  test('without an echo says so', () => {
    const bytes = encodePulse({ ...PULSE, echo: undefined });
    expect(bytes.toString('hex', 36, 44)).toBe('7ff8000000000000');
    expect(decodePulse(bytes)).toEqual({ ...PULSE, echo: undefined });
  });

  test('of a later version that says more is read as far as it is known', () => {
    expect(decodePulse(Buffer.from(`${WIRE}ffff`, 'hex'))).toEqual(PULSE);
  });

  test('a length of time is rounded up: a limit never looks shorter than it is', () => {
    expect(encodePulse({ ...PULSE, interval: millis(9.2) }).readUInt16BE(10)).toBe(10);
  });

  test.each([
    ['payloadShort', (bytes: Buffer) => bytes.subarray(0, 59)],
    ['payloadVersion', (bytes: Buffer) => bytes.fill(2, 0, 1)],
    ['payloadRole', (bytes: Buffer) => bytes.fill(4, 1, 2)],
    ['payloadOffer', (bytes: Buffer) => bytes.fill(7, 3, 4)],
    ['payloadTime', (bytes: Buffer) => bytes.fill(0xff, 28, 36)],
  ] as const)('is refused as %s', (reason, damage) => {
    expect(decodePulse(damage(Buffer.from(WIRE, 'hex')))).toBe(reason);
  });

  test('any bytes are a pulse or a reason, never a throw', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 80 }), (bytes) => {
        expect(['string', 'object']).toContain(typeof decodePulse(Buffer.from(bytes)));
      }),
      { numRuns: 200 },
    );
  });
});

describe('the round trip', () => {
  const times = { sentAt: millis(0), echo: millis(1000), held: millis(4) };

  test('is the time since our pulse without the time that the peer had it', () => {
    expect(roundTrip(times, millis(1005.5))).toBe(1.5);
  });

  test('is unknown when the pulse answers none, or the times cannot be', () => {
    expect(roundTrip({ ...times, echo: undefined }, millis(1005))).toBeUndefined();
    expect(roundTrip(times, millis(1003))).toBeUndefined();
    expect(roundTrip(times, millis(90_000))).toBeUndefined();
  });

  test('may be nothing, and is less than a minute', () => {
    expect(roundTrip(times, millis(1004))).toBe(0);
    expect(roundTrip(times, millis(61_003))).toBe(59_999);
    expect(roundTrip(times, millis(61_004))).toBeUndefined();
  });
});
