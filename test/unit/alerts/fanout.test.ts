import pino from 'pino';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { fanOut, type Target, type Told } from '../../../src/alerts/fanout.js';
import { millis } from '../../../src/time.js';

let now = 0;
const listened: Told[] = [];

beforeEach(() => {
  vi.useFakeTimers();
  now = 1000;
  listened.length = 0;
});

afterEach(() => {
  vi.useRealTimers();
});

function pass(length: number): void {
  now += length;
  vi.advanceTimersByTime(length);
}

function raisedWith(targets: readonly Target[], level = 'info') {
  const lines: Record<string, unknown>[] = [];
  const logger = pino(
    { base: null, timestamp: false, level },
    { write: (line: string) => void lines.push(JSON.parse(line) as Record<string, unknown>) },
  );
  const config = { local: undefined, facility: 'daemon', remote: [] } as const;
  const alerts = fanOut(
    {
      ...{ config, host: 'alpha', pid: 4711, logger, run: '1f3a9c00' },
      now: () => millis(now),
      wallClock: () => new Date('2026-02-03T04:05:06.789Z'),
      listeners: [(told) => void listened.push(told)],
    },
    targets,
  );
  return { lines, alerts };
}

function target(taken: string[], refusal?: string, key = 'fake'): Target {
  return {
    key,
    format: ({ msgid }, { facility, host, pid, time }) =>
      `${msgid} ${facility} ${host} ${pid} ${time.toISOString()}`,
    transport: {
      name: 'fake',
      transmit: (message, done) => {
        taken.push(Buffer.from(message).toString());
        done(refusal);
      },
      close: () => undefined,
    },
  };
}

describe('an alert that is raised', () => {
  test('goes to every target with the origin of this process', () => {
    const first: string[] = [];
    const second: string[] = [];
    raisedWith([target(first), target(second)]).alerts.raise({ id: 'peer-back', peer: 'beta' });
    expect(first).toEqual(['peer-back daemon alpha 4711 2026-02-03T04:05:06.789Z']);
    expect(second).toEqual(first);
  });

  test('is one log line: a fixed sentence with the facts beside it, and the condition that it begins', () => {
    const { lines, alerts } = raisedWith([]);
    alerts.raise({ id: 'peer-lost', peer: 'beta', silentMillis: 42.25 });
    expect(lines).toEqual([
      {
        level: 50,
        alert: 'peer-lost',
        severity: 'err',
        peer: 'beta',
        silentMillis: 42.25,
        condition: '1f3a9c00-1',
        msg: 'the peer is lost',
      },
    ]);
  });

  test('is open until the one that ends it, which says how long it lasted', () => {
    const { alerts } = raisedWith([]);
    alerts.raise({ id: 'path-lost', path: 'public', peer: 'beta' });
    pass(2500);
    expect(alerts.open()).toEqual([
      { id: 'path-lost', subject: 'public', condition: '1f3a9c00-1', since: 1000 },
    ]);
    alerts.raise({ id: 'path-back', path: 'public', peer: 'beta' });
    expect(alerts.open()).toEqual([]);
    expect(listened.at(-1)?.description.fields).toEqual([
      { name: 'path', value: 'public' },
      { name: 'peer', value: 'beta' },
      { name: 'condition', value: '1f3a9c00-1' },
      { name: 'lastedMillis', value: '2500' },
    ]);
  });

  test('and repeats itself is told again after a minute, by itself, with the count', () => {
    const taken: string[] = [];
    const { alerts } = raisedWith([target(taken)]);
    for (let turn = 0; turn < 18; turn += 1) alerts.raise({ id: 'fault', operation: 'raise', reason: 'EIO' });
    expect(taken).toHaveLength(1);
    pass(59_999);
    expect(taken).toHaveLength(1);
    pass(1);
    expect(taken).toHaveLength(2);
    expect(listened.at(-1)?.description.text).toBe(
      'The system refused "raise" (EIO); look at the kernel log and at "ftpair status". (repeated 17 times in 60 s)',
    );
    expect(alerts.counters()).toMatchObject({ raised: 18, collapsed: 17, suppressed: 0, failed: 0 });
  });

  test('and waits to be told is told at the end of the process', async () => {
    const { alerts } = raisedWith([]);
    for (let turn = 0; turn < 2; turn += 1) alerts.raise({ id: 'fault', operation: 'raise', reason: 'EIO' });
    await alerts.close();
    expect(listened.map(({ notice }) => notice.repeated?.times)).toEqual([undefined, 1]);
  });

  test('is counted, and so is what became of it', () => {
    const { alerts } = raisedWith([target([]), target([], 'ENOENT')]);
    alerts.raise({ id: 'peer-back', peer: 'beta' });
    expect(alerts.counters()).toEqual({
      raised: 1,
      failed: 0,
      collapsed: 0,
      suppressed: 0,
      targets: [
        { name: 'fake', sent: 1, waiting: 0, dropped: 0, refused: {} },
        { name: 'fake', sent: 0, waiting: 1, dropped: 0, refused: { ENOENT: 1 } },
      ],
    });
  });

  test('says in the log when a target stops taking alerts', () => {
    const { lines, alerts } = raisedWith([target([], 'ENOENT')], 'warn');
    alerts.raise({ id: 'peer-back', peer: 'beta' });
    alerts.raise({ id: 'peer-back', peer: 'beta' });
    expect(lines).toEqual([
      { level: 40, target: 'fake', refusal: 'ENOENT', msg: 'alerts do not reach the syslog target and wait' },
    ]);
  });

  test('never throws into whoever raised it', () => {
    const broken: Target = {
      ...target([]),
      format: () => {
        throw new Error('broken');
      },
    };
    const { alerts } = raisedWith([broken]);
    alerts.raise({ id: 'peer-back', peer: 'beta' });
    expect(alerts.counters()).toMatchObject({ raised: 1, failed: 1 });
  });
});

describe('targets of another config', () => {
  const config = { local: undefined, facility: 'local3', remote: [] } as const;

  test('hear what is raised from then on, under its facility', () => {
    const [before, after]: string[][] = [[], []];
    const { alerts } = raisedWith([target(before ?? [], undefined, 'old')]);
    alerts.raise({ id: 'peer-back', peer: 'beta' });
    alerts.retarget(config, [target(after ?? [], undefined, 'new')]);
    alerts.raise({ id: 'peer-lost', peer: 'beta', silentMillis: 9 });
    expect(before).toEqual(['peer-back daemon alpha 4711 2026-02-03T04:05:06.789Z']);
    expect(after).toEqual(['peer-lost local3 alpha 4711 2026-02-03T04:05:06.789Z']);
  });

  test('that are the same keep what waits for them', () => {
    const taken: string[] = [];
    const { alerts } = raisedWith([target(taken, 'ENETUNREACH')]);
    alerts.raise({ id: 'peer-back', peer: 'beta' });
    expect(alerts.counters().targets).toMatchObject([{ sent: 0, waiting: 1 }]);
    alerts.retarget(config, [target([])]);
    expect(alerts.counters().targets).toMatchObject([{ sent: 0, waiting: 1 }]);
  });
});
