/** Datagrams of the kernel taken apart, and what it answers. */
import { describe, expect, it } from 'vitest';
import { decodeError, decodeMessages } from '../../../src/netlink/message.js';
import { bytes } from './bytes.js';

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

  it('reads an acknowledgement of Linux 6.18 (NETLINK_CAP_ACK) as errno 0', () => {
    const { messages, malformed } = decodeMessages(
      bytes(`24000000 0200 0001 01000000 58c215b4
        00000000 14000000 0201 0500 01000000 00000000`),
    );
    expect(malformed).toBe(false);
    expect(messages).toHaveLength(1);
    expect(messages[0]).toMatchObject({ type: 2, flags: 0x100, seq: 1 });
    expect(messages[0]?.body.length).toBe(20);
    const { errno, sentence } = decodeError(messages[0]!);
    expect([errno === 0, sentence]).toEqual([true, '']);
  });

  it('reads a refusal of Linux 6.18 without a sentence (EINVAL)', () => {
    const { messages } = decodeMessages(
      bytes(`24000000 0200 0001 07000000 fc0a0000
        eaffffff 18000000 0201 0500 07000000 00000000`),
    );
    expect(decodeError(messages[0]!)).toEqual({ errno: 22, sentence: '' });
  });
});

describe('a datagram', () => {
  const DONE = '14000000 0300 0200 01000000 d9385fbf 00000000';

  it('holds as many messages as fit, also one that is a header and no more', () => {
    const { messages, malformed } = decodeMessages(
      bytes(`10000000 0101 2200 05000000 00000000  11000000 0201 0000 06000000 00000000 ff000000 ${DONE}`),
    );
    expect(malformed).toBe(false);
    expect(messages.map(({ type, flags, seq, body }) => [type, flags, seq, body.toString('hex')])).toEqual([
      [0x0101, 0x22, 5, ''],
      [0x0102, 0, 6, 'ff'],
      [3, 2, 1, '00000000'],
    ]);
  });

  it('may end with a message that is a header and no more', () => {
    const { messages, malformed } = decodeMessages(bytes('10000000 0101 2200 05000000 00000000'));
    expect([messages.length, messages[0]?.body.length, malformed]).toEqual([1, 0, false]);
  });

  it('that is empty holds none', () => {
    expect(decodeMessages(Buffer.alloc(0))).toEqual({ messages: [], malformed: false });
  });

  it.each([
    ['a header that is cut off', '1000'],
    ['a header that lacks its last byte', '10000000 0000 0000 00000000 000000'],
    ['a length shorter than a header', '0f000000 0000 0000 00000000 00000000'],
    ['no length at all', '00000000 0000 0000 00000000 00000000'],
    ['a length beyond the datagram', '14000000 0300 0200 01000000 d9385fbf 000000'],
  ])('with %s is malformed, and what came before is good', (_, text) => {
    expect(decodeMessages(bytes(text))).toEqual({ messages: [], malformed: true });
    const { messages, malformed } = decodeMessages(bytes(DONE + text));
    expect([messages.map(({ type }) => type), malformed]).toEqual([[3], true]);
  });
});

describe('the refusal of a request', () => {
  const refusal = (flags: number, text: string) => decodeError({ type: 2, flags, seq: 7, body: bytes(text) });
  const ECHO = '14000000 0001 0500 07000000 00000000';

  it('has its errno also without the request', () => {
    expect(refusal(0, 'feffffff')).toEqual({ errno: 2, sentence: '' });
  });

  it('that is too short for an errno says nothing', () => {
    expect(refusal(0x200, 'feffff')).toEqual({ errno: 0, sentence: '' });
  });

  it('has a sentence only where NLM_F_ACK_TLVS (0x200) says so: else the request itself stands there', () => {
    const sentence = '0a000100 77726f6e6700 0000';
    expect(refusal(0x100, `eaffffff ${ECHO} ${sentence}`)).toEqual({ errno: 22, sentence: '' });
    expect(refusal(0x300, `eaffffff ${ECHO} ${sentence}`)).toEqual({ errno: 22, sentence: 'wrong' });
  });

  it('has its sentence also behind the offset of what was wrong (NLMSGERR_ATTR_OFFS), and may have only that', () => {
    const offset = '08000200 14000000';
    expect(refusal(0x300, `eaffffff ${ECHO} ${offset} 08000100 62616400`).sentence).toBe('bad');
    expect(refusal(0x300, `eaffffff ${ECHO} ${offset}`)).toEqual({ errno: 22, sentence: '' });
  });
});
