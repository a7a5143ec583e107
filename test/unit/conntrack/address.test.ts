import { describe, expect, it } from 'vitest';
import { addressAt } from '../../../src/conntrack/address.js';

describe('a shared address', () => {
  const datagram = Uint8Array.from([9, 198, 51, 100, 7, 198, 51, 100, 7, 198, 51, 100, 8]);

  it('is the same array for the same bytes, wherever they stand', () => {
    expect(addressAt(datagram, 1, 4)).toEqual(Uint8Array.from([198, 51, 100, 7]));
    expect(addressAt(datagram, 5, 4)).toBe(addressAt(datagram, 1, 4));
    expect(addressAt(datagram, 9, 4)).toEqual(Uint8Array.from([198, 51, 100, 8]));
  });

  it('does not change with the datagram that it was read from', () => {
    const bytes = Uint8Array.from([192, 0, 2, 1]);
    const address = addressAt(bytes, 0, 4);
    bytes[3] = 2;
    expect(address).toEqual(Uint8Array.from([192, 0, 2, 1]));
    expect(addressAt(bytes, 0, 4)).toEqual(Uint8Array.from([192, 0, 2, 2]));
  });

  it('is right also where more addresses come than are remembered', () => {
    const bytes = new Uint8Array(4);
    for (let address = 0; address < 20_000; address++) {
      new DataView(bytes.buffer).setUint32(0, address);
      expect(new DataView(addressAt(bytes, 0, 4).buffer).getUint32(0)).toBe(address);
    }
  });

  it('of IPv6 is none of IPv4 that begins alike', () => {
    const bytes = new Uint8Array(16);
    expect([addressAt(bytes, 0, 16).length, addressAt(bytes, 0, 4).length]).toEqual([16, 4]);
  });

  it('is remembered beside others, whatever stands behind it in the datagram', () => {
    const clients = Array.from({ length: 16 }, (_, last) => Uint8Array.of(198, 51, 100, last + 1, last));
    const first = clients.map((bytes) => addressAt(bytes, 0, 4));
    expect(clients.map((bytes) => addressAt(bytes, 0, 4)).every((again, at) => again === first[at])).toBe(
      true,
    );
    expect(addressAt(Uint8Array.of(198, 51, 100, 1, 77), 0, 4)).toBe(first[0]);
  });

  it('of IPv4 is no IPv6 one that begins alike and lies in the same slot', () => {
    const longer = Uint8Array.of(0x20, 1, 0x0d, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x06, 0x27);
    expect(addressAt(longer, 0, 16)).toEqual(longer);
    expect(addressAt(longer, 0, 4)).toEqual(Uint8Array.of(0x20, 1, 0x0d, 0xb8));
  });
});
