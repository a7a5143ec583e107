/** Addresses: one spelling each, and what cannot be anybody's own. */
import { describe, expect, it } from 'vitest';
import { insidePrefix, parseAddress, parseVirtualAddress } from '../../../src/config/address.js';

describe('an address', () => {
  it.each([
    ['192.0.2.2', '192.0.2.2'],
    ['2001:DB8:0:0:0:0:0:10', '2001:db8::10'],
    ['2001:0db8:0000:0001:0000:0000:0000:0001', '2001:db8:0:1::1'],
    // RFC 5952 §4.2.2 and §4.2.3: one group is not compressed; the first of two equal runs is.
    ['2001:db8:0:1:1:1:1:1', '2001:db8:0:1:1:1:1:1'],
    ['2001:db8:0:0:1:0:0:1', '2001:db8::1:0:0:1'],
    ['fe80::1', 'fe80::1'],
  ])('%s becomes %s', (text, value) => {
    expect(parseAddress(text)).toEqual({ ok: true, value });
  });

  it.each([
    ['192.0.2', 'write one like `192.0.2.2` or `2001:db8::2`'],
    ['192.0.02.1', 'write one like `192.0.2.2` or `2001:db8::2`'],
    ['', 'write one like `192.0.2.2` or `2001:db8::2`'],
    ['2001:db8::1/64', 'write `2001:db8::1`'],
    ['0.0.0.0', 'write a real address, such as `192.0.2.2`'],
    ['::', 'write a real address, such as `2001:db8::2`'],
    ['224.0.0.18', 'write the address of one host, such as `192.0.2.2`'],
    ['255.255.255.255', 'write the address of one host, such as `192.0.2.2`'],
    ['FF02::12', 'write the address of one host, such as `2001:db8::2`'],
    ['::ffff:192.0.2.1', 'write `192.0.2.1`'],
    ['::ffff:c000:201', 'write `192.0.2.1`'],
  ])('%j is refused: %s', (text, cure) => {
    expect(parseAddress(text)).toMatchObject({ ok: false, cure });
  });

  it.each([
    ['0.0.0.0', '0.0.0.0 means "no address"'],
    ['224.0.0.18', '224.0.0.18 is a multicast or broadcast address'],
    ['::FFFF:192.0.2.1', '::ffff:192.0.2.1 is an IPv4 address in an IPv6 spelling'],
    ['100%', '"100%" is not an IP address'],
    ['192.0.2.300/24', '"192.0.2.300/24" is not an IP address'],
  ])('%j is refused, as %s', (text, problem) => {
    expect(parseAddress(text)).toMatchObject({ ok: false, problem });
  });
});

describe('a virtual address', () => {
  it.each([
    ['192.0.2.10/24', { address: '192.0.2.10', prefixLength: 24, family: 4 }],
    ['192.0.2.0/31', { address: '192.0.2.0', prefixLength: 31, family: 4 }],
    ['192.0.2.0/32', { address: '192.0.2.0', prefixLength: 32, family: 4 }],
    ['128.0.0.10/1', { address: '128.0.0.10', prefixLength: 1, family: 4 }],
    ['10.0.1.0/16', { address: '10.0.1.0', prefixLength: 16, family: 4 }],
    ['2001:DB8::10/64', { address: '2001:db8::10', prefixLength: 64, family: 6 }],
    [
      '2001:db8::ffff:ffff:ffff:ffff/64',
      { address: '2001:db8::ffff:ffff:ffff:ffff', prefixLength: 64, family: 6 },
    ],
    ['2001:db8::/127', { address: '2001:db8::', prefixLength: 127, family: 6 }],
  ])('%s', (text, value) => {
    expect(parseVirtualAddress(text)).toEqual({ ok: true, value });
  });

  it.each([
    ['2001:db8::10', '2001:db8::10 lacks its prefix length'],
    ['192.0.2.10/', '"" is not a prefix length of IPv4'],
    ['192.0.2.10/0', '"0" is not a prefix length of IPv4'],
    ['192.0.2.10/x2', '"x2" is not a prefix length of IPv4'],
    ['192.0.2.10/2x', '"2x" is not a prefix length of IPv4'],
    ['192.0.2.10/33', '"33" is not a prefix length of IPv4'],
    ['2001:db8::10/129', '"129" is not a prefix length of IPv6'],
    ['192.0.2.0/24', '192.0.2.0 is the network address of its own /24'],
    ['192.0.2.255/24', '192.0.2.255 is the broadcast address of its own /24'],
    ['192.0.2.4/30', '192.0.2.4 is the network address of its own /30'],
    ['2001:db8:0:1::/64', '2001:db8:0:1:: is the network address of its own /64'],
    ['192.0.2.10/24/8', '"192.0.2.10/24/8" carries a prefix length, which does not belong here'],
    ['vip.example/24', '"vip.example" is not an IP address'],
  ])('%s is refused: %s', (text, problem) => {
    expect(parseVirtualAddress(text)).toMatchObject({ ok: false, problem });
  });

  it.each([
    ['192.0.2.10', 'write for instance `192.0.2.10/24`'],
    ['2001:db8::10', 'write for instance `2001:db8::10/64`'],
    ['2001:db8::10/0', 'write a number from 1 to 128, for instance `2001:db8::10/64`'],
    ['192.0.2.0/24', "write a host's address with the prefix length of its network, such as `192.0.2.10/24`"],
    [
      '2001:db8::/64',
      "write a host's address with the prefix length of its network, such as `2001:db8::10/64`",
    ],
  ])('%s is refused: %s', (text, cure) => {
    expect(parseVirtualAddress(text)).toMatchObject({ ok: false, cure });
  });

  it.each([
    ['10.0.0.200', true],
    ['10.0.1.1', false],
    ['2001:db8::1', false],
  ])('10.0.0.1/24 holds %s: %s', (address, inside) => {
    expect(insidePrefix(address, { address: '10.0.0.1', prefixLength: 24, family: 4 })).toBe(inside);
  });

  it('holds IPv6 addresses of its prefix', () => {
    const gateway = { address: '2001:db8:1::1', prefixLength: 64, family: 6 } as const;
    expect(insidePrefix('2001:db8:1::ffff', gateway)).toBe(true);
    expect(insidePrefix('2001:db8:1:1::1', gateway)).toBe(false);
  });
});
