/** struct sockaddr byte by byte as the kernel headers lay it out, and IP addresses as RFC 5952 writes them. */
import { isIP } from 'node:net';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  decodeInet,
  decodeLinkLayer,
  decodeNetlink,
  decodeUnix,
  familyOf,
  formatAddress,
  inet,
  linkLayer,
  netlinkAddress,
  parseAddress,
  unix,
} from '../../../src/sockaddr.js';

function hex(bytes: Uint8Array | undefined): string | undefined {
  return bytes && Buffer.from(bytes).toString('hex');
}

function bytes(text: string): Buffer {
  return Buffer.from(text.replaceAll(' ', ''), 'hex');
}

// Host order in the literals below is little-endian, as on every machine these tests run on.
describe('encoders', () => {
  it('writes struct sockaddr_in', () => {
    expect(inet('192.0.2.33', 21)).toEqual(bytes('0200 0015 c0000221 0000000000000000'));
  });

  it('writes struct sockaddr_in6 with its scope', () => {
    expect(inet('fe80::1', 3000, 2)).toEqual(
      bytes('0a00 0bb8 00000000 fe800000000000000000000000000001 02000000'),
    );
    expect(inet('2001:db8::5', 65535)).toEqual(
      bytes('0a00 ffff 00000000 20010db8000000000000000000000005 00000000'),
    );
  });

  it('writes struct sockaddr_nl', () => {
    expect(netlinkAddress(0x01020304, 0x80000001)).toEqual(bytes('1000 0000 04030201 01000080'));
    expect(netlinkAddress()).toEqual(bytes('1000 0000 00000000 00000000'));
  });

  it('writes struct sockaddr_ll', () => {
    expect(linkLayer({ ifindex: 3, protocol: 0x0806, mac: bytes('02aabbccddee') })).toEqual(
      bytes('1100 0806 03000000 0000 00 06 02aabbccddee0000'),
    );
    expect(linkLayer({ ifindex: 258, protocol: 3 })).toEqual(
      bytes('1100 0003 02010000 0000 00 00 0000000000000000'),
    );
  });

  it('writes struct sockaddr_un: a path ends with NUL, an abstract name begins with one', () => {
    expect(unix('/dev/log')).toEqual(bytes('0100 2f6465762f6c6f67 00'));
    expect(unix('\0ab')).toEqual(bytes('0100 00 6162'));
  });

  it('takes paths of 107 bytes and abstract names of 108, and no longer ones', () => {
    expect(unix('/'.repeat(107)).length).toBe(110);
    expect(() => unix('/'.repeat(108))).toThrow(RangeError);
    expect(unix(`\0${'a'.repeat(107)}`).length).toBe(110);
    expect(() => unix(`\0${'a'.repeat(108)}`)).toThrow(RangeError);
    // Two bytes each in UTF-8.
    expect(() => unix('ö'.repeat(54))).toThrow(RangeError);
  });

  it.each([
    ['a name instead of an address', () => inet('localhost', 1)],
    ['a zone', () => inet('fe80::1%eth0', 1)],
    ['a port that does not fit', () => inet('192.0.2.1', 65536)],
    ['a negative scope', () => inet('::1', 1, -1)],
    ['a link-layer address of nine bytes', () => linkLayer({ ifindex: 1, protocol: 1, mac: new Uint8Array(9) })],
    ['an empty path', () => unix('')],
    ['NUL inside a path', () => unix('/tmp/a\0b')],
    ['an address of five bytes', () => formatAddress(new Uint8Array(5))],
  ])('refuses %s', (_, encode) => {
    expect(encode).toThrow(RangeError);
  });
});

describe('decoders', () => {
  it('reads both Internet families', () => {
    expect(decodeInet(bytes('0200 0015 c0000221 0000000000000000'))).toEqual({
      address: '192.0.2.33',
      port: 21,
      scopeId: 0,
    });
    expect(decodeInet(bytes('0a00 0bb8 12345678 fe800000000000000000000000000001 02000000'))).toEqual({
      address: 'fe80::1',
      port: 3000,
      scopeId: 2,
    });
  });

  it('reads a view in the middle of something larger', () => {
    const whole = Uint8Array.from(bytes('ffff 0200 0015 c0000221 0000000000000000 ffff'));
    expect(decodeInet(whole.subarray(2, 18))?.address).toBe('192.0.2.33');
  });

  it('reads netlink addresses', () => {
    expect(decodeNetlink(bytes('1000 0000 04030201 01000080'))).toEqual({ pid: 0x01020304, groups: 0x80000001 });
  });

  it('reads link-layer addresses with and without padding', () => {
    const ethernet = { ifindex: 3, protocol: 0x0806, hatype: 1, pkttype: 4, mac: bytes('02aabbccddee') };
    expect(decodeLinkLayer(bytes('1100 0806 03000000 0100 04 06 02aabbccddee0000'))).toEqual(ethernet);
    expect(decodeLinkLayer(bytes('1100 0806 03000000 0100 04 06 02aabbccddee'))).toEqual(ethernet);
  });

  it('reads Unix names: path, abstract, none', () => {
    expect(decodeUnix(bytes('0100 2f6465762f6c6f67 00'))).toBe('/dev/log');
    expect(decodeUnix(bytes('0100 00 6162'))).toBe('\0ab');
    expect(decodeUnix(bytes('0100'))).toBe('');
  });

  it('answers undefined to another family and to what is too short', () => {
    const decoders = [decodeInet, decodeNetlink, decodeLinkLayer, decodeUnix];
    for (const decode of decoders) {
      expect(decode(bytes(''))).toBeUndefined();
      expect(decode(bytes('02'))).toBeUndefined();
      expect(decode(bytes('6300' + '00'.repeat(40)))).toBeUndefined();
    }
    expect(decodeInet(bytes('0200 0015 c0000221 00000000000000'))).toBeUndefined();
    expect(decodeInet(bytes('0a00 0bb8 00000000 fe800000000000000000000000000001 020000'))).toBeUndefined();
    expect(decodeNetlink(bytes('1000 0000 04030201 010000'))).toBeUndefined();
    expect(decodeLinkLayer(bytes('1100 0806 03000000 0100 04 06 02aabbccdd'))).toBeUndefined();
  });

  it('tells the family', () => {
    expect(familyOf(bytes('1100 0000'))).toBe(17);
    expect(familyOf(bytes(''))).toBeUndefined();
  });
});

describe('addresses as text', () => {
  // RFC 5952 §4 and §5, with the canonical form on the right.
  it.each([
    ['192.0.2.1', 'c0000201', '192.0.2.1'],
    ['0.0.0.0', '00000000', '0.0.0.0'],
    ['255.255.255.255', 'ffffffff', '255.255.255.255'],
    ['::', '00000000000000000000000000000000', '::'],
    ['::1', '00000000000000000000000000000001', '::1'],
    ['1::', '00010000000000000000000000000000', '1::'],
    ['2001:0DB8::0001', '20010db8000000000000000000000001', '2001:db8::1'],
    // §4.2.1: as short as possible
    ['2001:db8:0:0:0:0:2:1', '20010db8000000000000000000020001', '2001:db8::2:1'],
    // §4.2.2: one zero group is not shortened
    ['2001:db8::1:1:1:1:1', '20010db8000000010001000100010001', '2001:db8:0:1:1:1:1:1'],
    // §4.2.3: the longest run, the first of equals
    ['2001:0:0:1:0:0:0:1', '20010000000000010000000000000001', '2001:0:0:1::1'],
    ['2001:db8:0:0:1:0:0:1', '20010db8000000000001000000000001', '2001:db8::1:0:0:1'],
    // §4.3: lower case
    ['2001:DB8::ABCD:EF', '20010db8000000000000 0000abcd00ef', '2001:db8::abcd:ef'],
    // §5: IPv4-mapped
    ['::ffff:c000:0201', '00000000000000000000ffffc0000201', '::ffff:192.0.2.1'],
    ['::FFFF:192.0.2.1', '00000000000000000000ffffc0000201', '::ffff:192.0.2.1'],
    ['64:ff9b::192.0.2.33', '0064ff9b0000000000000000c0000221', '64:ff9b::c000:221'],
    ['1:2:3:4:5:6:7:8', '00010002000300040005000600070008', '1:2:3:4:5:6:7:8'],
    ['1:2:3:4:5:6:7::', '00010002000300040005000600070000', '1:2:3:4:5:6:7:0'],
    ['::2:3:4:5:6:7:8', '00000002000300040005000600070008', '0:2:3:4:5:6:7:8'],
  ])('%s', (text, wire, canonical) => {
    expect(hex(parseAddress(text))).toBe(wire.replaceAll(' ', ''));
    expect(formatAddress(bytes(wire))).toBe(canonical);
  });

  it.each([
    '',
    ' ',
    'localhost',
    '1.2.3',
    '1.2.3.4.5',
    '256.1.1.1',
    '01.2.3.4',
    '1.2.3.4 ',
    '1.2.3.4/24',
    ':',
    ':::',
    '1::2::3',
    '12345::',
    'fe80::1%eth0',
    '::1%1',
    '[::1]',
    '1:2:3:4:5:6:7',
    '1:2:3:4:5:6:7:8:9',
    '::1.2.3',
  ])('%j is no address', (text) => {
    expect(parseAddress(text)).toBeUndefined();
  });

  const ipv6 = fc.oneof(
    fc.uint8Array({ minLength: 16, maxLength: 16 }),
    // Mostly zero groups, so that runs of every length and place are met.
    fc
      .array(fc.constantFrom(0, 0, 0, 1, 0xa0, 0xffff), { minLength: 8, maxLength: 8 })
      .map((groups) => Uint8Array.from(groups.flatMap((group) => [group >> 8, group & 0xff]))),
  );

  it('format, then parse, gives the same bytes', () => {
    fc.assert(
      fc.property(fc.oneof(ipv6, fc.uint8Array({ minLength: 4, maxLength: 4 })), (address) => {
        expect(hex(parseAddress(formatAddress(address)))).toBe(hex(address));
      }),
    );
  });

  it('every text that node:net takes for an address without a zone is one, and nothing else', () => {
    const text = fc.oneof(fc.ipV4(), fc.ipV6(), fc.string({ unit: fc.constantFrom('0', '1', '2', '3', '.', ':', 'a', 'f', '%') }));
    fc.assert(
      fc.property(text, (candidate) => {
        const family = candidate.includes('%') ? 0 : isIP(candidate);
        expect(parseAddress(candidate)?.length ?? 0).toBe({ 0: 0, 4: 4, 6: 16 }[family]);
      }),
    );
  });

  it('agrees with how the URL standard writes IPv6, which has the same rules but for mapped addresses', () => {
    fc.assert(
      fc.property(ipv6, (address) => {
        const text = formatAddress(address);
        fc.pre(!text.includes('.'));
        expect(new URL(`http://[${text}]/`).hostname).toBe(`[${text}]`);
      }),
    );
  });

  it('reads every spelling that the URL standard reads, to the same address', () => {
    fc.assert(
      fc.property(fc.ipV6(), (spelling) => {
        const canonical = new URL(`http://[${spelling}]/`).hostname.slice(1, -1);
        expect(hex(parseAddress(spelling))).toBe(hex(parseAddress(canonical)));
      }),
    );
  });
});
