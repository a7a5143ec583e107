import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { AttributeCursor, NetlinkWriter } from '../../../src/netlink/attribute.js';
import { decodeError, decodeMessages } from '../../../src/netlink/message.js';

describe('NetlinkWriter', () => {
  it('lays a message out as struct nlmsghdr, the family header and padded attributes', () => {
    const writer = new NetlinkWriter();
    writer.begin(0x0100, 0x0605, 7);
    writer.fixed(Buffer.from([2, 0, 0, 0]));
    writer.u8(1, 6);
    writer.u16be(2, 21);
    writer.u32be(7, 300);
    writer.end();
    expect(writer.take().toString('hex')).toBe(
      '2c000000' + '0001' + '0506' + '07000000' + '00000000' + // header: length 44, type, flags, seq, pid
        '02000000' + // struct nfgenmsg
        '0500' + '0100' + '06000000' + // u8 with three bytes of padding that its length does not count
        '0600' + '0200' + '00150000' +
        '0800' + '0700' + '0000012c',
    ); // prettier-ignore
  });

  it('marks nested attributes and counts their content', () => {
    const writer = new NetlinkWriter();
    writer.begin(1, 0, 0);
    writer.nest(1, () => {
      writer.u32be(3, 1);
    });
    writer.end();
    expect(writer.take().subarray(16).toString('hex')).toBe('0c000180' + '08000300' + '00000001');
  });

  it('puts several messages behind each other, also beyond its first capacity', () => {
    const writer = new NetlinkWriter(16);
    for (let seq = 0; seq < 3; seq++) {
      writer.begin(16, 1, seq);
      writer.bytes(1, Buffer.alloc(100, seq));
      writer.end();
    }
    const { messages, malformed } = decodeMessages(writer.take());
    expect(malformed).toBe(false);
    expect(messages.map(({ seq, body }) => [seq, body.length, body[4]])).toEqual([
      [0, 104, 0],
      [1, 104, 1],
      [2, 104, 2],
    ]);
  });

  it('refuses to hand out a message that was not ended', () => {
    const writer = new NetlinkWriter();
    writer.begin(1, 0, 0);
    expect(() => writer.take()).toThrow('every message was ended');
  });
});

describe('AttributeCursor', () => {
  it('walks attributes and hides the nested flag', () => {
    const cursor = new AttributeCursor(
      Buffer.from('0c000180' + '08000300' + '00000001' + '06000200' + '00150000', 'hex'),
    );
    expect(cursor.next()).toBe(true);
    expect(cursor.type).toBe(1);
    const inner = cursor.nested();
    expect(inner.next()).toBe(true);
    expect([inner.type, inner.u32be()]).toEqual([3, 1]);
    expect(cursor.next()).toBe(true);
    expect([cursor.type, cursor.u16be()]).toEqual([2, 21]);
    expect(cursor.next()).toBe(false);
    expect(cursor.failed).toBe(false);
  });

  it('fails for good at a length that does not fit', () => {
    const cursor = new AttributeCursor(Buffer.from('0900010000000000', 'hex'));
    expect(cursor.next()).toBe(false);
    expect(cursor.failed).toBe(true);
  });

  it('fails when a value is shorter than what is read from it', () => {
    const cursor = new AttributeCursor(Buffer.from('0500010006000000', 'hex'));
    cursor.next();
    expect(cursor.u32be()).toBe(0);
    expect(cursor.failed).toBe(true);
  });

  it('ends on any bytes without a throw', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        const cursor = new AttributeCursor(Buffer.from(bytes));
        let steps = 0;
        while (cursor.next()) {
          cursor.string();
          steps += 1;
        }
        return steps <= 50;
      }),
    );
  });
});

describe('decodeMessages', () => {
  it('keeps what came before a length that does not fit', () => {
    const good = '14000000' + '1000' + '0000' + '05000000' + '00000000' + 'deadbeef';
    const { messages, malformed } = decodeMessages(Buffer.from(good + 'ff000000' + '1000', 'hex'));
    expect(messages).toHaveLength(1);
    expect(malformed).toBe(true);
  });

  it("reads the kernel's errno and its sentence", () => {
    const body =
      'eeffffff' +
      '14000000000100000700000000000000' +
      '0a000100' +
      Buffer.from('wrong\0').toString('hex') +
      '0000';
    const message = { type: 2, flags: 0x200, seq: 7, body: Buffer.from(body, 'hex') };
    expect(decodeError(message)).toEqual({ errno: 18, sentence: 'wrong' });
  });
});
