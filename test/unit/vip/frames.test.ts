import { describe, expect, test } from 'vitest';
import { arpAnnouncements, arpClaim, arpProbe } from '../../../src/vip/arp.js';
import { neighbourAdvertisement, neighbourClaim, neighbourProbe } from '../../../src/vip/neighbour.js';
import { macText } from '../../../src/vip/bytes.js';

const MAC = Buffer.from('02005e100001', 'hex');
const OTHER = Buffer.from('02005e100002', 'hex');

function hex(...parts: readonly string[]): string {
  return parts.join('').replaceAll(' ', '');
}

const ETHERNET_ARP = 'ffffffffffff 02005e100001 0806';
const ARP_HEADER = '0001 0800 06 04';

describe('ARP', () => {
  test('an announcement is a request and a reply, both from the address to itself (RFC 5227 §3)', () => {
    expect(arpAnnouncements(MAC, '192.0.2.77').map((frame) => frame.toString('hex'))).toEqual([
      hex(ETHERNET_ARP, ARP_HEADER, '0001', '02005e100001 c000024d', '000000000000 c000024d'),
      hex(ETHERNET_ARP, ARP_HEADER, '0002', '02005e100001 c000024d', 'ffffffffffff c000024d'),
    ]);
  });

  test('a probe claims no address (RFC 5227 §2.1.1)', () => {
    expect(arpProbe(MAC, '192.0.2.77').toString('hex')).toBe(
      hex(ETHERNET_ARP, ARP_HEADER, '0001', '02005e100001 00000000', '000000000000 c000024d'),
    );
  });

  test('the claim of a reply or an announcement is its sender', () => {
    const reply = Buffer.from(
      hex(
        '02005e100001 02005e100002 0806',
        ARP_HEADER,
        '0002',
        '02005e100002 c000024d',
        '02005e100001 00000000',
      ),
      'hex',
    );
    expect(arpClaim(reply)).toEqual({ mac: OTHER, address: Buffer.from([192, 0, 2, 77]) });
    expect(arpClaim(arpAnnouncements(MAC, '192.0.2.77')[0]!)).toEqual({
      mac: MAC,
      address: Buffer.from([192, 0, 2, 77]),
    });
  });

  test('a probe, a short frame and another protocol claim nothing', () => {
    expect(arpClaim(arpProbe(MAC, '192.0.2.77'))).toBeUndefined();
    expect(arpClaim(arpAnnouncements(MAC, '192.0.2.77')[0]!.subarray(0, 41))).toBeUndefined();
    const other = arpAnnouncements(MAC, '192.0.2.77')[0]!;
    other.writeUInt16BE(0x0800, 12);
    expect(arpClaim(other)).toBeUndefined();
  });
});

describe('neighbour discovery', () => {
  test('an unsolicited advertisement goes to all nodes and overrides (RFC 4861 §7.2.6)', () => {
    expect(neighbourAdvertisement(MAC, '2001:db8::77').toString('hex')).toBe(
      hex(
        '333300000001 02005e100001 86dd',
        '60000000 0020 3a ff 20010db8000000000000000000000077 ff020000000000000000000000000001',
        '88 00 1a2e a0000000 20010db8000000000000000000000077 0201 02005e100001',
      ),
    );
  });

  test('a probe comes from the unspecified address and goes to the solicited-node group', () => {
    expect(neighbourProbe(MAC, '2001:db8::77').toString('hex')).toBe(
      hex(
        '3333ff000077 02005e100001 86dd',
        '60000000 0018 3a ff 00000000000000000000000000000000 ff0200000000000000000001ff000077',
        '87 00 4c01 00000000 20010db8000000000000000000000077',
      ),
    );
  });

  test('the claim of an advertisement is its target, and the frame says who', () => {
    expect(neighbourClaim(neighbourAdvertisement(MAC, '2001:db8::77'))).toEqual({
      mac: MAC,
      address: Buffer.from('20010db8000000000000000000000077', 'hex'),
    });
  });

  test('a solicitation claims nothing, nor does anything that has passed a router', () => {
    expect(neighbourClaim(neighbourProbe(MAC, '2001:db8::77'))).toBeUndefined();
    const routed = neighbourAdvertisement(MAC, '2001:db8::77');
    routed.writeUInt8(254, 21);
    expect(neighbourClaim(routed)).toBeUndefined();
    expect(neighbourClaim(neighbourAdvertisement(MAC, '2001:db8::77').subarray(0, 77))).toBeUndefined();
  });

  test('a claim needs no option: the advertisement may end behind its target', () => {
    expect(neighbourClaim(neighbourAdvertisement(MAC, '2001:db8::77').subarray(0, 78))).toEqual({
      mac: MAC,
      address: Buffer.from('20010db8000000000000000000000077', 'hex'),
    });
  });

  test.each([
    ['of another protocol than IPv6', 12, '0800'],
    ['of another version of IP', 14, '40'],
    ['with another header than ICMPv6 behind it', 20, '11'],
    ['past a router', 21, 'fe'],
    ['of another kind of ICMPv6', 54, '89'],
  ])('a frame %s claims nothing', (_, at, bytes) => {
    const frame = neighbourAdvertisement(MAC, '2001:db8::77');
    frame.set(Buffer.from(bytes, 'hex'), at);
    expect(neighbourClaim(frame)).toBeUndefined();
  });

  test('a checksum of 0 is sent as it is: only UDP has another word for it', () => {
    const frame = neighbourAdvertisement(MAC, '2001:db8::d8e');
    expect(frame.subarray(54, 62).toString('hex')).toBe('88000000a0000000');
  });
});

test('a hardware address in words', () => {
  expect(macText(MAC)).toBe('02:00:5e:10:00:01');
});
