/** All metrics there are, in the order in which they are written. */
import { ALERT_METRICS } from './alert-metrics.js';
import type { Metric } from './metric.js';
import { PAIR_METRICS } from './pair-metrics.js';
import { SERVER_METRICS } from './server-metrics.js';
import { SYNC_METRICS } from './sync-metrics.js';

export const CATALOGUE: readonly Metric[] = [
  ...PAIR_METRICS,
  ...SYNC_METRICS,
  ...SERVER_METRICS,
  ...ALERT_METRICS,
];
