import { describe, expect, it } from 'vitest';
import {
  announcement,
  controlFlow,
  dataFlow,
  operationsOf,
  STAGES,
} from '../../../bench/replication/sessions.js';
import { formatTuple } from '../../../../src/conntrack/tuple.js';

const service = { vip: Buffer.from([198, 51, 100, 100]), server: Buffer.from([10, 200, 30, 11]) };

describe('a session that is made up', () => {
  it('has a control flow to the VIP, translated to the server, with helper, mark and offsets', () => {
    const { orig, reply, helper, mark, seqAdjReply, status } = controlFlow(3, service);
    expect(formatTuple(orig)).toBe('198.18.0.1:10003 > 198.51.100.100:21');
    expect(formatTuple(reply)).toBe('10.200.30.11:21 > 198.18.0.1:10003');
    expect({ helper, mark, seqAdjReply }).toEqual({
      helper: 'ftp',
      mark: 0x46545001,
      seqAdjReply: { correctionPos: 1_000_003, offsetBefore: 0, offsetAfter: 3 },
    });
    // SEEN_REPLY, ASSURED, CONFIRMED, DST_NAT, SRC_NAT_DONE, DST_NAT_DONE
    expect(status).toBe(0x2 | 0x4 | 0x8 | 0x20 | 0x80 | 0x100);
  });

  it("announces a port of the VIP that is the server's own", () => {
    const { tuple, master, nat, fn } = announcement(3, service);
    expect(formatTuple(tuple)).toBe('198.18.0.1:0 > 198.51.100.100:20003');
    expect(formatTuple(master)).toBe('198.18.0.1:10003 > 198.51.100.100:21');
    expect(nat && formatTuple(nat.tuple)).toBe('10.200.30.11:20003 > 0.0.0.0:0');
    expect(fn).toBe('nat-follow-master');
  });

  it('has a data flow that the announcement expects, with the control flow as its master', () => {
    const { orig, reply, master, helper } = dataFlow(3, service);
    expect(formatTuple(orig)).toBe('198.18.0.1:35003 > 198.51.100.100:20003');
    expect(formatTuple(reply)).toBe('10.200.30.11:20003 > 198.18.0.1:35003');
    expect(master && formatTuple(master)).toBe('198.18.0.1:10003 > 198.51.100.100:21');
    expect(helper).toBe('');
  });

  it('has the next client address after 25,000 others', () => {
    expect(formatTuple(controlFlow(24_999, service).orig)).toBe('198.18.0.1:34999 > 198.51.100.100:21');
    expect(formatTuple(controlFlow(25_000, service).orig)).toBe('198.18.0.2:10000 > 198.51.100.100:21');
    expect(formatTuple(controlFlow(6_400_000, service).orig)).toBe('198.18.1.1:10000 > 198.51.100.100:21');
  });

  it('is made by the operations of its five stages', () => {
    expect(STAGES.map((_, stage) => operationsOf(3, stage, service).map(({ type }) => type))).toEqual([
      ['createFlow'],
      ['createExpectation', 'refreshExpectation'],
      ['deleteExpectation', 'createFlow'],
      ['updateFlow', 'deleteFlow'],
      ['updateFlow', 'deleteFlow'],
    ]);
  });

  it('closes its flows into TIME_WAIT, the data flow as the expected one that it is', () => {
    const ends = [3, 4].map((stage) => operationsOf(3, stage, service)[0]);
    expect(ends).toMatchObject([
      { expected: true, flow: { timeout: 120, tcp: { state: 7 } } },
      { expected: false, flow: { timeout: 120, tcp: { state: 7 } } },
    ]);
  });
});
