import { describe, expect, test } from 'vitest';
import {
  heard,
  initialLiveness,
  judge,
  type Liveness,
  nextJudgement,
  wokeLate,
} from '../../../src/pulse/liveness.js';
import { millis } from '../../../src/time.js';

const LIMITS = { silence: millis(30), quiet: millis(20), pathSilence: millis(90), patience: millis(300) };

/** Two paths, both heard at 100. */
function bothHeard(): Liveness {
  const first = heard(initialLiveness(2, LIMITS, millis(0)), 0, millis(100)).liveness;
  return heard(first, 1, millis(100)).liveness;
}

describe('the peer', () => {
  test('that was never heard is never reported silent', () => {
    const liveness = initialLiveness(2, LIMITS, millis(0));
    expect(judge(liveness, millis(99_999)).events).toEqual([]);
    expect(nextJudgement(liveness)).toBeUndefined();
  });

  test('is quiet 20 ms after the last sign of life, once, and not a millisecond before', () => {
    expect(nextJudgement(bothHeard())).toBe(120);
    expect(judge(bothHeard(), millis(119)).events).toEqual([]);
    const { liveness, events } = judge(bothHeard(), millis(120));
    expect(events).toEqual([{ type: 'peerQuiet' }]);
    expect(judge(liveness, millis(129)).events).toEqual([]);
    expect(nextJudgement(liveness)).toBe(130);
  });

  test('is silent 30 ms after the last sign of life, and not a millisecond before', () => {
    expect(judge(bothHeard(), millis(129)).events).toEqual([{ type: 'peerQuiet' }]);
    expect(judge(bothHeard(), millis(130)).events).toEqual([{ type: 'peerSilent', silentSince: 100 }]);
  });

  test('may be quiet again once it was heard', () => {
    const { liveness } = judge(bothHeard(), millis(120));
    const back = heard(liveness, 0, millis(125)).liveness;
    expect(nextJudgement(back)).toBe(145);
    expect(judge(back, millis(145)).events).toEqual([{ type: 'peerQuiet' }]);
  });

  test('is reported silent once', () => {
    const { liveness } = judge(bothHeard(), millis(130));
    expect(judge(liveness, millis(140)).events).toEqual([]);
  });

  test('is not silent while one path is heard', () => {
    let liveness = bothHeard();
    for (let now = 110; now <= 190; now += 10) {
      liveness = heard(liveness, 1, millis(now)).liveness;
      expect(judge(liveness, millis(now)).events).toEqual(
        now === 190 ? [{ type: 'path', path: 0, alive: false }] : [],
      );
      liveness = judge(liveness, millis(now)).liveness;
    }
    expect(liveness.alive).toBe(true);
  });
});

describe('a path', () => {
  test('is reported when it is heard for the first time, and when it is heard again', () => {
    const first = heard(initialLiveness(2, LIMITS, millis(0)), 1, millis(5));
    expect(first.events).toEqual([{ type: 'path', path: 1, alive: true }]);
    expect(heard(first.liveness, 1, millis(15)).events).toEqual([]);
    const lost = judge(first.liveness, millis(95)).liveness;
    expect(heard(lost, 1, millis(200)).events).toEqual([{ type: 'path', path: 1, alive: true }]);
  });

  test('is not alive before it was heard, and remembers when it was once it is lost', () => {
    expect(initialLiveness(1, LIMITS, millis(0)).paths).toEqual([{ alive: false, heardAt: undefined }]);
    const lost = judge(bothHeard(), millis(190)).liveness;
    expect(lost.paths).toEqual([
      { alive: false, heardAt: 100 },
      { alive: false, heardAt: 100 },
    ]);
    // Nothing is left to be judged: a time that has passed would wake the director again and again.
    expect(nextJudgement(lost)).toBeUndefined();
  });

  test('that is lost does not hide that the peer grows quiet afterwards', () => {
    const { liveness, events } = judge(heard(bothHeard(), 1, millis(189)).liveness, millis(190));
    expect(events).toEqual([{ type: 'path', path: 0, alive: false }]);
    expect(judge(liveness, millis(209)).events).toEqual([{ type: 'peerQuiet' }]);
  });

  test('is lost 90 ms after its last sign of life', () => {
    const liveness = heard(bothHeard(), 1, millis(170)).liveness;
    expect(judge(liveness, millis(189)).events).toEqual([]);
    expect(judge(liveness, millis(190)).events).toContainEqual({ type: 'path', path: 0, alive: false });
  });
});

describe('a late wake-up of our own', () => {
  test('gives the peer a full silence more', () => {
    const liveness = wokeLate(bothHeard(), millis(200));
    expect(judge(liveness, millis(229)).events).not.toContainEqual({ type: 'peerSilent', silentSince: 100 });
    expect(judge(liveness, millis(230)).events).toContainEqual({ type: 'peerSilent', silentSince: 100 });
  });

  test('again and again does so only until the peer was silent for 300 ms', () => {
    let liveness = bothHeard();
    for (const now of [200, 250, 300, 350, 390]) liveness = wokeLate(liveness, millis(now));
    expect(nextJudgement(liveness)).toBe(190);
    liveness = judge(liveness, millis(399)).liveness;
    expect(liveness.alive).toBe(true);
    expect(judge(liveness, millis(400)).events).toEqual([{ type: 'peerSilent', silentSince: 100 }]);
  });

  test('never moves the deadline forward in time', () => {
    expect(wokeLate(bothHeard(), millis(95)).deadline).toBe(130);
  });
});
