/** Announced data channels, as the kernel tells them and as it is told of them. */
import { describe, expect, it } from 'vitest';
import {
  decodeExpectation,
  type Expectation,
  expectationKey,
  writeExpectation,
  writeExpectationName,
} from '../../../src/conntrack/expectation.js';
import { NetlinkWriter } from '../../../src/netlink/attribute.js';
import { bytes, digits } from '../netlink/bytes.js';
import { announcement, CLIENT, SERVER, VIP } from '../replication/samples.js';
import { ANNOUNCED, ANNOUNCED_V6 } from './told.js';

const v4 = (fill: number): Uint8Array => new Uint8Array(4).fill(fill);
const v6 = (text: string): Uint8Array => Uint8Array.from(bytes(text));

const TUPLE = `
  34000280                                                                    # CTA_EXPECT_TUPLE
    14000180 08000100 c6336407  08000200 c6336464
    1c000280 05000100 06000000  06000200 00000000  06000300 30390000
`;
const MASK = `
  34000380                                                                    # CTA_EXPECT_MASK
    14000180 08000100 ffffffff  08000200 ffffffff
    1c000280 05000100 06000000  06000200 00000000  06000300 ffff0000
`;
const MASTER = `
  34000180                                                                    # CTA_EXPECT_MASTER
    14000180 08000100 c6336407  08000200 c6336464
    1c000280 05000100 06000000  06000200 9c400000  06000300 00150000
`;
const NAT_TUPLE = `
    34000280                                                                  # CTA_EXPECT_NAT_TUPLE
      14000180 08000100 0ac81e0b  08000200 00000000
      1c000280 05000100 06000000  06000200 30390000  06000300 00000000
`;
const NAT = `40000a80 08000100 00000000 ${NAT_TUPLE}`; // CTA_EXPECT_NAT, the original direction
const FN = '16000b00 6e61742d666f6c6c6f772d6d6173746572000000'; // nat-follow-master

const decoded = (...attributes: readonly string[]): Expectation | undefined =>
  decodeExpectation(bytes(['02000000', ...attributes].join('\n')));

describe('an announced channel that the kernel tells', () => {
  it('has the control flow, what must match of the data flow, and its translation', () => {
    expect(decodeExpectation(ANNOUNCED.subarray(16))).toEqual({
      master: { src: CLIENT, dst: VIP, sport: 40_000, dport: 21 },
      tuple: { src: CLIENT, dst: VIP, sport: 0, dport: 20_000 },
      mask: { src: v4(255), dst: v4(255), sport: 0, dport: 0xffff },
      timeout: 300,
      flags: 0,
      class: 0,
      zone: 0,
      nat: { direction: 0, tuple: { src: v4(0), dst: v4(0), sport: 20_000, dport: 0 } },
      fn: 'nat-follow-master',
    });
  });

  it('is one of IPv6', () => {
    const [client, vip] = [v6('20010db8000000000000000000000007'), v6('20010db8000000000000000000000100')];
    expect(decodeExpectation(ANNOUNCED_V6.subarray(16))).toMatchObject({
      master: { src: client, dst: vip, sport: 40_000, dport: 21 },
      tuple: { src: client, dst: vip, sport: 0, dport: 20_000 },
      mask: { src: new Uint8Array(16).fill(255), sport: 0, dport: 0xffff },
      nat: { direction: 0, tuple: { src: new Uint8Array(16), sport: 20_000 } },
    });
  });

  it('needs the control flow, the tuple and the mask; the rest counts as nothing where it is missing', () => {
    expect(decoded(TUPLE, MASK, MASTER)).toEqual({
      master: { src: CLIENT, dst: VIP, sport: 40_000, dport: 21 },
      tuple: { src: CLIENT, dst: VIP, sport: 0, dport: 12_345 },
      mask: { src: v4(255), dst: v4(255), sport: 0, dport: 0xffff },
      timeout: 0,
      flags: 0,
      class: 0,
      zone: 0,
      nat: undefined,
      fn: '',
    });
    expect(decoded(MASK, MASTER)).toBeUndefined();
    expect(decoded(TUPLE, MASTER)).toBeUndefined();
    expect(decoded(TUPLE, MASK)).toBeUndefined();
    expect(decodeExpectation(Buffer.alloc(0))).toBeUndefined();
  });

  it('has time, flags, class and zone each in its own attribute, and passes over what it does not know', () => {
    expect(
      decoded(
        TUPLE,
        MASK,
        MASTER,
        '08000400 0000004d', // CTA_EXPECT_TIMEOUT
        '06000700 00050000', // CTA_EXPECT_ZONE
        '08000800 00000003', // CTA_EXPECT_FLAGS
        '08000900 00000002', // CTA_EXPECT_CLASS
        '08006300 ffffffff',
      ),
    ).toMatchObject({ timeout: 77, zone: 5, flags: 3, class: 2 });
  });

  it('that is cut off is none', () => {
    expect(decoded(TUPLE, MASK, MASTER, '08000400 0000')).toBeUndefined();
    expect(decoded(TUPLE, MASK, MASTER, '06000400 004d0000')).toBeUndefined();
  });

  it('has a translation only with the tuple of one; an unknown part of it is passed over', () => {
    expect(decoded(TUPLE, MASK, MASTER, '0c000a80 08000100 00000001')?.nat).toBeUndefined();
    expect(
      decoded(TUPLE, MASK, MASTER, `48000a80 08000100 00000001 ${NAT_TUPLE} 08000900 ffffffff`)?.nat,
    ).toEqual({
      direction: 1,
      tuple: { src: SERVER, dst: v4(0), sport: 12_345, dport: 0 },
    });
  });
});

describe('a kernel is told of an announced channel', () => {
  const written = (expectation: Expectation): string => {
    const writer = new NetlinkWriter();
    writeExpectation(writer, expectation);
    return writer.take().toString('hex');
  };
  const HEAD = `02000000 ${MASTER} ${TUPLE} ${MASK}`;

  it('with the control flow, the translation and the function that translates; without a helper', () => {
    expect(written(announcement())).toBe(
      digits(`${HEAD} 08000400 0000012c  08000800 00000000  08000900 00000000 ${NAT} ${FN}`),
    );
  });

  it('without a translation where there is none, with a zone where it is another than 0', () => {
    expect(
      written(announcement(40_000, 12_345, { nat: undefined, fn: '', flags: 3, class: 2, zone: 5 })),
    ).toBe(digits(`${HEAD} 08000400 0000012c  08000800 00000003  08000900 00000002  06000700 00050000`));
  });

  it('with a second of time at least', () => {
    expect(written(announcement(40_000, 12_345, { timeout: 0 }))).toContain(
      digits('08000400 00000001 08000800'),
    );
  });

  it('with the reply direction of the translation', () => {
    const { tuple } = announcement().nat!;
    expect(written(announcement(40_000, 12_345, { nat: { direction: 1, tuple } }))).toContain(
      digits(`40000a80 08000100 00000001 ${NAT_TUPLE}`),
    );
  });

  it('that it shall drop by the tuple alone', () => {
    const writer = new NetlinkWriter();
    writeExpectationName(writer, announcement());
    expect(writer.take().toString('hex')).toBe(digits(`02000000 ${TUPLE}`));
  });
});

it('two announcements are the same where control flow and channel are', () => {
  const key = expectationKey(announcement());
  expect(expectationKey(announcement(40_000, 12_345, { timeout: 7 }))).toBe(key);
  expect(expectationKey(announcement(40_000, 12_346))).not.toBe(key);
  expect(expectationKey(announcement(40_001, 12_345))).not.toBe(key);
});
