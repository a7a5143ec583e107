import { describe, expect, test } from 'vitest';
import { NetlinkWriter } from '../../../src/netlink/attribute.js';
import {
  decodeLink,
  fillAddress,
  fillLocalRoute,
  fillNeighbour,
  fillLinkByName,
  RTM_DELADDR,
  RTM_DELNEIGH,
  RTM_GETLINK,
  RTM_NEWADDR,
  RTM_NEWLINK,
  RTM_NEWROUTE,
} from '../../../src/netlink/rtnetlink.js';

function written(type: number, fill: (writer: NetlinkWriter) => void): string {
  const writer = new NetlinkWriter();
  writer.begin(type, 5, 9);
  fill(writer);
  writer.end();
  return writer.take().toString('hex');
}

function hex(...parts: readonly string[]): string {
  return parts.join('').replaceAll(' ', '');
}

function message(type: number, ...parts: readonly string[]): Parameters<typeof decodeLink>[0] {
  return { type, flags: 0, seq: 0, body: Buffer.from(hex(...parts), 'hex') };
}

describe('requests', () => {
  test('RTM_NEWADDR of an IPv4 address: ifaddrmsg, IFA_LOCAL, IFA_ADDRESS', () => {
    const request = { index: 3, address: Buffer.from([192, 0, 2, 77]), prefixLength: 24 };
    expect(written(RTM_NEWADDR, fillAddress(request))).toBe(
      hex(
        '28000000 1400 0500 09000000 00000000',
        '02 18 00 00 03000000',
        '0800 0200 c000024d',
        '0800 0100 c000024d',
      ),
    );
  });

  test('RTM_DELADDR of an IPv6 address: without duplicate address detection (IFA_F_NODAD)', () => {
    const address = Buffer.from('20010db8000000000000000000000077', 'hex');
    expect(written(RTM_DELADDR, fillAddress({ index: 258, address, prefixLength: 64 }))).toBe(
      hex(
        '40000000 1500 0500 09000000 00000000',
        '0a 40 02 00 02010000',
        '1400 0200 20010db8000000000000000000000077',
        '1400 0100 20010db8000000000000000000000077',
      ),
    );
  });

  test('RTM_GETLINK by name', () => {
    expect(written(RTM_GETLINK, fillLinkByName('eth0'))).toBe(
      hex('2c000000 1200 0500 09000000 00000000', '00'.repeat(16), '0900 0300 6574683000 000000'),
    );
  });
});

test('what is known of a neighbour is forgotten', () => {
  expect(written(RTM_DELNEIGH, fillNeighbour(3, Buffer.from([192, 0, 2, 77])))).toBe(
    hex('24000000 1d00 0500 09000000 00000000', '02 00 0000 03000000 0000 00 00', '0800 0100 c000024d'),
  );
});

test('an IPv6 address is made our own by a route in the table local, with metric 1', () => {
  const address = Buffer.from('20010db8000000000000000000000064', 'hex');
  expect(written(RTM_NEWROUTE, fillLocalRoute(3, address))).toBe(
    hex(
      '40000000 1800 0500 09000000 00000000',
      '0a 80 00 00 ff 04 00 02 00000000',
      '1400 0100 20010db8000000000000000000000064',
      '0800 0400 03000000',
      '0800 0600 01000000',
    ),
  );
});

describe('answers', () => {
  test('a link: index, flags, name and hardware address, unknown attributes skipped', () => {
    const link = decodeLink(
      message(
        RTM_NEWLINK,
        '00 00 0100 02000000 43100100 00000000',
        '0900 0300 6574683000 000000',
        '0800 0400 dc050000',
        '0a00 0100 02005e100001 0000',
      ),
    );
    expect(link).toEqual({ index: 2, name: 'eth0', mac: Buffer.from('02005e100001', 'hex'), flags: 0x11043 });
  });

  test('other messages, short ones and attributes that do not fit are none', () => {
    expect(decodeLink(message(RTM_NEWADDR, '00'.repeat(16)))).toBeUndefined();
    expect(decodeLink(message(RTM_NEWLINK, '00'.repeat(15)))).toBeUndefined();
    expect(decodeLink(message(RTM_NEWLINK, '00'.repeat(16), 'ff00 0300'))).toBeUndefined();
  });
});
