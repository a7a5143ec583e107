/** What the event socket lets through, and what it makes of it. */
import { describe, expect, it } from 'vitest';
import { type ConntrackEvent, decodeEvent, markFilter } from '../../../src/conntrack/events.js';
import { digits } from '../netlink/bytes.js';
import { ANNOUNCED, CONTROL_NEW, CONTROL_NEW_V6, DATA_DESTROYED } from './told.js';

/** The event of a whole message of the kernel; type and flags from its header, or others. */
function told(message: Buffer, type = message.readUInt16LE(4), flags = message.readUInt16LE(6)) {
  return decodeEvent({ type, flags, seq: 0, body: message.subarray(16) });
}
function portOf(event: ConntrackEvent | undefined): number | undefined {
  return event && ('flow' in event ? event.flow.orig.dport : event.expectation.tuple.dport);
}

describe('an event', () => {
  it('of a flow is new with NLM_F_CREATE (0x400), and news of one without', () => {
    expect([told(CONTROL_NEW)?.type, portOf(told(CONTROL_NEW))]).toEqual(['flowNew', 21]);
    expect([told(CONTROL_NEW_V6)?.type, portOf(told(CONTROL_NEW_V6))]).toEqual(['flowNew', 21]);
    const update = told(CONTROL_NEW, 0x0100, 0);
    expect([update?.type, portOf(update)]).toEqual(['flowUpdate', 21]);
    expect(told(CONTROL_NEW, 0x0100, 0x0200)?.type).toBe('flowUpdate');
  });

  it('of a flow is its end', () => {
    const end = told(DATA_DESTROYED);
    expect([end?.type, portOf(end)]).toEqual(['flowDestroy', 20_000]);
  });

  it('of an announcement is its beginning or its end', () => {
    expect([told(ANNOUNCED)?.type, portOf(told(ANNOUNCED))]).toEqual(['expectationNew', 20_000]);
    const end = told(ANNOUNCED, 0x0202, 0);
    expect([end?.type, portOf(end)]).toEqual(['expectationDestroy', 20_000]);
  });

  it('is none where the message cannot be read or is of another kind', () => {
    for (const type of [0x0100, 0x0102, 0x0200, 0x0202])
      expect(told(CONTROL_NEW.subarray(0, 40), type, 0x0600)).toBeUndefined();
    // IPCTNL_MSG_CT_GET, _EXP_GET, a message of nftables, NLMSG_DONE.
    for (const type of [0x0101, 0x0201, 0x0a00, 0x0003]) expect(told(CONTROL_NEW, type)).toBeUndefined();
  });
});

describe('the filter of the event socket', () => {
  it('passes announcements and flows with the mark, and keeps every other flow in the kernel', () => {
    expect(Buffer.from(markFilter(0x4654_5001)).toString('hex')).toBe(
      digits(`
        3000 00 00 05000000  #  0  A = the high byte of nlmsg_type
        1500 09 00 02000000  #  1  NFNL_SUBSYS_CTNETLINK_EXP: to 11
        0100 00 00 08000000  #  2  X = CTA_MARK
        0000 00 00 14000000  #  3  A = 20: behind struct nlmsghdr and struct nfgenmsg
        2000 00 00 0cf0ffff  #  4  A = where that attribute is (SKF_AD_OFF + SKF_AD_NLATTR)
        1500 04 00 00000000  #  5  nowhere: to 10
        0700 00 00 00000000  #  6  X = A
        4000 00 00 04000000  #  7  A = the 32 bits behind the attribute's header
        5400 00 00 fdffffff  #  8  without the bit of encrypted data flows
        1500 01 00 01505446  #  9  the mark: to 11
        0600 00 00 00000000  # 10  keep
        0600 00 00 ffffffff  # 11  pass
      `),
    );
  });

  it('takes marks with the highest bit', () => {
    expect(Buffer.from(markFilter(0xf654_5001)).toString('hex')).toContain(digits('1500 01 00 015054f6'));
    expect(Buffer.from(markFilter(-1)).toString('hex')).toContain(digits('1500 01 00 fdffffff'));
  });
});
