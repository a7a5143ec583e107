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
  requesting: false,
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
  expect(b.counters(0)).toEqual({ received: 0, hellos: 1, rttMillis: undefined, refused: {} });
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
  expect(b.counters(1).refused).toEqual({ replay: 1, short: 2, stranger: 1 });
  expect(b.counters(0).refused).toEqual({});
});

describe('a path that does not exist', () => {
  test('is nothing', () => {
    expect(met()[1].incoming(7, Buffer.alloc(100), millis(1))).toEqual({ alive: false });
  });
});
