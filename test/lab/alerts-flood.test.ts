/**
 * Ten thousand alerts a second, and a takeover in the middle of them: neither the takeover nor its alert is later, memory stays
 * bounded, and one `raise` costs microseconds.
 */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { nftIn } from '../../src/lab/ip-command.js';
import { millis } from '../../src/time.js';
import { pause, until } from '../../src/until.js';
import { Pair } from './pulse-pair.js';
import type { FloodFigures } from './support/flood-host.js';

let pair: Pair;

beforeAll(() => {
  pair = new Pair();
});

afterAll(() => {
  pair.close();
});

test('ten thousand alerts a second make no takeover later', async () => {
  await pair.settle(new URL('support/flood-host.ts', import.meta.url).pathname);
  const [, backup] = pair.sides;
  await pause(millis(1500));
  // All cables at the same moment, and nobody notices any of them.
  nftIn(
    pair.namespace(3),
    'table bridge dead { chain cables { type filter hook forward priority 0; iifname { public0, private0 } drop; oifname { public0, private0 } drop; }; }',
  );
  const { reason, silentMillis } = await backup.becomes('active');
  expect(reason).toBe('peerDead');
  // 40 ms of silence and two probes 10 ms apart, on a machine whose one processor the flood keeps busy.
  expect(silentMillis).toBeLessThan(150);
  await pause(millis(1500));
  const found = () => backup.messages.map((message) => message as unknown as FloodFigures);
  const figures = await until(
    () => found().findLast(({ takeoverToldMillis }) => takeoverToldMillis !== undefined),
    {
      what: 'it says the figures',
      within: millis(10_000),
    },
  );
  expect(figures.raised).toBeGreaterThan(25_000);
  expect(figures.raised / figures.seconds).toBeGreaterThan(9000);
  expect(figures.failed).toBe(0);
  // A hundred a minute of all that may wait.
  expect(figures.toldOfOthers).toBeLessThanOrEqual(100);
  expect(figures.toldOfOthers).toBeGreaterThan(90);
  expect(figures.takeoverToldMillis).toBeLessThan(100);
  expect(figures.medianMicros).toBeLessThan(100);
  // What cannot be sent waits in two bounded queues; UDP has none.
  expect(figures.waiting).toEqual([1001, expect.toSatisfy((n: number) => n <= 1001), 1001]);
  expect(figures.grownMebibytes).toBeLessThan(60);
});
