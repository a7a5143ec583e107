/** The pulse side's limits, from the config. Pure. How long the gate is open: dataplane/lease-rules.ts, which must say it to the kernel. */
import type { PulseConfig } from '../config/model.js';
import { gateMillis } from '../dataplane/lease-rules.js';
import type { Limits } from '../election/model.js';
import { type Millis, millis } from '../time.js';
import type { LivenessLimits } from './liveness.js';

/** What the event loop's timers may be late by: they count whole milliseconds. */
const TIMER = 1;

/** Without real-time priority our own stalls are longer: silence must last this many times longer. */
const WITHOUT_REALTIME = 3;

export interface PulseLimits {
  readonly election: Limits;
  readonly liveness: LivenessLimits;
  readonly interval: Millis;
  readonly silence: Millis;
  /** At most this long between two renewals of the lease. */
  readonly renewal: Millis;
  /** The same while there are sessions: announcements of data channels pass only for moments after a renewal. */
  readonly gateRenewal: Millis;
  /** A wake-up this much behind its time is late. */
  readonly lateness: Millis;
}

/** `realtime`: whether this thread got its real-time priority. */
export function pulseLimits(config: PulseConfig, realtime: boolean): PulseLimits {
  const { interval, lease, probeCount, probeSpacing } = config;
  const silence = millis(config.silence * (realtime ? 1 : WITHOUT_REALTIME));
  return {
    election: {
      interval,
      silence,
      listen: millis(Math.max(1000, 5 * silence)),
      probeCount,
      probeSpacing,
      lease,
      grace: millis(2 * silence + 2 * interval),
      handover: millis(2000),
      retry: millis(1000),
    },
    liveness: {
      silence,
      quiet: quietAfter(config, silence),
      pathSilence: millis(Math.max(3 * silence, 5 * interval)),
      patience: millis(10 * silence),
    },
    interval,
    silence,
    renewal: millis(lease / 4),
    gateRenewal: millis(gateMillis(interval) / 4),
    lateness: interval,
  };
}

/**
 * The questions on the LAN are asked so early that the last answer is overdue when the silence has lasted long enough:
 * the verdict falls on the limit, and not that much later. One missed pulse alone is no reason to ask.
 */
function quietAfter({ interval, probeCount, probeSpacing }: PulseConfig, silence: Millis): Millis {
  return millis(Math.min(silence, Math.max(2 * interval, silence - probeCount * probeSpacing - TIMER)));
}
