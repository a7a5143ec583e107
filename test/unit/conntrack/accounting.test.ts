/** What ctnetlink says about a flow's traffic and age, byte by byte as the kernel lays it out. */
import { describe, expect, it } from 'vitest';
import { decodeFlow } from '../../../src/conntrack/flow.js';

/** struct nfgenmsg, CTA_TUPLE_ORIG 198.51.100.7:40000 > 198.51.100.100:21 and CTA_TUPLE_REPLY from 10.200.30.11:21. */
const FLOW =
  '02000000' +
  '34000180' + '14000180' + '08000100c6336407' + '08000200c6336464' + // CTA_TUPLE_IP
  '1c000280' + '0500010006000000' + '060002009c400000' + '0600030000150000' + // CTA_TUPLE_PROTO
  '34000280' + '14000180' + '080001000ac81e0b' + '08000200c6336407' +
  '1c000280' + '0500010006000000' + '0600020000150000' + '060003009c400000'; // prettier-ignore

const COUNTERS_ORIG = '1c000980' + '0c000100' + '0000000000000003' + '0c000200' + '00000001000000b4';
const COUNTERS_REPLY = '1c000a80' + '0c000100' + '0000000000000002' + '0c000200' + '0000000000000078';
/** 1,700,000,000.5 seconds after 1970 in nanoseconds. */
const TIMESTAMP = '10001480' + '0c000100' + '17979cfe53f76500';

function decoded(...attributes: readonly string[]) {
  return decodeFlow(Buffer.from(FLOW + attributes.join(''), 'hex'));
}

describe('a flow as the kernel tells it', () => {
  it('has the counters of both directions where the kernel counts (CTA_COUNTERS_ORIG, _REPLY), beyond 32 bits', () => {
    expect(decoded(COUNTERS_ORIG, COUNTERS_REPLY)).toMatchObject({
      countersOrig: { packets: 3, bytes: 4_294_967_476 },
      countersReply: { packets: 2, bytes: 120 },
    });
  });

  it('has its start in milliseconds of the wall clock (CTA_TIMESTAMP, nanoseconds)', () => {
    expect(decoded(TIMESTAMP)?.startedAt).toBeCloseTo(1_700_000_000_500, 2);
  });

  it('has neither where the kernel does not tell them, not even as undefined', () => {
    expect(Object.keys(decoded() ?? {})).toEqual([
      'orig',
      'reply',
      'status',
      'timeout',
      'tcp',
      'helper',
      'mark',
      'master',
      'seqAdjOrig',
      'seqAdjReply',
    ]);
  });

  it('counts what is cut off inside the attribute as 0, and reads the rest', () => {
    const cut = '18000980' + '0c000100' + '0000000000000003' + '08000200' + '000000b4';
    expect(decoded(cut, COUNTERS_REPLY)).toMatchObject({
      countersOrig: { packets: 3, bytes: 0 },
      countersReply: { packets: 2, bytes: 120 },
    });
  });

  it('has no start where the attribute is cut off', () => {
    expect(decoded('0c001480' + '08000100' + '17979cfe')?.startedAt).toBeUndefined();
  });

  it('has them also where a newer kernel tells more inside, before or behind', () => {
    const [packets, octets, pad] = [
      '0c000100' + '0000000000000003',
      '0c000200' + '00000000000000b4',
      '04000500',
    ];
    const unknown = '0c000900' + 'ffffffffffffffff';
    const known = { packets: 3, bytes: 180 };
    expect(decoded('2c000980', unknown, packets, octets, pad)?.countersOrig).toEqual(known);
    expect(decoded('2c000980', packets, octets, pad, unknown)?.countersOrig).toEqual(known);
  });

  it('has its start also where the end is told before it (CTA_TIMESTAMP_STOP)', () => {
    const both = '1c001480' + '0c000200' + '1fffffffffffffff' + '0c000100' + '17979cfe53f76500';
    expect(decoded(both)?.startedAt).toBeCloseTo(1_700_000_000_500, 2);
    expect(decoded('10001480' + '0c000200' + '17979cfe53f76500')?.startedAt).toBeUndefined();
  });
});
