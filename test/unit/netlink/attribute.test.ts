import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { AttributeCursor, NetlinkWriter } from '../../../src/netlink/attribute.js';
import { decodeMessages } from '../../../src/netlink/message.js';
import { bytes, digits } from './bytes.js';

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

describe('a NetlinkWriter that is used again', () => {
  it('leaves nothing of the message before in padding and header', () => {
    const writer = new NetlinkWriter();
    writer.begin(0xffff, 0xffff, 0xffffffff);
    writer.bytes(0xffff, Buffer.alloc(64, 0xff));
    writer.end();
    writer.take();
    writer.begin(0x0100, 5, 7);
    writer.fixed(Buffer.from([2]));
    writer.u8(1, 6);
    writer.u16be(2, 21);
    writer.bytes(3, Buffer.from([1, 2, 3]));
    writer.end();
    expect(writer.take().toString('hex')).toBe(
      digits(`2c000000 0001 0500 07000000 00000000  02000000
        05000100 06000000  06000200 00150000  07000300 01020300`),
    );
  });

  it('counts what was written since', () => {
    const writer = new NetlinkWriter();
    expect(writer.length).toBe(0);
    writer.begin(1, 0, 0);
    writer.u32(3, 1);
    writer.end();
    expect(writer.length).toBe(24);
    writer.take();
    expect(writer.length).toBe(0);
  });

  it('keeps what it has, as often as it must grow', () => {
    const writer = new NetlinkWriter(0);
    writer.fixed(Buffer.from('01020304', 'hex'));
    writer.fixed(Buffer.from('05060708', 'hex'));
    writer.fixed(Buffer.from('090a0b0c', 'hex'));
    expect(writer.take().toString('hex')).toBe('0102030405060708090a0b0c');
  });
});

describe('a NetlinkWriter', () => {
  it('refuses a message inside a message, and to end one twice', () => {
    const writer = new NetlinkWriter();
    writer.begin(1, 0, 0);
    expect(() => writer.begin(1, 0, 0)).toThrow('the message before was ended');
    writer.end();
    expect(() => writer.end()).toThrow('a message is open');
  });

  it('writes 32 bits in the order that the family wants, negative ones too', () => {
    const writer = new NetlinkWriter();
    writer.u32(1, 0x01020304);
    writer.u32be(2, 0x01020304);
    writer.u32(3, -2);
    writer.u32be(4, -2);
    expect(writer.take().toString('hex')).toBe(
      digits('08000100 04030201  08000200 01020304  08000300 feffffff  08000400 fffffffe'),
    );
  });

  it('writes names with their zero, in UTF-8', () => {
    const writer = new NetlinkWriter();
    writer.string(1, 'ftp');
    writer.string(2, 'ftp-é');
    expect(writer.take().toString('hex')).toBe(digits('08000100 66747000  0b000200 6674702dc3a90000'));
  });

  it('writes long values as whole as short ones', () => {
    const writer = new NetlinkWriter();
    writer.bytes(1, Buffer.alloc(32, 0xab));
    writer.bytes(2, Buffer.alloc(33, 0xcd));
    expect(writer.take().toString('hex')).toBe(
      digits(`24000100 ${'ab'.repeat(32)}  25000200 ${'cd'.repeat(33)} 000000`),
    );
  });
});

describe('AttributeCursor', () => {
  const first = (text: string): AttributeCursor => {
    const cursor = new AttributeCursor(bytes(text));
    expect(cursor.next()).toBe(true);
    return cursor;
  };

  it('reads an attribute without a value, also as the last one', () => {
    const cursor = first('04000900');
    expect([cursor.type, cursor.bytes().length, cursor.next(), cursor.failed]).toEqual([9, 0, false, false]);
  });

  it('fails at a header that is cut off and at a length that does not even hold the header', () => {
    for (const text of ['0500', '050001', '03000100 00000000', '00000100 00000000']) {
      const cursor = new AttributeCursor(bytes(text));
      expect([cursor.next(), cursor.failed, cursor.next()]).toEqual([false, true, false]);
    }
  });

  it('needs no padding behind the last attribute', () => {
    const cursor = first('05000100 06');
    expect([cursor.u8(), cursor.next(), cursor.failed]).toEqual([6, false, false]);
  });

  it('begins and ends where it is told', () => {
    const cursor = new AttributeCursor(bytes('02000000 05000100 06000000 05000200 07000000'), 4, 12);
    expect([cursor.next(), cursor.type, cursor.u8(), cursor.next()]).toEqual([true, 1, 6, false]);
  });

  it('hides the flag of network byte order too', () => {
    expect(first('08000140 00000001').type).toBe(1);
  });

  it('reads numbers in both orders, of 64 bits up to 2^53', () => {
    expect([first('08000100 01020304').u32(), first('08000100 01020304').u32be()]).toEqual([
      0x04030201, 0x01020304,
    ]);
    expect(first('0c000100 001fffff ffffffff').u64be()).toBe(9_007_199_254_740_991);
  });

  it('reads nothing from a value that is a byte too short, and fails', () => {
    const short = [
      first('04000100'),
      first('05000100 01'),
      first('07000100 010203'),
      first('07000100 010203'),
    ];
    const [a, b, c, d] = short as [AttributeCursor, AttributeCursor, AttributeCursor, AttributeCursor];
    const e = first('0b000100 01020304050607');
    expect([a.u8(), b.u16be(), c.u32be(), d.u32(), e.u64be()]).toEqual([0, 0, 0, 0, 0]);
    expect([a, b, c, d, e].every(({ failed }) => failed)).toBe(true);
  });

  it('reads a name up to its zero, or up to its end where it has none', () => {
    expect(first('08000100 66747000').string()).toBe('ftp');
    expect(first('0a000100 667470007878 0000').string()).toBe('ftp');
    expect(first('07000100 667470 00').string()).toBe('ftp');
    // No zero in the attribute: the one in the next does not count, nor does its absence everywhere.
    expect(first('08000100 66747078 08000201 01010100').string()).toBe('ftpx');
    expect(first('08000100 66747078').string()).toBe('ftpx');
  });

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
      fc.property(fc.uint8Array({ maxLength: 200 }), (any) => {
        const cursor = new AttributeCursor(Buffer.from(any));
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
