import { describe, expect, test } from 'vitest';
import { Conversation, type Heard } from '../../../src/pulse/conversation.js';
import type { Report } from '../../../src/election/model.js';
import { Channel } from '../../../src/seal/channel.js';
import { millis } from '../../../src/time.js';

const REPORT: Report = {
  role: 'backup',
  term: 1,
  ready: true,
  inSync: true,
  fitness: 2,
  offer: undefined,
  asksForRole: false,
  goodbye: false,
  lease: millis(200),
};

function side(self: 0 | 1, boot: number): Conversation {
  const channel = new Channel({
    key: new Uint8Array(32),
    self,
    label: 'pulse',
    boot: new Uint8Array(16).fill(boot),
  });
  return new Conversation(
    channel,
    { interval: millis(10), silence: millis(30), fingerprint: '0011223344556677' },
    2,
  );
}

/** What `to` makes of one pulse of `from` on a path, with its own time of arrival. */
function pulse(
  from: Conversation,
  to: Conversation,
  path: number,
  sent: number,
  arrived: number,
  report = REPORT,
): Heard[] {
  return from
    .outgoing(path, report, millis(sent))
    .map((datagram) => to.incoming(path, datagram, millis(arrived)));
}

/** Two sides that have met. */
function met(): [Conversation, Conversation] {
  const a = side(0, 1);
  const b = side(1, 2);
  pulse(a, b, 0, 0, 1);
  pulse(b, a, 0, 2, 3);
  pulse(a, b, 0, 4, 5);
  return [a, b];
}

test('a hello is no sign of life, and is counted', () => {
  const a = side(0, 1);
  const b = side(1, 2);
  expect(pulse(a, b, 0, 0, 1)).toEqual([{ alive: false }]);
  expect(b.counters(0)).toEqual({ received: 0, hellos: 1, rttMillis: undefined, dropped: {} });
});

test('a pulse is a sign of life and carries the report', () => {
  const [a, b] = met();
  expect(pulse(a, b, 0, 14, 15, { ...REPORT, role: 'active', term: 9 })).toMatchObject([
    {
      alive: true,
      restarted: false,
      pulse: { report: { role: 'active', term: 9 }, fingerprint: '0011223344556677' },
    },
  ]);
});

test('of two paths, the later word counts, not the later arrival', () => {
  const [a, b] = met();
  const older = a.outgoing(1, REPORT, millis(10));
  const newer = a.outgoing(0, { ...REPORT, role: 'active' }, millis(20));
  expect(b.incoming(0, newer[0]!, millis(21))).toMatchObject({
    alive: true,
    pulse: { report: { role: 'active' } },
  });
  expect(b.incoming(1, older[0]!, millis(22))).toEqual({ alive: true, pulse: undefined, restarted: false });
});

test('a restarted peer is heard though its clock begins anew', () => {
  const [, b] = met();
  pulse(side(0, 1), b, 0, 0, 90);
  const again = side(0, 3);
  pulse(again, b, 0, 1, 100);
  pulse(b, again, 0, 110, 2);
  expect(pulse(again, b, 0, 3, 120)[0]).toMatchObject({ alive: true, restarted: true, pulse: { sentAt: 3 } });
});

test('a restarted peer gets its own times back, not those of its earlier run', () => {
  const [, b] = met();
  const again = side(0, 3);
  pulse(again, b, 0, 1, 100);
  pulse(b, again, 0, 110, 2);
  pulse(again, b, 0, 3, 120);
  pulse(b, again, 0, 121, 5.5);
  expect(again.counters(0).rttMillis).toBe(1.5);
});

test('the round trip is measured without the time between receiving and sending', () => {
  const [a, b] = met();
  pulse(a, b, 0, 1000, 501);
  pulse(b, a, 0, 507, 1008.5);
  expect(a.counters(0).rttMillis).toBe(2.5);
});

test('what is refused is counted by reason, per path', () => {
  const [a, b] = met();
  const [datagram] = a.outgoing(1, REPORT, millis(20));
  b.incoming(1, datagram!, millis(21));
  expect(b.incoming(1, datagram!, millis(22))).toEqual({ alive: false });
  b.incoming(1, Buffer.from('nonsense'), millis(23));
  b.incoming(1, Buffer.from('nonsense'), millis(23));
  b.drop(1, 'stranger');
  expect(b.counters(1).dropped).toEqual({ replay: 1, short: 2, stranger: 1 });
  expect(b.counters(0).dropped).toEqual({});
});

test('the same pulse on both paths is one word and two signs of life', () => {
  const [a, b] = met();
  expect(pulse(a, b, 0, 14, 15)).toMatchObject([{ alive: true, pulse: { sentAt: 14 } }]);
  expect(pulse(a, b, 1, 14, 16)).toEqual([{ alive: true, pulse: undefined, restarted: false }]);
});

test('the round trip is that of the newest pulse, also where an older one comes behind it', () => {
  const [a, b] = met();
  const [older] = a.outgoing(0, REPORT, millis(10));
  const [newer] = a.outgoing(0, REPORT, millis(20));
  b.incoming(0, newer!, millis(121));
  b.incoming(0, older!, millis(122));
  pulse(b, a, 0, 123, 24);
  expect(a.counters(0).rttMillis).toBe(2);
});

describe('a path that does not exist', () => {
  test('is nothing, whatever comes on it', () => {
    const [a, b] = met();
    expect(b.incoming(7, Buffer.alloc(100), millis(1))).toEqual({ alive: false });
    expect(b.incoming(7, a.outgoing(0, REPORT, millis(10))[0]!, millis(11))).toEqual({ alive: false });
    expect(b.drop(7, 'stranger')).toEqual({ alive: false });
    expect(b.counters(7)).toEqual({ received: 0, hellos: 0, rttMillis: undefined, dropped: {} });
  });
});

describe('the versions of the peer', () => {
  /** A pulse of another version: sealed as ours are. */
  function foreignPulse(version: number, role = 0): [Conversation, Buffer[]] {
    const key = new Uint8Array(32);
    const other = new Channel({ key, self: 0, label: 'pulse', boot: new Uint8Array(16).fill(9) });
    const b = side(1, 2);
    const payload = Buffer.alloc(80);
    payload.set([version, role]);
    for (const datagram of other.seal(0, payload)) b.incoming(0, datagram, millis(1));
    for (const datagram of b.outgoing(0, REPORT, millis(2))) other.open(datagram);
    return [b, other.seal(0, payload)];
  }

  test('are unknown until it is heard, and ours while it is understood', () => {
    expect(side(0, 1).versions).toEqual({ seal: undefined, pulse: undefined });
    expect(met()[1].versions).toEqual({ seal: 1, pulse: 1 });
  });

  test('are known from a pulse that cannot be understood, which is no sign of life', () => {
    const [b, datagrams] = foreignPulse(7);
    expect(datagrams.map((datagram) => b.incoming(0, datagram, millis(3)))).toEqual([{ alive: false }]);
    expect(b.versions).toEqual({ seal: 1, pulse: 7 });
    expect(b.counters(0).dropped).toEqual({ payloadVersion: 1 });
  });

  test('are unknown from a pulse of ours that is refused for what it says', () => {
    const [b, datagrams] = foreignPulse(1, 9);
    expect(datagrams.map((datagram) => b.incoming(0, datagram, millis(3)))).toEqual([{ alive: false }]);
    expect(b.counters(0).dropped).toEqual({ payloadRole: 1 });
    expect(b.versions).toEqual({ seal: undefined, pulse: undefined });
  });

  test('of the seal are known from the header of a peer that was never understood', () => {
    const foreign = Buffer.alloc(120);
    foreign.writeUInt16BE(0x4650, 0);
    foreign.writeUInt8(9, 2);
    const b = side(1, 2);
    b.incoming(0, foreign, millis(0));
    expect(b.versions).toEqual({ seal: 9, pulse: undefined });
  });

  test('are no others because of a datagram that is nobody’s', () => {
    const [, b] = met();
    b.incoming(0, Buffer.from('nonsense'), millis(5000));
    expect(b.versions).toEqual({ seal: 1, pulse: 1 });
  });

  test('of the seal are known from the header, which anybody can write: only where nothing is understood', () => {
    const forged = Buffer.alloc(120);
    forged.writeUInt16BE(0x4650, 0);
    forged.writeUInt8(9, 2);
    const [, b] = met();
    b.incoming(0, forged, millis(1004));
    expect(b.versions).toEqual({ seal: 1, pulse: 1 });
    b.incoming(0, forged, millis(1005));
    expect(b.versions).toEqual({ seal: 9, pulse: undefined });
    expect(b.counters(0).dropped).toEqual({ version: 2 });
  });
});
