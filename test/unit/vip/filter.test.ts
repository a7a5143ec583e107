import { describe, expect, test } from 'vitest';
import { arpAnnouncements, arpProbe } from '../../../src/vip/arp.js';
import { addressBytes } from '../../../src/vip/bytes.js';
import { arpFilter, neighbourFilter } from '../../../src/vip/filter.js';
import { neighbourAdvertisement, neighbourProbe } from '../../../src/vip/neighbour.js';

const MAC = Buffer.from('02005e100001', 'hex');

/** What the kernel does with the few instructions in use (Documentation/networking/filter.rst). */
function run(program: Buffer, frame: Buffer): number {
  let accumulator = 0;
  for (let at = 0; at < program.length; at += 8) {
    const value = program.readUInt32LE(at + 4);
    switch (program.readUInt16LE(at)) {
      case 0x28:
        accumulator = frame.readUInt16BE(value);
        break;
      case 0x20:
        accumulator = frame.readUInt32BE(value);
        break;
      case 0x30:
        accumulator = frame.readUInt8(value);
        break;
      case 0x15:
        at += 8 * program.readUInt8(accumulator === value ? at + 2 : at + 3);
        break;
      case 0x06:
        return value;
      default:
        throw new Error('unknown instruction');
    }
  }
  throw new Error('ran off the end');
}

describe('the ARP filter', () => {
  const filter = arpFilter(['192.0.2.77', '192.0.2.78'].map(addressBytes));

  test('lets claims of our addresses in, whole', () => {
    expect(run(filter, arpAnnouncements(MAC, '192.0.2.77')[0]!)).toBe(262_144);
    expect(run(filter, arpAnnouncements(MAC, '192.0.2.78')[1]!)).toBe(262_144);
  });

  test('keeps everything else out', () => {
    expect(run(filter, arpAnnouncements(MAC, '192.0.2.79')[0]!)).toBe(0);
    expect(run(filter, arpProbe(MAC, '192.0.2.77'))).toBe(0);
    expect(run(filter, neighbourAdvertisement(MAC, '2001:db8::77'))).toBe(0);
  });
});

describe('the neighbour filter', () => {
  const filter = neighbourFilter([addressBytes('2001:db8::77')]);

  test('lets advertisements of our addresses in, whole', () => {
    expect(run(filter, neighbourAdvertisement(MAC, '2001:db8::77'))).toBe(262_144);
  });

  test('keeps everything else out', () => {
    expect(run(filter, neighbourAdvertisement(MAC, '2001:db8::78'))).toBe(0);
    expect(run(filter, neighbourProbe(MAC, '2001:db8::77'))).toBe(0);
    expect(run(filter, arpAnnouncements(MAC, '192.0.2.77')[0]!)).toBe(0);
  });
});

test('the first instructions, as the kernel reads them', () => {
  expect(arpFilter([addressBytes('192.0.2.77')]).toString('hex')).toBe(
    [
      '2800 00 00 0c000000',
      '1500 01 00 06080000',
      '0600 00 00 00000000',
      '2000 00 00 1c000000',
      '1500 00 01 4d0200c0',
      '0600 00 00 00000400',
      '0600 00 00 00000000',
    ]
      .join('')
      .replaceAll(' ', ''),
  );
});
