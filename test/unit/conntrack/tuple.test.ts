/** One direction of a TCP connection: read, written, compared, shown. */
import { describe, expect, it } from 'vitest';
import {
  familyOf,
  formatTuple,
  inverse,
  readTuple,
  sameBytes,
  sameTuple,
  type Tuple,
  tupleKey,
  writeTuple,
} from '../../../src/conntrack/tuple.js';
import { AttributeCursor, NetlinkWriter } from '../../../src/netlink/attribute.js';
import { bytes, digits } from '../netlink/bytes.js';

const V4: Tuple = {
  src: Uint8Array.of(192, 0, 2, 7),
  dst: Uint8Array.of(192, 0, 2, 10),
  sport: 40_112,
  dport: 21,
};
const V6: Tuple = {
  src: Uint8Array.from(bytes('20010db8000000000000000000000007')),
  dst: Uint8Array.from(bytes('20010db8000000000000000000000100')),
  sport: 40_112,
  dport: 21,
};

/** The tuple and every one that differs from it in a single byte of an address or in a port. */
function neighbours(tuple: Tuple): Tuple[] {
  const changed = (address: Uint8Array, at: number): Uint8Array =>
    address.map((byte, index) => (index === at ? byte ^ 0x5a : byte));
  const places = [...tuple.src.keys()];
  return [
    ...places.map((at) => ({ ...tuple, src: changed(tuple.src, at) })),
    ...places.map((at) => ({ ...tuple, dst: changed(tuple.dst, at) })),
    { ...tuple, sport: 40_113 },
    { ...tuple, dport: 22 },
  ];
}

describe.each([
  ['IPv4', V4],
  ['IPv6', V6],
] as const)('a tuple of %s', (_, tuple) => {
  const copy = { ...tuple, src: Uint8Array.from(tuple.src), dst: Uint8Array.from(tuple.dst) };

  it('is the same as its copy, and another with any byte or port changed', () => {
    expect(sameTuple(tuple, copy)).toBe(true);
    expect(neighbours(tuple).filter((other) => sameTuple(tuple, other))).toEqual([]);
  });

  it('has a key of its own: no two of all its neighbours share one', () => {
    expect(tupleKey(copy)).toBe(tupleKey(tuple));
    const keys = [tuple, inverse(tuple), ...neighbours(tuple)].map(tupleKey);
    expect(new Set(keys).size).toBe(keys.length);
  });

  it('seen from the other end has both ends exchanged', () => {
    expect(inverse(tuple)).toEqual({ src: tuple.dst, dst: tuple.src, sport: 21, dport: 40_112 });
  });
});

it('the family of a tuple is that of its addresses', () => {
  expect([familyOf(V4), familyOf(V6)]).toEqual([4, 6]);
});

it('addresses are the same only with the same length', () => {
  expect(sameBytes(Uint8Array.of(1, 2), Uint8Array.of(1, 2, 3))).toBe(false);
  expect(sameBytes(Uint8Array.of(1, 2, 3), Uint8Array.of(1, 2))).toBe(false);
  expect(sameBytes(Uint8Array.of(1, 2, 3), Uint8Array.of(1, 2, 3))).toBe(true);
});

it('a log shows a tuple with its ports, and IPv6 in brackets', () => {
  expect(formatTuple(V4)).toBe('192.0.2.7:40112 > 192.0.2.10:21');
  expect(formatTuple(V6)).toBe('[2001:db8::7]:40112 > [2001:db8::100]:21');
});

describe('a written tuple', () => {
  const written = (type: number, tuple: Tuple): string => {
    const writer = new NetlinkWriter();
    writeTuple(writer, type, tuple);
    return writer.take().toString('hex');
  };

  it('of IPv4 has CTA_IP_V4_SRC and _DST', () => {
    expect(written(1, V4)).toBe(
      digits(`34000180 14000180 08000100 c0000207  08000200 c000020a
                       1c000280 05000100 06000000  06000200 9cb00000  06000300 00150000`),
    );
  });

  it('of IPv6 has CTA_IP_V6_SRC and _DST', () => {
    expect(written(14, V6)).toBe(
      digits(`4c000e80 2c000180 14000300 20010db8000000000000000000000007
                                14000400 20010db8000000000000000000000100
                       1c000280 05000100 06000000  06000200 9cb00000  06000300 00150000`),
    );
  });
});

describe('a tuple of the kernel', () => {
  const IP = '14000180 08000100 c0000207 08000200 c000020a';
  const PROTO = '1c000280 05000100 06000000 06000200 9cb00000 06000300 00150000';
  const read = (...attributes: readonly string[]): Tuple | undefined =>
    readTuple(new AttributeCursor(bytes(attributes.join(' '))));

  it('has its addresses and ports', () => {
    expect(read(IP, PROTO)).toEqual(V4);
    expect(
      read(
        '2c000180 14000300 20010db8000000000000000000000007 14000400 20010db8000000000000000000000100',
        PROTO,
      ),
    ).toEqual(V6);
  });

  it('is none where it is of another protocol than TCP, or of none', () => {
    expect(read(IP, '1c000280 05000100 11000000 06000200 9cb00000 06000300 00150000')).toBeUndefined();
    expect(read(IP)).toBeUndefined();
    expect(read(IP, '14000280 06000200 00060000 06000300 00060000')).toBeUndefined();
  });

  it('has port 0 where none is told', () => {
    expect(read(IP, '0c000280 05000100 06000000')).toEqual({ ...V4, sport: 0, dport: 0 });
  });

  it('is none where an address is missing, is no address, or is of the other family', () => {
    expect(read(PROTO)).toBeUndefined();
    expect(read('0c000180 08000100 c0000207', PROTO)).toBeUndefined();
    expect(read('0c000180 08000200 c000020a', PROTO)).toBeUndefined();
    expect(read('14000180 06000100 c0000000 06000200 c0000000', PROTO)).toBeUndefined();
    expect(
      read('20000180 08000100 c0000207 14000400 20010db8000000000000000000000100', PROTO),
    ).toBeUndefined();
  });

  it('is none where it is cut off', () => {
    expect(read(IP, PROTO, '0800')).toBeUndefined();
    expect(read(IP, PROTO, '09000300 00150000')).toBeUndefined();
  });

  it('is read past attributes of newer kernels: a zone, and what may come inside', () => {
    expect(
      read(
        '1c000180 08000100 c0000207 08000200 c000020a 08000900 ffffffff',
        '24000280 05000100 06000000 06000200 9cb00000 06000300 00150000 06000900 ffff0000',
        '06000300 00050000', // CTA_TUPLE_ZONE
        '0c000980 05000100 11000000',
      ),
    ).toEqual(V4);
  });
});
