import { describe, expect, test } from 'vitest';
import { activeCommand, portOf227, portOf229 } from '../../../src/drill/announced.js';
import { createReplyReader } from '../../../src/drill/replies.js';

const read = (...chunks: string[]): unknown => {
  const reader = createReplyReader();
  const results = chunks.map((chunk) => reader.feed(Buffer.from(chunk, 'latin1')));
  return { replies: results.flatMap(({ replies }) => replies), garbage: results.at(-1)?.garbage };
};

describe('the strict reader of replies', () => {
  test('reads one-line and longer replies, also when they are cut anywhere', () => {
    expect(read('220-Welc', 'ome\r\n221 not yet\r\n220-nor yet\r\n220 now\r', '\n230 in\r\n')).toEqual({
      replies: [
        { code: 220, text: 'Welcome\n221 not yet\n220-nor yet\nnow' },
        { code: 230, text: 'in' },
      ],
      garbage: undefined,
    });
  });

  test.each([
    [
      'a reply without its beginning',
      '7 Entering Passive Mode\r\n',
      'not a reply: "7 Entering Passive Mode"',
    ],
    ['a doubled piece', '200 ok\r\n0 ok\r\n', 'not a reply: "0 ok"'],
    ['bytes of a file', '226\u0000\u00ff\r\n', 'unprintable: "226\\u0000ÿ"'],
    ['a code that does not exist', '260 ?\r\n'.replace('260', '660'), 'not a reply: "660 ?"'],
    ['a bare line feed', '200 ok\n200 ok\r\n', 'unprintable: "200 ok\\n200 ok"'],
  ])('calls %s garbage', (_, text, garbage) => {
    expect(read(text)).toMatchObject({ garbage });
  });

  test('gives up on a line that does not end', () => {
    expect(read('200 ', 'x'.repeat(4092))).toMatchObject({ garbage: undefined });
    expect(read('200 ', 'x'.repeat(4093))).toMatchObject({
      garbage: expect.stringMatching(/^a line without an end/) as string,
    });
  });

  test('reads nothing more after garbage', () => {
    expect(read('what\r\n', '200 ok\r\n')).toEqual({ replies: [], garbage: 'not a reply: "what"' });
  });
});

describe('announcements', () => {
  test('a 227 gives its port when it names the expected address', () => {
    expect(portOf227('Entering Passive Mode (10,9,8,7,39,16).', '10.9.8.7')).toBe(10_000);
  });
  test('a 227 with another address is an error that names both', () => {
    expect(() => portOf227('Entering Passive Mode (10,200,30,11,39,16).', '10.9.8.7')).toThrow(
      '227 announces 10.200.30.11 instead of 10.9.8.7',
    );
  });
  test.each(['Entering Passive Mode', '(10,9,8,7,39)', '(10,9,8,7,256,1)', '(10,9,8,7,1,256)'])(
    '227 %s is unreadable',
    (text) => {
      expect(() => portOf227(text, '10.9.8.7')).toThrow('unreadable 227');
    },
  );
  test('a 229 gives its port, and nothing else is taken for one', () => {
    expect(portOf229('Entering Extended Passive Mode (|||20000|)')).toBe(20_000);
    expect(() => portOf229('(|||0|)')).toThrow('unreadable 229');
    expect(() => portOf229('(|||65536|)')).toThrow('unreadable 229');
  });
  test('PORT and EPRT are written as RFC 959 and RFC 2428 want them', () => {
    expect(activeCommand('PORT', '10.9.8.50', 50_001)).toBe('PORT 10,9,8,50,195,81');
    expect(activeCommand('EPRT', '10.9.8.50', 50_001)).toBe('EPRT |1|10.9.8.50|50001|');
    expect(activeCommand('EPRT', '2001:db8:a::50', 50_001)).toBe('EPRT |2|2001:db8:a::50|50001|');
  });
});
