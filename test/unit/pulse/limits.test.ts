import { expect, test } from 'vitest';
import { pulseLimits } from '../../../src/pulse/limits.js';
import { millis } from '../../../src/time.js';

const CONFIG = {
  port: 5405,
  interval: millis(10),
  silence: millis(30),
  paths: ['public'],
  keyFile: '/k',
  probeCount: 2,
  probeSpacing: millis(10),
  lease: millis(200),
};

test('limits with real-time priority', () => {
  expect(pulseLimits(CONFIG, true)).toEqual({
    election: {
      interval: 10,
      silence: 30,
      listen: 1000,
      probeCount: 2,
      probeSpacing: 10,
      lease: 200,
      grace: 80,
      handover: 2000,
      retry: 1000,
    },
    liveness: { silence: 30, quiet: 20, pathSilence: 90, patience: 300 },
    interval: 10,
    silence: 30,
    renewal: 50,
    gateRenewal: 10,
    lateness: 10,
  });
});

test.each([
  {
    what: 'so early that the verdict falls on the limit',
    interval: 10,
    silence: 100,
    probes: [2, 10],
    quiet: 79,
  },
  { what: 'not for one missed pulse', interval: 10, silence: 30, probes: [2, 10], quiet: 20 },
  { what: 'not behind the limit', interval: 20, silence: 30, probes: [1, 1], quiet: 30 },
])('the LAN is asked $what', ({ interval, silence, probes: [probeCount = 0, spacing = 0], quiet }) => {
  const limits = pulseLimits(
    {
      ...CONFIG,
      interval: millis(interval),
      silence: millis(silence),
      probeCount,
      probeSpacing: millis(spacing),
    },
    true,
  );
  expect(limits.liveness.quiet).toBe(quiet);
});

test('without it, silence must last three times as long', () => {
  const limits = pulseLimits(CONFIG, false);
  expect([limits.silence, limits.election.silence, limits.liveness.silence]).toEqual([90, 90, 90]);
  expect(limits.election.grace).toBe(200);
});

test('the lease is renewed four times in its length, and a slow pulse listens longer at the start', () => {
  const limits = pulseLimits(
    { ...CONFIG, interval: millis(100), silence: millis(300), lease: millis(200) },
    true,
  );
  expect([limits.renewal, limits.election.listen]).toEqual([50, 1500]);
});
