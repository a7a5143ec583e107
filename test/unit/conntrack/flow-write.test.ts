/** What a kernel is told to make a flow, to bring one up to date and to find one: the exact bytes. */
import { describe, expect, it } from 'vitest';
import { NetlinkWriter } from '../../../src/netlink/attribute.js';
import { type Flow, writeFlowName, writeFlowUpdate, writeNewFlow } from '../../../src/conntrack/flow.js';
import { digits } from '../netlink/bytes.js';
import { controlFlow, dataFlow, SERVER, VIP } from '../replication/samples.js';

function written(fill: (writer: NetlinkWriter) => void): string {
  const writer = new NetlinkWriter();
  fill(writer);
  return writer.take().toString('hex');
}
const created = (flow: Flow, withMaster = false): string =>
  written((writer) => writeNewFlow(writer, flow, withMaster));
const updated = (flow: Flow, expected = false): string =>
  written((writer) => writeFlowUpdate(writer, flow, expected));

const ORIG = `
  34000180                                                                    # CTA_TUPLE_ORIG
    14000180 08000100 c6336407  08000200 c6336464                             # CTA_TUPLE_IP: V4_SRC, V4_DST
    1c000280 05000100 06000000  06000200 9c400000  06000300 00150000          # CTA_TUPLE_PROTO: TCP, ports
`;
/** The way back as it would be without translation. */
const INVERSE = `
  34000280                                                                    # CTA_TUPLE_REPLY
    14000180 08000100 c6336464  08000200 c6336407
    1c000280 05000100 06000000  06000200 00150000  06000300 9c400000
`;
const STATUS_TIME_MARK = `
  08000300 0000000e                                                           # SEEN_REPLY, ASSURED, CONFIRMED
  08000700 0006977f
  08000800 46545001
`;
const HELP = '0c000580 08000100 66747000';
/** Both directions liberal (0x08), with window scale, SACK and CLOSE_INIT as they were; the mask is all four. */
const PROTOINFO = `
  30000480
    2c000180
      05000100 03000000  05000200 07000000  05000300 07000000  06000400 0b0f0000  06000500 0b0f0000
`;
/** CTA_NAT_DST: V4_MINIP and CTA_NAT_PROTO with one port. */
const TO_SERVER = '20000d80 08000100 0ac81e0b  14000380 06000100 00150000 06000200 00150000';

describe('a flow that is made in a kernel', () => {
  it('has the plain way back, and the translation by its own attribute', () => {
    expect(created(controlFlow())).toBe(
      digits(`02000000 ${ORIG} ${INVERSE} ${STATUS_TIME_MARK} ${TO_SERVER} ${HELP} ${PROTOINFO}`),
    );
  });

  it('is no translated one where nothing is translated', () => {
    const plain = controlFlow(40_000, { helper: '' });
    expect(created({ ...plain, reply: { ...plain.reply, src: VIP } })).toBe(
      digits(`02000000 ${ORIG} ${INVERSE} ${STATUS_TIME_MARK} ${PROTOINFO}`),
    );
  });

  it('has the source translated by CTA_NAT_SRC', () => {
    const flow = controlFlow(40_000, { helper: '' });
    const masked = { ...flow, reply: { src: VIP, sport: 21, dst: SERVER, dport: 61_000 } };
    expect(created(masked)).toBe(
      digits(`02000000 ${ORIG} ${INVERSE} ${STATUS_TIME_MARK}
        20000680 08000100 0ac81e0b  14000380 06000100 ee480000 06000200 ee480000
        ${PROTOINFO}`),
    );
  });

  it('names the control flow that announced it, unless that is gone', () => {
    const tuples = `
      34000180 14000180 08000100 c6336407  08000200 c6336464
               1c000280 05000100 06000000  06000200 9c410000  06000300 30390000
      34000280 14000180 08000100 c6336464  08000200 c6336407
               1c000280 05000100 06000000  06000200 30390000  06000300 9c410000`;
    const nat = '20000d80 08000100 0ac81e0b  14000380 06000100 30390000 06000200 30390000';
    const master = ORIG.replace('34000180', '34000e80'); // CTA_TUPLE_MASTER
    expect(created(dataFlow(), true)).toBe(
      digits(`02000000 ${tuples} ${STATUS_TIME_MARK} ${nat} ${master} ${PROTOINFO}`),
    );
    expect(created(dataFlow(), false)).toBe(
      digits(`02000000 ${tuples} ${STATUS_TIME_MARK} ${nat} ${PROTOINFO}`),
    );
    expect(created(controlFlow(), true)).toBe(created(controlFlow(), false));
  });

  it('is one of IPv6, its translation too', () => {
    const at = (last: number): Uint8Array =>
      Uint8Array.of(0xfd, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, last);
    const flow = controlFlow(40_000, {
      orig: { src: at(7), dst: at(0x64), sport: 40_000, dport: 21 },
      reply: { src: at(0x0b), dst: at(7), sport: 2121, dport: 40_000 },
      helper: '',
      tcp: undefined,
    });
    expect(created(flow)).toBe(
      digits(`0a000000
        4c000180
          2c000180 14000300 fd000000000000000000000000000007  14000400 fd000000000000000000000000000064
          1c000280 05000100 06000000  06000200 9c400000  06000300 00150000
        4c000280
          2c000180 14000300 fd000000000000000000000000000064  14000400 fd000000000000000000000000000007
          1c000280 05000100 06000000  06000200 00150000  06000300 9c400000
        ${STATUS_TIME_MARK}
        2c000d80 14000400 fd00000000000000000000000000000b  # CTA_NAT_V6_MINIP
                 14000380 06000100 08490000 06000200 08490000`),
    );
  });
});

describe('a flow that is brought up to date', () => {
  it('has neither the way back nor a translation nor a master: the kernel refuses to change them', () => {
    expect(updated(controlFlow())).toBe(digits(`02000000 ${ORIG} ${STATUS_TIME_MARK} ${HELP} ${PROTOINFO}`));
    expect(updated({ ...controlFlow(), master: dataFlow().master, helper: '' })).toBe(
      digits(`02000000 ${ORIG} ${STATUS_TIME_MARK} ${PROTOINFO}`),
    );
  });

  it('keeps IPS_EXPECTED where the entry has it: to take it away is refused (EBUSY)', () => {
    expect(updated(controlFlow(), true)).toContain(digits('08000300 0000000f'));
    expect(updated({ ...controlFlow(), status: 0x18f }, false)).toContain(digits('08000300 0000000e'));
  });
});

describe.each([
  ['made', created],
  ['brought up to date', updated],
] as const)('a flow %s', (_, write) => {
  it('is always confirmed, and has of the other bits those that a program may set', () => {
    expect(write({ ...controlFlow(), status: 0 })).toContain(digits('08000300 00000008'));
    expect(write({ ...controlFlow(), status: 0x02 })).toContain(digits('08000300 0000000a'));
    expect(write({ ...controlFlow(), status: 0x04 })).toContain(digits('08000300 0000000c'));
    expect(write({ ...controlFlow(), status: 0x21f1 })).toContain(digits('08000300 00000008'));
  });

  it('lives for a second at least: with no time the kernel would drop it at once', () => {
    expect(write({ ...controlFlow(), timeout: 0 })).toContain(digits('08000700 00000001 08000800'));
  });

  it('tells TCP of each direction its own, liberal both, and no other flags than the four', () => {
    const tcp = { state: 4, wscaleOrig: 1, wscaleReply: 2, flagsOrig: 0x35, flagsReply: 0xc2 };
    expect(write({ ...controlFlow(), tcp })).toContain(
      digits(`30000480 2c000180
        05000100 04000000  05000200 01000000  05000300 02000000  06000400 0d0f0000  06000500 0a0f0000`),
    );
    expect(write({ ...controlFlow(), tcp: undefined })).not.toContain(digits('30000480'));
  });

  it('has the offsets of each direction, with their sign, where there are any', () => {
    const seqAdjOrig = { correctionPos: 1, offsetBefore: 2, offsetAfter: 3 };
    const seqAdjReply = { correctionPos: 4_000_000_000, offsetBefore: -2, offsetAfter: -7 };
    const orig = '1c000f80 08000100 00000001 08000200 00000002 08000300 00000003';
    const reply = '1c001080 08000100 ee6b2800 08000200 fffffffe 08000300 fffffff9';
    const plain = write(controlFlow());
    expect(write(controlFlow(40_000, { seqAdjOrig }))).toBe(plain + digits(orig));
    expect(write(controlFlow(40_000, { seqAdjReply }))).toBe(plain + digits(reply));
    expect(write(controlFlow(40_000, { seqAdjOrig, seqAdjReply }))).toBe(plain + digits(orig + reply));
  });
});

it('a flow that is asked for or deleted is named by its original tuple alone', () => {
  expect(written((writer) => writeFlowName(writer, controlFlow().orig))).toBe(digits(`02000000 ${ORIG}`));
});
