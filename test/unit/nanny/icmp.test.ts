import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { checksum, decodeEchoReply, encodeEchoRequest } from '../../../src/nanny/icmp.js';

/** An IPv4 header of 20 bytes, of which only the first byte is looked at. */
const ipHeader = `45${'00'.repeat(19)}`;

function bytes(hex: string): Buffer {
  return Buffer.from(hex.replaceAll(' ', ''), 'hex');
}

describe('echo messages', () => {
  it('sums as the example of RFC 1071 §3', () => {
    // The RFC sums these words to ddf2; the checksum is its complement.
    expect(checksum(bytes('0001 f203 f4f5 f6f7'))).toBe(0x220d);
  });

  it('pads an odd last byte with zero', () => {
    expect(checksum(bytes('01'))).toBe(0xfeff);
  });

  it('writes an ICMP request: type 8, checksum, identifier, sequence, payload', () => {
    expect(encodeEchoRequest(4, 0x1234, 0x0007).toString('hex')).toBe(
      '0800' + 'b2ae' + '1234' + '0007' + Buffer.from('ftpair echo').toString('hex'),
    );
  });

  it('writes an ICMPv6 request: type 128, and leaves the checksum to the kernel', () => {
    expect(encodeEchoRequest(6, 0x1234, 0x0007).toString('hex')).toBe(
      '8000' + '0000' + '1234' + '0007' + Buffer.from('ftpair echo').toString('hex'),
    );
  });

  it('reads an ICMP reply behind its IP header', () => {
    // ~(0x1234 + 0x0007)
    expect(decodeEchoReply(4, bytes(`${ipHeader} 0000 edc4 1234 0007`))).toEqual({
      ok: true,
      identifier: 0x1234,
      sequence: 7,
    });
  });

  it('reads an ICMP reply behind an IP header with options', () => {
    const header = `46${'00'.repeat(23)}`;
    expect(decodeEchoReply(4, bytes(`${header} 0000 edc4 1234 0007`))).toMatchObject({ sequence: 7 });
  });

  it('reads an ICMPv6 reply, which comes without a header', () => {
    expect(decodeEchoReply(6, bytes('8100 0000 1234 0007'))).toEqual({
      ok: true,
      identifier: 0x1234,
      sequence: 7,
    });
  });

  it.each([
    ['short', 4, ''],
    ['short', 4, ipHeader],
    ['short', 4, `${ipHeader} 0000 edc4 1234 00`],
    ['short', 4, `44${'00'.repeat(19)} 0000 edc4 1234 0007`],
    ['short', 6, '8100 0000 1234 00'],
    ['notEchoReply', 4, `${ipHeader} 0800 e5c4 1234 0007`],
    ['notEchoReply', 4, `${ipHeader} 0001 edc3 1234 0007`],
    ['notEchoReply', 6, '8000 0000 1234 0007'],
    ['checksum', 4, `${ipHeader} 0000 edc5 1234 0007`],
  ] as const)('refuses as %s: family %i, %s', (reason, family, hex) => {
    expect(decodeEchoReply(family, bytes(hex))).toEqual({ ok: false, reason });
  });

  it('never throws on random bytes', () => {
    fc.assert(
      fc.property(fc.constantFrom(4 as const, 6 as const), fc.uint8Array(), (family, packet) => {
        const decoded = decodeEchoReply(family, Buffer.from(packet));
        expect(typeof decoded.ok).toBe('boolean');
      }),
    );
  });
});
