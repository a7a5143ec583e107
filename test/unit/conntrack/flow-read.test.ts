/** Flows as the kernel tells them, whole messages and attribute by attribute. */
import { describe, expect, it } from 'vitest';
import { decodeFlow, type Flow, natOf, sameSeqAdj } from '../../../src/conntrack/flow.js';
import { bytes } from '../netlink/bytes.js';
import { CONTROL_DUMPED, CONTROL_NEW, CONTROL_NEW_V6, DATA_DESTROYED, DATA_NEW } from './told.js';

const CLIENT = Uint8Array.of(198, 51, 100, 7);
const VIP = Uint8Array.of(198, 51, 100, 100);
const SERVER = Uint8Array.of(10, 200, 30, 11);
const v6 = (text: string): Uint8Array => Uint8Array.from(bytes(text));
const CLIENT_V6 = v6('20010db8000000000000000000000007');

/** Both tuples of the control flow, which every flow must have. */
const ORIG =
  '34000180 14000180 08000100 c6336407 08000200 c6336464 1c000280 05000100 06000000 06000200 9c400000 06000300 00150000';
const REPLY =
  '34000280 14000180 08000100 0ac81e0b 08000200 c6336407 1c000280 05000100 06000000 06000200 00150000 06000300 9c400000';

const decoded = (...attributes: readonly string[]): Flow | undefined =>
  decodeFlow(bytes(['02000000', ...attributes].join('')));
const flowWith = (...attributes: readonly string[]): Flow | undefined => decoded(ORIG, REPLY, ...attributes);

describe('a flow that the kernel tells', () => {
  it('is a control flow at its first packet, with translation, helper and mark', () => {
    expect(decodeFlow(CONTROL_NEW.subarray(16))).toEqual({
      orig: { src: CLIENT, dst: VIP, sport: 40_000, dport: 21 },
      reply: { src: SERVER, dst: CLIENT, sport: 2121, dport: 40_000 },
      status: 0x21a8,
      timeout: 120,
      tcp: { state: 1, wscaleOrig: 10, wscaleReply: 0, flagsOrig: 3, flagsReply: 0 },
      helper: 'ftp',
      mark: 0x4654_5001,
      master: undefined,
      seqAdjOrig: undefined,
      seqAdjReply: undefined,
    });
  });

  it('has, once a 227 was rewritten, the offsets of that direction alone; all zero is none', () => {
    expect(decodeFlow(CONTROL_DUMPED.subarray(16))).toEqual({
      orig: { src: CLIENT, dst: VIP, sport: 40_000, dport: 21 },
      reply: { src: SERVER, dst: CLIENT, sport: 2121, dport: 40_000 },
      status: 0x21ee,
      timeout: 431_999,
      tcp: { state: 3, wscaleOrig: 10, wscaleReply: 10, flagsOrig: 0x23, flagsReply: 0x23 },
      helper: 'ftp',
      mark: 0x4654_5001,
      master: undefined,
      seqAdjOrig: undefined,
      seqAdjReply: { correctionPos: 0x6804_0cda, offsetBefore: 0, offsetAfter: 2 },
      countersOrig: { packets: 5, bytes: 274 },
      countersReply: { packets: 4, bytes: 272 },
      startedAt: expect.closeTo(1_795_375_305_449.556, 2) as number,
    });
  });

  it('is a data flow with the control flow that announced it', () => {
    expect(decodeFlow(DATA_NEW.subarray(16))).toEqual({
      orig: { src: CLIENT, dst: VIP, sport: 40_001, dport: 20_000 },
      reply: { src: SERVER, dst: CLIENT, sport: 20_000, dport: 40_001 },
      status: 0x1a9,
      timeout: 120,
      tcp: { state: 1, wscaleOrig: 10, wscaleReply: 0, flagsOrig: 3, flagsReply: 0 },
      helper: '',
      mark: 0x4654_5001,
      master: { src: CLIENT, dst: VIP, sport: 40_000, dport: 21 },
      seqAdjOrig: undefined,
      seqAdjReply: undefined,
    });
  });

  it('has at its end of TCP only the state', () => {
    expect(decodeFlow(DATA_DESTROYED.subarray(16))).toMatchObject({
      timeout: 119,
      tcp: { state: 7, wscaleOrig: 0, wscaleReply: 0, flagsOrig: 0, flagsReply: 0 },
      countersOrig: { packets: 4, bytes: 216 },
      countersReply: { packets: 2, bytes: 112 },
    });
  });

  it('is one of IPv6', () => {
    expect(decodeFlow(CONTROL_NEW_V6.subarray(16))).toMatchObject({
      orig: { src: CLIENT_V6, dst: v6('20010db8000000000000000000000100'), sport: 40_000, dport: 21 },
      reply: { src: v6('fd000000000000000000000000000011'), dst: CLIENT_V6, sport: 2121, dport: 40_000 },
      helper: 'ftp',
      mark: 0x4654_5001,
    });
  });
});

describe('an attribute of a flow', () => {
  it('that is missing counts as nothing: only the tuples must be there', () => {
    expect(flowWith()).toEqual({
      orig: { src: CLIENT, dst: VIP, sport: 40_000, dport: 21 },
      reply: { src: SERVER, dst: CLIENT, sport: 21, dport: 40_000 },
      status: 0,
      timeout: 0,
      tcp: undefined,
      helper: '',
      mark: 0,
      master: undefined,
      seqAdjOrig: undefined,
      seqAdjReply: undefined,
    });
    expect(decoded(ORIG)).toBeUndefined();
    expect(decoded(REPLY)).toBeUndefined();
    expect(decodeFlow(Buffer.alloc(0))).toBeUndefined();
  });

  it('of a kernel newer than this program is passed over, also inside others', () => {
    expect(flowWith('08006300 ffffffff', '08000700 0000003c')).toEqual({ ...flowWith(), timeout: 60 });
    // CTA_PROTOINFO with 9 before CTA_PROTOINFO_TCP, whose 9 stands before the state.
    expect(flowWith('20000480 08000900 ffffffff 14000180 05000900 ff000000 05000100 03000000')?.tcp).toEqual({
      state: 3,
      wscaleOrig: 0,
      wscaleReply: 0,
      flagsOrig: 0,
      flagsReply: 0,
    });
    expect(flowWith('14000580 08000200 78797a00 08000100 66747000')?.helper).toBe('ftp');
    expect(flowWith('14000f80 08000100 00000005 08000900 00000007')?.seqAdjOrig).toEqual({
      correctionPos: 5,
      offsetBefore: 0,
      offsetAfter: 0,
    });
  });

  it('of another protocol than TCP inside CTA_PROTOINFO tells no state', () => {
    expect(flowWith('10000480 0c000380 05000100 03000000')?.tcp).toBeUndefined();
    expect(flowWith('0c000580 08000200 78797a00')?.helper).toBe('');
  });

  it('that is cut off makes the flow unreadable: half a flow must not be written into the other kernel', () => {
    expect(flowWith('08000700 0000')).toBeUndefined();
    expect(flowWith('06000700 003c0000')).toBeUndefined();
    expect(flowWith('0700')).toBeUndefined();
  });

  it('tells both directions of TCP apart: window scales, flags', () => {
    const tcp =
      '30000480 2c000180 05000100 04000000 05000200 07000000 05000300 09000000 06000400 0b000000 06000500 25000000';
    expect(flowWith(tcp)?.tcp).toEqual({
      state: 4,
      wscaleOrig: 7,
      wscaleReply: 9,
      flagsOrig: 0x0b,
      flagsReply: 0x25,
    });
  });

  it('tells offsets with their sign, and each of the three alone is an offset', () => {
    const adj = (position: string, before: string, after: string): string =>
      `1c001080 08000100 ${position} 08000200 ${before} 08000300 ${after}`;
    expect(flowWith(adj('ee6b2800', 'fffffffe', 'fffffff9'))?.seqAdjReply).toEqual({
      correctionPos: 4_000_000_000,
      offsetBefore: -2,
      offsetAfter: -7,
    });
    expect(flowWith(adj('00000001', '00000000', '00000000'))?.seqAdjReply?.correctionPos).toBe(1);
    expect(flowWith(adj('00000000', '00000001', '00000000'))?.seqAdjReply?.offsetBefore).toBe(1);
    expect(flowWith(adj('00000000', '00000000', '00000001'))?.seqAdjReply?.offsetAfter).toBe(1);
    expect(flowWith(adj('00000000', '00000000', '00000000'))?.seqAdjReply).toBeUndefined();
  });
});

describe('offsets', () => {
  const adj = { correctionPos: 5, offsetBefore: 3, offsetAfter: 6 };

  it('are the same only where position and both shifts are', () => {
    expect(sameSeqAdj(adj, { correctionPos: 5, offsetBefore: 3, offsetAfter: 6 })).toBe(true);
    expect(sameSeqAdj(adj, { ...adj, correctionPos: 6 })).toBe(false);
    expect(sameSeqAdj(adj, { ...adj, offsetBefore: 4 })).toBe(false);
    expect(sameSeqAdj(adj, { ...adj, offsetAfter: 7 })).toBe(false);
  });

  it('that are not there differ from any', () => {
    expect([
      sameSeqAdj(undefined, undefined),
      sameSeqAdj(adj, undefined),
      sameSeqAdj(undefined, adj),
    ]).toEqual([true, false, false]);
  });
});

describe('the translation of a flow', () => {
  const flow = { ...flowWith(), orig: { src: CLIENT, dst: VIP, sport: 40_000, dport: 21 } } as Flow;
  const replying = (src: Uint8Array, sport: number, dst: Uint8Array, dport: number): Flow => ({
    ...flow,
    reply: { src, sport, dst, dport },
  });

  it('is what the reply has otherwise than the way back: address or port, of destination or source', () => {
    expect(natOf(replying(VIP, 21, CLIENT, 40_000))).toEqual({ dst: false, src: false });
    expect(natOf(replying(SERVER, 21, CLIENT, 40_000))).toEqual({ dst: true, src: false });
    expect(natOf(replying(VIP, 2121, CLIENT, 40_000))).toEqual({ dst: true, src: false });
    expect(natOf(replying(VIP, 21, SERVER, 40_000))).toEqual({ dst: false, src: true });
    expect(natOf(replying(VIP, 21, CLIENT, 40_001))).toEqual({ dst: false, src: true });
  });
});
