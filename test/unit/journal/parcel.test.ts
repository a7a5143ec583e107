/** Long questions and answers in parts. */
import { randomBytes } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readIncoming } from '../../../src/journal/incoming.js';
import { decodeParcelPart, encodeParcel, ParcelParts } from '../../../src/journal/parcel.js';

const HEAD = { answer: false, id: 0x01020304 };

describe('a parcel on the wire', () => {
  it('is version, kind 13, direction, id, part, parts, and the compressed JSON', () => {
    // The raw deflate stream of `{}`.
    expect(encodeParcel({ ...HEAD, answer: true }, {}).map((payload) => payload.toString('hex'))).toEqual([
      '04' + '0d' + '01' + '01020304' + '0000' + '0001' + 'abae0500',
    ]);
  });

  it('comes back whole, in whatever order its parts arrive, and however often', () => {
    const value = { text: randomBytes(6000).toString('hex') };
    const parts = encodeParcel(HEAD, value).map((payload) => decodeParcelPart(payload));
    expect(parts.length).toBeGreaterThan(5);
    const whole = new ParcelParts();
    const results = [...parts.slice(1).reverse(), ...parts.slice(1), ...parts.slice(0, 1)].map(
      (part) => part && whole.take(part),
    );
    expect(results.slice(0, -1).every((result) => result === 'incomplete')).toBe(true);
    expect(results.at(-1)).toEqual({ value });
  });

  it('is at most a MiB of JSON', () => {
    expect(() => encodeParcel(HEAD, 'x'.repeat(1_048_575))).toThrow('longer than 1048576 bytes');
  });

  it('is broken where its bytes are no compressed JSON', () => {
    const part = { ...HEAD, part: 0, parts: 1, bytes: Buffer.from('no') };
    expect(new ParcelParts().take(part)).toBe('broken');
  });

  it('takes no part that lies outside of its parts', () => {
    for (const wrong of ['040d0201020304' + '00000001' + '03', '040d0001020304' + '00010001', '040d00010203'])
      expect(readIncoming(Buffer.from(wrong, 'hex'))).toEqual({ kind: 'refused', reason: 'malformed' });
  });

  it('never throws over bytes of any kind', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        const part = decodeParcelPart(Buffer.from([4, 13, ...bytes]));
        if (part !== undefined) new ParcelParts().take(part);
      }),
    );
  });
});
