/** Two couriers that send to each other over a way that loses what it is told to lose. */
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { readIncoming } from '../../../src/journal/incoming.js';
import { Courier } from '../../../src/replication/courier.js';
import { millis } from '../../../src/time.js';

beforeEach(() => {
  vi.useFakeTimers();
});

afterEach(() => {
  vi.useRealTimers();
});

interface Pair {
  readonly asker: Courier;
  /** What the other one was asked. */
  readonly asked: unknown[];
  readonly faults: unknown[];
  /** The asker hears the other one. */
  heard: boolean;
}

/** `lost` is asked for each datagram, by its number from 0 on its way. */
function pair(
  lost: (way: 'there' | 'back', number: number) => boolean,
  answer: (question: unknown) => Promise<unknown>,
): Pair {
  const [asked, faults]: [unknown[], unknown[]] = [[], []];
  const numbers = { there: 0, back: 0 };
  const way = (name: 'there' | 'back', to: () => Courier) => (payloads: readonly Uint8Array[]) => {
    for (const payload of payloads) {
      if (lost(name, numbers[name]++)) continue;
      const incoming = readIncoming(Buffer.from(payload));
      if (incoming.kind === 'parcel') to().took(incoming.part);
    }
  };
  const asker: Courier = new Courier({
    send: way('there', () => other),
    heard: () => it.heard,
    answer: () => Promise.reject(new Error('nobody asks here')),
    onFault: (error) => faults.push(error),
  });
  const other: Courier = new Courier({
    send: way('back', () => asker),
    heard: () => true,
    answer: (question) => {
      asked.push(question);
      return answer(question);
    },
    onFault: (error) => faults.push(error),
  });
  const it: Pair = { asker, asked, faults, heard: true };
  return it;
}

const LONG = { text: Array.from({ length: 3000 }, (_, i) => (i * 7919).toString(36)).join(' ') };

describe('a question to the peer', () => {
  it('is answered', async () => {
    const { asker, asked } = pair(
      () => false,
      () => Promise.resolve(LONG),
    );
    await expect(asker.ask({ type: 'config' }, millis(1000))).resolves.toEqual(LONG);
    expect(asked).toEqual([{ type: 'config' }]);
  });

  it('is worked on once, although parts of it and of the answer are lost and sent again', async () => {
    const { asker, asked } = pair(
      (_, number) => number % 3 === 1 && number < 12,
      () => Promise.resolve(LONG),
    );
    const answer = asker.ask(LONG, millis(10_000));
    await vi.advanceTimersByTimeAsync(3000);
    await expect(answer).resolves.toEqual(LONG);
    expect(asked).toEqual([LONG]);
  });

  it('is not worked on twice while the answer takes its time', async () => {
    const { asker, asked } = pair(
      () => false,
      () => new Promise((resolve) => setTimeout(resolve, 2000, 'done')),
    );
    const answer = asker.ask('apply', millis(10_000));
    await vi.advanceTimersByTimeAsync(2100);
    await expect(answer).resolves.toBe('done');
    expect(asked).toHaveLength(1);
  });

  it('ends without an answer at its limit', async () => {
    const { asker } = pair(
      () => true,
      () => Promise.resolve(1),
    );
    const answer = asker.ask('apply', millis(1000));
    await vi.advanceTimersByTimeAsync(999);
    const early = vi.fn();
    void answer.then(early);
    await Promise.resolve();
    expect(early).not.toHaveBeenCalled();
    await vi.advanceTimersByTimeAsync(1);
    await expect(answer).resolves.toBeUndefined();
  });

  it('ends when the other one has fallen silent', async () => {
    const it = pair(
      () => true,
      () => Promise.resolve(1),
    );
    const answer = it.asker.ask('apply', millis(60_000));
    await vi.advanceTimersByTimeAsync(5000);
    it.heard = false;
    await vi.advanceTimersByTimeAsync(250);
    await expect(answer).resolves.toBeUndefined();
  });

  it('that cannot be answered is a fault over there', async () => {
    const { asker, faults } = pair(
      () => false,
      () => Promise.reject(new Error('broken')),
    );
    const answer = asker.ask('x', millis(600));
    await vi.advanceTimersByTimeAsync(600);
    await expect(answer).resolves.toBeUndefined();
    expect(faults).toEqual([new Error('broken')]);
  });
});
