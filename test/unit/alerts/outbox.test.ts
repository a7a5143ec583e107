import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { Outbox, type Transport } from '../../../src/alerts/outbox.js';

type Done = (refusal: string | undefined) => void;

/** A transport that answers at once with `answer`, or keeps `done` when `answer` is 'later'. */
class FakeTransport implements Transport {
  readonly name = 'fake';
  readonly taken: string[] = [];
  readonly pending: Done[] = [];
  answer: string | undefined;
  closed = 0;

  transmit(message: Uint8Array, done: Done): void {
    this.taken.push(Buffer.from(message).toString());
    if (this.answer === 'later') this.pending.push(done);
    else done(this.answer);
  }

  close(): void {
    this.closed += 1;
  }
}

let transport: FakeTransport;
let trouble: (string | undefined)[];
let outbox: Outbox;

function post(...messages: string[]): void {
  for (const message of messages) outbox.post(Buffer.from(message));
}

beforeEach(() => {
  vi.useFakeTimers();
  transport = new FakeTransport();
  trouble = [];
  outbox = new Outbox(transport, (_, refusal) => trouble.push(refusal));
});

afterEach(() => {
  vi.useRealTimers();
});

describe('the queue of a syslog transport', () => {
  test('sends at once while the transport takes messages', () => {
    post('a', 'b');
    expect(transport.taken).toEqual(['a', 'b']);
    expect(outbox.counters()).toEqual({ name: 'fake', sent: 2, waiting: 0, dropped: 0, refused: {} });
  });

  test('keeps what was refused, and sends it in order with the next message', () => {
    transport.answer = 'ECONNREFUSED';
    post('a');
    transport.answer = undefined;
    post('b');
    expect(transport.taken).toEqual(['a', 'a', 'b']);
    expect(outbox.counters()).toMatchObject({ sent: 2, waiting: 0, refused: { ECONNREFUSED: 1 } });
  });

  test('tries again by itself one second after a refusal, not earlier', () => {
    transport.answer = 'ENOENT';
    post('a');
    transport.answer = undefined;
    vi.advanceTimersByTime(999);
    expect(outbox.counters().sent).toBe(0);
    vi.advanceTimersByTime(1);
    expect(outbox.counters()).toMatchObject({ sent: 1, waiting: 0 });
  });

  test.each(['EAGAIN', 'ENOBUFS'])('tries again after 20 ms when the target is only slow (%s)', (refusal) => {
    transport.answer = refusal;
    post('a');
    transport.answer = undefined;
    vi.advanceTimersByTime(19);
    expect(outbox.counters().sent).toBe(0);
    vi.advanceTimersByTime(1);
    expect(outbox.counters().sent).toBe(1);
  });

  test('goes on trying every second', () => {
    transport.answer = 'ENOENT';
    post('a');
    vi.advanceTimersByTime(3000);
    expect(transport.taken).toEqual(['a', 'a', 'a', 'a']);
  });

  test('says once that the transport fails, and once that it works again', () => {
    transport.answer = 'ENOENT';
    post('a', 'b');
    transport.answer = 'ECONNREFUSED';
    post('c');
    transport.answer = undefined;
    post('d');
    expect(trouble).toEqual(['ENOENT', undefined]);
  });

  test('drops the oldest beyond 1000 messages, and counts it', () => {
    transport.answer = 'ENOENT';
    for (let index = 0; index < 1002; index += 1) post(String(index));
    expect(outbox.counters()).toMatchObject({ waiting: 1000, dropped: 2 });
    transport.answer = undefined;
    transport.taken.length = 0;
    vi.advanceTimersByTime(1000);
    expect(transport.taken.at(0)).toBe('2');
    expect(transport.taken.at(-1)).toBe('1001');
  });

  test('drops a message that is too long for the transport, and goes on with the next', () => {
    transport.answer = 'EMSGSIZE';
    post('long');
    transport.answer = undefined;
    post('b');
    expect(transport.taken).toEqual(['long', 'b']);
    expect(outbox.counters()).toMatchObject({ sent: 1, dropped: 1, waiting: 0 });
  });

  test('has one message under way at a time, and goes on when it is answered', () => {
    transport.answer = 'later';
    post('a', 'b');
    expect(transport.taken).toEqual(['a']);
    expect(outbox.counters()).toMatchObject({ sent: 0, waiting: 2 });
    transport.pending[0]!(undefined);
    expect(transport.taken).toEqual(['a', 'b']);
    expect(outbox.counters()).toMatchObject({ sent: 1, waiting: 1 });
  });

  test('tries again after a refusal that came later', () => {
    transport.answer = 'later';
    post('a', 'b');
    transport.pending[0]!('ENETUNREACH');
    expect(transport.taken).toEqual(['a']);
    vi.advanceTimersByTime(1000);
    expect(transport.taken).toEqual(['a', 'a']);
  });
});

describe('the end of the queue', () => {
  test('gives waiting messages a last try', async () => {
    transport.answer = 'ENOENT';
    post('a');
    transport.answer = undefined;
    await outbox.close();
    expect(outbox.counters()).toMatchObject({ sent: 1, dropped: 0 });
    expect(transport.closed).toBe(1);
  });

  test('counts what cannot be sent as dropped, and never tries again', async () => {
    transport.answer = 'ENOENT';
    post('a', 'b');
    await outbox.close();
    expect(outbox.counters()).toMatchObject({ sent: 0, dropped: 2, waiting: 0 });
    const tries = transport.taken.length;
    vi.advanceTimersByTime(10_000);
    post('c');
    expect(transport.taken.length).toBe(tries);
    expect(outbox.counters().dropped).toBe(3);
  });

  test('waits for a message under way', async () => {
    transport.answer = 'later';
    post('a');
    const closing = outbox.close();
    transport.pending[0]!(undefined);
    await closing;
    expect(outbox.counters()).toMatchObject({ sent: 1, dropped: 0 });
  });

  test('waits no longer than 250 ms, and a later answer counts nothing twice', async () => {
    transport.answer = 'later';
    post('a');
    let closed = false;
    const closing = outbox.close().then(() => (closed = true));
    await vi.advanceTimersByTimeAsync(249);
    expect(closed).toBe(false);
    await vi.advanceTimersByTimeAsync(1);
    await closing;
    transport.pending[0]!(undefined);
    expect(outbox.counters()).toMatchObject({ sent: 0, dropped: 1, waiting: 0 });
  });
});
