/** Whatever bytes a server sends, cut wherever the network likes: one meaning, one end, no exception. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { CheckStep } from '../../../src/config/model.js';
import { advance, startProbe, type ProbeEvent } from '../../../src/nanny/dialogue.js';
import type { ProbeState } from '../../../src/nanny/dialogue-state.js';
import { parse227, parse229 } from '../../../src/nanny/passive.js';
import { compare } from '../../../src/nanny/wanted.js';
import { millis } from '../../../src/time.js';
import { requestOf } from './request.js';

const at = millis(0);

/** The bytes cut at some places; never an empty list. */
function cut(bytes: Uint8Array, places: readonly number[]): Uint8Array[] {
  const ends = [...places.map((place) => place % (bytes.length + 1)), bytes.length].sort((a, b) => a - b);
  return ends.map((end, index) => bytes.subarray(ends[index - 1] ?? 0, end));
}

/** What a dialogue makes of chunks of the control connection after its first event. */
function hear(chunks: readonly Uint8Array[]): { readonly state: ProbeState; readonly actions: string[] } {
  const all: CheckStep[] = ['connect', 'greeting', 'login', 'pwd', 'cwd', 'type', 'data', 'quit'];
  const asked = requestOf({ steps: all, directory: '/pub' });
  let { state } = advance(startProbe(asked, at).state, { type: 'connected', at });
  const actions: string[] = [];
  for (const bytes of chunks) {
    const next = advance(state, { type: 'data', bytes, at });
    state = next.state;
    actions.push(...next.actions.map((action) => JSON.stringify(action)));
  }
  return { state, actions };
}

const replies = fc.constantFrom(
  '220 ready',
  '220-many\r\n words\r\n220-220 x\r\n220 ready',
  '120 in a minute',
  '331 go on',
  '230 in',
  '230-news\r\n221 not the end\r\n230 in',
  '257 "/" here',
  '250 done',
  '200 ok',
  '229 Entering (|||1025|)',
  '421 going down',
  '\xff\xf1220 telnet',
);

const places = fc.array(fc.nat(), { maxLength: 12 });

describe('a dialogue', () => {
  it('does the same wherever the replies are cut, and with several in one packet', () => {
    fc.assert(
      fc.property(fc.array(replies, { maxLength: 9 }), places, (lines, at) => {
        const bytes = Buffer.from(lines.map((line) => `${line}\r\n`).join(''), 'latin1');
        expect(hear(cut(bytes, at))).toEqual(hear([bytes]));
      }),
    );
  });

  it('means the same of random bytes wherever they are cut, and never throws', () => {
    const noise = fc.oneof(
      fc.uint8Array({ maxLength: 300 }),
      replies.map((line) => Buffer.from(line, 'latin1')),
    );
    fc.assert(
      fc.property(fc.array(noise, { maxLength: 6 }), places, (parts, at) => {
        const bytes = Buffer.concat(parts);
        expect(hear(cut(bytes, at))).toEqual(hear([bytes]));
      }),
    );
  });

  it('ends once, and always by its deadline, whatever happens in whatever order', () => {
    const event = fc.oneof<fc.Arbitrary<ProbeEvent>[]>(
      fc.constantFrom<ProbeEvent>(
        { type: 'connected', at },
        { type: 'secured', at },
        { type: 'closed', at },
        { type: 'listening', address: '192.0.2.2', port: 40_001, at },
        { type: 'dataConnected', from: '192.0.2.10', at },
        { type: 'dataClosed', sha256: 'ab', at },
      ),
      fc.nat(20_000_000).map((count) => ({ type: 'dataBytes', count, at })),
      fc.uint8Array({ maxLength: 20 }).map((bytes) => ({ type: 'data', bytes, at })),
      replies.map((line) => ({ type: 'data', bytes: Buffer.from(`${line}\r\n`, 'latin1'), at })),
      fc
        .tuple(
          fc.constantFrom('control' as const, 'data' as const),
          fc.constantFrom('ECONNRESET', 'CERT_HAS_EXPIRED', 'X'),
        )
        .map(([channel, code]) => ({ type: 'failed', channel, code, at })),
    );
    const steps: CheckStep[] = ['connect', 'greeting', 'auth_tls', 'login', 'data', 'quit'];
    const asked = requestOf({ steps, modes: ['epsv', 'port'] });
    fc.assert(
      fc.property(fc.array(event, { maxLength: 40 }), (events) => {
        let current = startProbe(asked, at);
        const closes: number[] = [];
        const all: ProbeEvent[] = [...events, { type: 'deadline', at }, { type: 'connected', at }];
        for (const [index, each] of all.entries()) {
          current = advance(current.state, each);
          if (current.actions.some(({ type }) => type === 'close')) closes.push(index);
        }
        expect(current.state.type).toBe('finished');
        expect(closes).toHaveLength(1);
      }),
    );
  });
});

describe('announcements', () => {
  const byte = fc.nat(255);
  const words = fc.stringMatching(/^[A-Za-z .:=()-]{0,20}$/);

  it('227: the six numbers are found in any text around them', () => {
    fc.assert(
      fc.property(
        fc.tuple(byte, byte, byte, byte),
        fc.integer({ min: 1, max: 65_535 }),
        words,
        words,
        (host, port, before, after) => {
          const text = `${before}${host.join(',')},${port >> 8},${port & 255}${after}`;
          expect(parse227(text)).toEqual({ ok: true, address: host.join('.'), port });
        },
      ),
    );
  });

  it('229: the port is found between any delimiters', () => {
    const delimiter = fc.constantFrom(...Array.from('!"#$%&\'*+,-./:;<=>?@[]^_`{|}~aZ'));
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 65_535 }), delimiter, words, (port, d, before) => {
        expect(parse229(`${before}(${d}${d}${d}${port}${d})`)).toEqual({
          ok: true,
          address: undefined,
          port,
        });
      }),
    );
  });
});

describe('a wanted beginning', () => {
  it('is found exactly where the answer begins with it, and is never given up too early', () => {
    fc.assert(
      fc.property(
        fc.string({ minLength: 1, maxLength: 10 }),
        fc.string({ maxLength: 12 }),
        fc.nat(),
        (text, more, at) => {
          const latin1 = (words: string): string => Buffer.from(words, 'utf8').toString('latin1');
          const whole = latin1(text + more);
          expect(compare({ type: 'prefix', text }, whole)).toBe('yes');
          const beginning = whole.slice(0, at % latin1(text).length);
          expect(compare({ type: 'prefix', text }, beginning)).toBe('more');
          expect(compare({ type: 'prefix', text }, `${beginning}\u0001\u0002\u0003`)).not.toBe('yes');
        },
      ),
    );
  });
});
