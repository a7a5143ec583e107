import { describe, expect, test } from 'vitest';
import { VipNews } from '../../../src/daemon/vip-news.js';
import type { FromPulse } from '../../../src/pulse/face.js';
import { millis } from '../../../src/time.js';

const CLAIM: FromPulse = { type: 'vipAnswered', address: '192.0.2.10', mac: '02:00:00:00:00:07' };
const CLEAR = [{ id: 'vip-clear', address: '192.0.2.10' }];
const peer = (alive: boolean, role: string) =>
  ({ type: 'peer', peer: { alive, role }, silentMillis: 0 }) as unknown as FromPulse;

function claimed(): VipNews {
  const news = new VipNews();
  expect(news.heard(CLAIM, millis(1000))).toEqual([]);
  return news;
}

describe('somebody else who answers for the virtual address', () => {
  test('was the active peer, once that one is heard', () => {
    const news = claimed();
    expect(news.heard(peer(true, 'backup'), millis(1001))).toEqual([]);
    expect(news.heard(peer(false, 'active'), millis(1001))).toEqual([]);
    expect(news.heard(peer(true, 'active'), millis(1001))).toEqual(CLEAR);
    expect(news.heard(peer(true, 'active'), millis(1002))).toEqual([]);
  });

  test('is gone when the role changes', () => {
    expect(claimed().heard({ type: 'role' } as unknown as FromPulse, millis(1001))).toEqual(CLEAR);
  });

  test('is gone for an active router after a minute without a claim, if it hears its peer', () => {
    const news = claimed();
    expect(news.quiet('active', true, millis(60_999))).toEqual([]);
    expect(news.quiet('active', false, millis(61_000))).toEqual([]);
    expect(news.quiet('backup', true, millis(61_000))).toEqual([]);
    expect(news.quiet('active', true, millis(61_000))).toEqual(CLEAR);
  });
});
