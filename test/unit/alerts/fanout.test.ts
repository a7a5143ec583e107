import pino from 'pino';
import { describe, expect, test } from 'vitest';
import { fanOut, type Target } from '../../../src/alerts/fanout.js';

function raisedWith(targets: readonly Target[], level = 'info') {
  const lines: Record<string, unknown>[] = [];
  const logger = pino(
    { base: null, timestamp: false, level },
    { write: (line: string) => void lines.push(JSON.parse(line) as Record<string, unknown>) },
  );
  const config = { local: undefined, facility: 'daemon', remote: [] } as const;
  const wallClock = () => new Date('2026-02-03T04:05:06.789Z');
  return { lines, alerts: fanOut({ config, host: 'alpha', pid: 4711, logger, wallClock }, targets) };
}

function target(taken: string[], refusal?: string): Target {
  return {
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

  test('is one log line: a fixed sentence with the facts beside it', () => {
    const { lines, alerts } = raisedWith([]);
    alerts.raise({ id: 'peer-lost', peer: 'beta', silentMillis: 42.25 });
    expect(lines).toEqual([
      {
        level: 50,
        alert: 'peer-lost',
        severity: 'err',
        peer: 'beta',
        silentMillis: 42.25,
        msg: 'the peer is lost',
      },
    ]);
  });

  test('is counted, and so is what became of it', () => {
    const { alerts } = raisedWith([target([]), target([], 'ENOENT')]);
    alerts.raise({ id: 'peer-back', peer: 'beta' });
    expect(alerts.counters()).toEqual({
      raised: 1,
      failed: 0,
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
