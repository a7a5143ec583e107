import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { feedReplies, freshReplies, type Reply, type ReplyState } from '../../../src/nanny/reply.js';

interface Read {
  readonly replies: readonly Reply[];
  readonly state: ReplyState;
}

function readAll(chunks: readonly Uint8Array[]): Read {
  let state = freshReplies;
  const replies: Reply[] = [];
  for (const chunk of chunks) {
    const fed = feedReplies(state, chunk);
    state = fed.state;
    replies.push(...fed.replies);
  }
  return { replies, state };
}

function read(text: string): Read {
  return readAll([Buffer.from(text, 'latin1')]);
}

describe('replies of RFC 959 §4.2', () => {
  it('reads a single line', () => {
    expect(read('220 Service ready\r\n').replies).toEqual([{ code: 220, lines: ['Service ready'] }]);
  });

  it('reads a line that is only a code', () => {
    expect(read('200\r\n').replies).toEqual([{ code: 200, lines: [''] }]);
  });

  it('reads the multi-line example of the RFC, in which other numbers begin a line', () => {
    const text =
      '123-First line\r\nSecond line\r\n  234 A line beginning with numbers\r\n123 The last line\r\n';
    expect(read(text).replies).toEqual([
      {
        code: 123,
        lines: ['First line', 'Second line', '  234 A line beginning with numbers', 'The last line'],
      },
    ]);
  });

  it('does not end a multi-line reply at another code', () => {
    const { replies, state } = read('220-one\r\n221 two\r\n2200 three\r\n');
    expect(replies).toEqual([]);
    expect(state.open?.lines).toEqual(['one', '221 two', '2200 three']);
  });

  it('takes the code off every line that repeats it', () => {
    expect(read('220-one\r\n220-two\r\n220 three\r\n').replies).toEqual([
      { code: 220, lines: ['one', 'two', 'three'] },
    ]);
  });

  it('ends a multi-line reply at a line that is only the code', () => {
    expect(read('230-hello\r\n230\r\n').replies).toEqual([{ code: 230, lines: ['hello', ''] }]);
  });

  it('reads several replies in one packet, in their order', () => {
    expect(read('150 Opening\r\n226 Done\r\n').replies).toEqual([
      { code: 150, lines: ['Opening'] },
      { code: 226, lines: ['Done'] },
    ]);
  });

  it('holds back a line that has not ended', () => {
    expect(read('220 almost\r').replies).toEqual([]);
  });

  it('tolerates a bare LF and empty lines between replies', () => {
    expect(read('220 one\n\r\n331 two\n').replies.map((reply) => reply.code)).toEqual([220, 331]);
  });

  it('drops telnet commands, options and negotiations, and keeps an escaped 255', () => {
    const text = '22\xff\xfd\x060 a\xff\xf1b\xff\xfa\x18any\xff\xffthing\xff\xf0c\xff\xffd\r\0\n';
    expect(read(text).replies).toEqual([{ code: 220, lines: ['abc\xffd'] }]);
  });
});

describe('what is not FTP', () => {
  it.each([
    ['HTTP', 'HTTP/1.1 400 Bad Request\r\n'],
    ['a code of two digits', '22 ready\r\n'],
    ['a code of four digits', '2200 ready\r\n'],
    ['a first digit 0', '020 ready\r\n'],
    ['a first digit 6', '620 ready\r\n'],
    ['a code without a separator', '220ready\r\n'],
  ])('is refused: %s', (_, text) => {
    const { replies, state } = read(text);
    expect(replies).toEqual([]);
    expect(state.broken?.reason).toBe('notAReply');
  });

  it('names the first 256 bytes of the line at fault', () => {
    expect(read(`${'x'.repeat(1000)}\r\n`).state.broken?.line).toBe('x'.repeat(256));
  });

  it('keeps the replies before it and ignores everything after it', () => {
    const { replies, state } = read('220 ready\r\nnonsense\r\n230 in\r\n');
    expect(replies).toEqual([{ code: 220, lines: ['ready'] }]);
    expect(feedReplies(state, Buffer.from('220 ready\r\n')).replies).toEqual([]);
  });

  it('takes a line of 4096 bytes, and not one of 4097', () => {
    expect(read(`220 ${'x'.repeat(4091)}\r\n`).replies).toHaveLength(1);
    expect(read(`220 ${'x'.repeat(4092)}\r\n`).state.broken?.reason).toBe('lineTooLong');
  });

  it('gives up on a line without an end at its 4097th byte', () => {
    expect(read('y'.repeat(4096)).state.broken).toBeUndefined();
    expect(read('y'.repeat(4097)).state.broken?.reason).toBe('lineTooLong');
  });

  it('takes a reply of 65536 bytes, and not a longer one', () => {
    const lines = `${'z'.repeat(1023)}\n`.repeat(63);
    // 220-: 4 bytes without its end, 63 lines of 1024, and a last line that fills or overflows the rest.
    const last = 65_536 - 4 - 63 * 1024 - 1;
    expect(read(`220-\n${lines}220 ${'z'.repeat(last - 4)}\n`).replies).toHaveLength(1);
    expect(read(`220-\n${lines}220 ${'z'.repeat(last - 3)}\n`).state.broken?.reason).toBe('replyTooLong');
  });
});

/** Valid replies as (bytes, meaning). */
const replyArbitrary = fc
  .record({
    code: fc.integer({ min: 100, max: 599 }),
    lines: fc.array(fc.stringMatching(/^[A-Za-z(),| ]{0,30}$/), { minLength: 1, maxLength: 4 }),
    end: fc.constantFrom('\r\n', '\n'),
  })
  .map(({ code, lines, end }) => ({
    reply: { code, lines },
    bytes: lines
      .map((line, index) => `${code}${index === lines.length - 1 ? ' ' : '-'}${line}${end}`)
      .join(''),
  }));

function cut(bytes: Uint8Array, at: readonly number[]): Uint8Array[] {
  const places = [0, ...at.map((place) => place % (bytes.length + 1)), bytes.length].sort((a, b) => a - b);
  return places.slice(1).map((place, index) => bytes.subarray(places[index], place));
}

describe('for any stream', () => {
  it('the replies are the same wherever a valid stream is cut', () => {
    fc.assert(
      fc.property(fc.array(replyArbitrary, { maxLength: 5 }), fc.array(fc.nat()), (sent, at) => {
        const bytes = Buffer.from(sent.map((each) => each.bytes).join(''), 'latin1');
        expect(readAll(cut(bytes, at)).replies).toEqual(sent.map((each) => each.reply));
      }),
    );
  });

  it('random bytes never throw, and mean the same wherever they are cut', () => {
    const noise = fc.oneof(
      fc.uint8Array({ maxLength: 200 }),
      fc
        .array(fc.constantFrom('220', '-', ' ', '\r', '\n', '\xff', '\xfa', '\xf0', 'a', '\0'))
        .map((parts) => Buffer.from(parts.join(''), 'latin1')),
    );
    fc.assert(
      fc.property(noise, fc.array(fc.nat()), (bytes, at) => {
        expect(readAll(cut(bytes, at))).toEqual(readAll([bytes]));
      }),
    );
  });
});
