import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Channel, createChannel, type Opened, SEAL_BYTES } from '../../../src/seal/channel.js';

const KEY = Uint8Array.from({ length: 32 }, (_, i) => i);

function boot(value: number): Uint8Array {
  return new Uint8Array(16).fill(value);
}

function director(self: 0 | 1, bootByte: number, label = 'pulse', key = KEY): Channel {
  return createChannel({ key, self, label, boot: boot(bootByte) });
}

function text(value: string): Uint8Array {
  return Buffer.from(value);
}

/** One pulse each way, everything delivered: what the receivers made of it. */
function exchange(a: Channel, b: Channel): { readonly byB: Opened[]; readonly byA: Opened[] } {
  const byB = a.seal(0, text('from a')).map((datagram) => b.open(datagram));
  const byA = b.seal(0, text('from b')).map((datagram) => a.open(datagram));
  return { byB, byA };
}

function lives(results: readonly Opened[]): string[] {
  return results.flatMap((result) =>
    result.ok && result.fresh === 'session' ? [result.payload.toString()] : [],
  );
}

function reasons(results: readonly Opened[]): string[] {
  return results.map((result) => (result.ok ? result.fresh : result.reason));
}

/** Two channels with a session both ways. */
function pair(bootA = 0xa1, bootB = 0xb1): [Channel, Channel] {
  const a = director(0, bootA);
  const b = director(1, bootB);
  exchange(a, b);
  exchange(a, b);
  return [a, b];
}

describe('how a session comes about', () => {
  test('the first datagram is a hello, which carries no payload and is no sign of life', () => {
    const [datagram] = director(0, 0xa1).seal(3, text('secret'));
    expect(director(1, 0xb1).open(datagram!)).toEqual({
      ok: true,
      fresh: 'hello',
      stream: 3,
      peerBoot: 'a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1',
    });
  });

  test('a hello is answered by a session at the next seal, and that is fresh', () => {
    const a = director(0, 0xa1);
    const b = director(1, 0xb1);
    const first = exchange(a, b);
    expect(reasons(first.byB)).toEqual(['hello']);
    expect(reasons(first.byA)).toEqual(['session', 'hello']);
    expect(lives(exchange(a, b).byB)).toEqual(['from a']);
  });

  test('only the first datagram of a run begins a session', () => {
    const a = director(0, 0xa1);
    const b = director(1, 0xb1);
    exchange(a, b);
    const results = [exchange(a, b), exchange(a, b)].map((both) => both.byB[0]);
    expect(results).toMatchObject([{ newSession: true }, { newSession: false }]);
  });

  test('both sides offering at the same moment end in one session', () => {
    const a = director(0, 0xa1);
    const b = director(1, 0xb1);
    const [helloA, helloB] = [a.seal(0, text('x')), b.seal(0, text('y'))];
    helloA.forEach((datagram) => b.open(datagram));
    helloB.forEach((datagram) => a.open(datagram));
    const [offerA, offerB] = [a.seal(0, text('from a')), b.seal(0, text('from b'))];
    expect(lives(offerA.map((datagram) => b.open(datagram)))).toEqual(['from a']);
    expect(lives(offerB.map((datagram) => a.open(datagram)))).toEqual(['from b']);
    const next = exchange(a, b);
    expect([reasons(next.byA), reasons(next.byB)]).toEqual([['session'], ['session']]);
  });

  test.each([0, 1] as const)('a restart of director %i is heard again within two exchanges', (who) => {
    const both = pair();
    both[who] = director(who, 0xc1);
    const first = exchange(both[0], both[1]);
    const second = exchange(both[0], both[1]);
    expect(lives([...first.byB, ...second.byB])).toContain('from a');
    expect(lives([...first.byA, ...second.byA])).toContain('from b');
    const third = exchange(both[0], both[1]);
    expect([reasons(third.byA), reasons(third.byB)]).toEqual([['session'], ['session']]);
  });

  test('one side restarting a hundred times is heard again every time', () => {
    const a = director(0, 0xa1);
    for (let run = 0; run < 100; run++) {
      const b = director(1, run);
      exchange(a, b);
      exchange(a, b);
      expect(lives(exchange(a, b).byB)).toEqual(['from a']);
    }
  });

  test('the old session goes on beside the offer to a candidate, and the offer ends by itself', () => {
    const [a, b] = pair();
    const stray = director(1, 0xee).seal(0, text('x'));
    expect(reasons(stray.map((datagram) => a.open(datagram)))).toEqual(['hello']);
    const counts = Array.from({ length: 9 }, () => {
      const datagrams = a.seal(0, text('from a'));
      expect(lives(datagrams.map((datagram) => b.open(datagram)))).toEqual(['from a']);
      return datagrams.length;
    });
    expect(counts).toEqual([2, 2, 2, 2, 2, 2, 2, 2, 1]);
  });

  test('a session that is not answered says hello again in between', () => {
    const [a] = pair();
    const counts = Array.from({ length: 26 }, () => a.seal(0, text('x')).length);
    expect(counts.map((count, index) => (count === 2 ? index : -1)).filter((index) => index >= 0)).toEqual([
      16, 24,
    ]);
  });
});

describe('what is refused', () => {
  test('round trip: any payload comes out on its stream as it went in', () => {
    const [a, b] = pair();
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 1300 }), fc.nat(15), (payload, stream) => {
        const [datagram] = a.seal(stream, payload);
        const opened = b.open(datagram!);
        // Lonely senders add hellos; let b answer so that a is not lonely.
        b.seal(0, text('x')).forEach((answer) => a.open(answer));
        expect(datagram!.length).toBe(payload.length + SEAL_BYTES);
        expect(opened).toMatchObject({ ok: true, fresh: 'session', stream, newSession: false });
        if (opened.ok && opened.fresh === 'session') expect(Uint8Array.from(opened.payload)).toEqual(payload);
      }),
      { numRuns: 60 },
    );
  });

  test.each(['session', 'hello'] as const)('every truncation of a %s', (kind) => {
    const [a, b] = kind === 'session' ? pair() : [director(0, 0xa1), director(1, 0xb1)];
    const [datagram] = a.seal(0, text('payload'));
    for (let length = 0; length < datagram!.length; length++) {
      const opened = b.open(datagram!.subarray(0, length));
      expect(opened).toEqual({ ok: false, reason: length < 56 ? 'short' : 'unverified' });
    }
    expect(reasons([b.open(datagram!)])).toEqual([kind]);
  });

  test.each(['session', 'hello'] as const)('every single flipped bit of a %s', (kind) => {
    const [a, b] = kind === 'session' ? pair() : [director(0, 0xa1), director(1, 0xb1)];
    const [datagram] = a.seal(0, text('payload'));
    const seen = new Set<string>();
    for (let bit = 0; bit < datagram!.length * 8; bit++) {
      const forged = Buffer.from(datagram!);
      forged[bit >> 3]! ^= 1 << (bit & 7);
      const opened = b.open(forged);
      expect(opened.ok, `bit ${bit}`).toBe(false);
      reasons([opened]).forEach((reason) => seen.add(reason));
    }
    expect([...seen].sort()).toEqual(
      kind === 'session'
        ? ['counter', 'epoch', 'kind', 'magic', 'replay', 'sender', 'stream', 'unverified', 'version']
        : ['counter', 'kind', 'magic', 'sender', 'stream', 'unverified', 'version'],
    );
    expect(reasons([b.open(datagram!)])).toEqual([kind]);
  });

  test('a replay in the same session', () => {
    const [a, b] = pair();
    const [datagram] = a.seal(0, text('once'));
    expect(reasons([b.open(datagram!), b.open(datagram!)])).toEqual(['session', 'replay']);
  });

  test('a replayed hello of a candidate', () => {
    const [hello] = director(0, 0xa1).seal(0, text(''));
    const b = director(1, 0xb1);
    expect(reasons([b.open(hello!), b.open(hello!)])).toEqual(['hello', 'replay']);
  });

  test('the hello of another run is not taken for a replay of the one before', () => {
    const b = director(1, 0xb1);
    const opened = [0xa1, 0xa2].flatMap((run) =>
      director(0, run)
        .seal(0, text(''))
        .map((hello) => b.open(hello)),
    );
    expect(opened).toMatchObject([
      { fresh: 'hello', peerBoot: 'a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1' },
      { fresh: 'hello', peerBoot: 'a2a2a2a2a2a2a2a2a2a2a2a2a2a2a2a2' },
    ]);
  });

  test('datagrams that overtake each other are all taken, once', () => {
    const [a, b] = pair();
    const sent = Array.from({ length: 5 }, () => a.seal(0, text('x'))[0]!);
    const order = [4, 0, 3, 1, 2, 4, 0];
    expect(reasons(order.map((index) => b.open(sent[index]!)))).toEqual([
      'session',
      'session',
      'session',
      'session',
      'session',
      'replay',
      'replay',
    ]);
  });

  test('one path that is far behind the other is not taken for a replay', () => {
    const [a, b] = pair();
    const late = a.seal(1, text('late'))[0]!;
    for (let i = 0; i < 2000; i++) b.open(a.seal(0, text('x'))[0]!);
    expect(reasons([b.open(late), b.open(late)])).toEqual(['session', 'replay']);
  });

  test('traffic of an earlier run of the sender, after its restart', () => {
    const [a, b] = pair();
    const old = [...a.seal(0, text('old 1')), ...a.seal(0, text('old 2'))];
    b.open(old[0]!);
    const restarted = director(0, 0xa2);
    exchange(restarted, b);
    exchange(restarted, b);
    // Both: one that was delivered in its time, and one that an attacker had kept back.
    expect(reasons(old.map((datagram) => b.open(datagram)))).toEqual(['epoch', 'epoch']);
    expect(lives(exchange(restarted, b).byB)).toEqual(['from a']);
  });

  test('traffic of an earlier run of the receiver', () => {
    const [a] = pair();
    const old = a.seal(0, text('old'));
    const restarted = director(1, 0xb2);
    expect(reasons(old.map((datagram) => restarted.open(datagram)))).toEqual(['epoch']);
    // The same epoch number in both runs: the boot id in the key tells them apart.
    exchange(director(0, 0xa3), restarted);
    exchange(director(0, 0xa4), restarted);
    expect(reasons(old.map((datagram) => restarted.open(datagram)))[0]).not.toBe('session');
  });

  test('old hellos while a session is up: no sign of life, and the session goes on', () => {
    const recorded = director(0, 0xa1).seal(0, text('x'));
    const [a, b] = pair(0xa2, 0xb1);
    expect(reasons(recorded.map((datagram) => b.open(datagram)))).toEqual(['hello']);
    expect(lives(exchange(a, b).byB)).toEqual(['from a']);
    expect(lives(exchange(a, b).byA)).toEqual(['from b']);
  });

  test('what a dead run had sealed, kept back and let go before its successor is known, costs a short while', () => {
    const a = director(0, 0xa1);
    const dead = director(1, 0xb1);
    exchange(a, dead);
    a.seal(0, text('x')).forEach((datagram) => dead.open(datagram));
    const keptBack = dead.seal(0, text('of the dead'))[0]!;
    const successor = director(1, 0xb2);
    exchange(a, successor);
    a.seal(0, text('x')).forEach((datagram) => successor.open(datagram));
    expect(reasons([a.open(keptBack)])).toEqual(['session']);
    const heard = Array.from({ length: 30 }, () => lives(exchange(a, successor).byA).length);
    expect(heard.lastIndexOf(0)).toBeLessThan(20);
    expect(reasons([a.open(keptBack)])).toEqual(['epoch']);
  });

  test('our own datagrams sent back to us', () => {
    const [a] = pair();
    expect(reasons(a.seal(0, text('x')).map((datagram) => a.open(datagram)))).toEqual(['sender']);
  });

  test('another label, another key', () => {
    const hello = director(0, 0xa1).seal(0, text('x'))[0]!;
    const otherKey = Uint8Array.from(KEY).fill(7, 0, 1);
    expect(reasons([director(1, 0xb1, 'journal').open(hello)])).toEqual(['unverified']);
    expect(reasons([director(1, 0xb1, 'pulse', otherKey).open(hello)])).toEqual(['unverified']);
    expect(reasons([director(1, 0xb1).open(hello)])).toEqual(['hello']);
  });

  test('a payload is not readable on the wire', () => {
    const [a] = pair();
    expect(a.seal(0, text('a secret of some length'))[0]!.includes('secret')).toBe(false);
  });
});

describe('a channel that is used wrongly says so at once', () => {
  test('a key or a boot id of another length', () => {
    const own = { self: 0, label: 'pulse' } as const;
    expect(() => createChannel({ ...own, key: new Uint8Array(31), boot: boot(1) })).toThrow(
      'invariant broken: the shared key has 32 bytes',
    );
    expect(() => createChannel({ ...own, key: KEY, boot: new Uint8Array(17) })).toThrow(
      'invariant broken: a boot id has 16 bytes',
    );
  });

  test('a stream that the receiver would drop', () => {
    for (const stream of [-1, 16]) {
      expect(() => director(0, 0xa1).seal(stream, text('x'))).toThrow(
        'invariant broken: the stream has a number below 16',
      );
    }
    expect(director(0, 0xa1).seal(15, text('x'))).toHaveLength(1);
  });
});
