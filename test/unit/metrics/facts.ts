/** Facts for tests of the metrics: the picture of the control socket's tests, and what is beside it. */
import type { Facts } from '../../../src/metrics/metric.js';
import { VIEW } from '../control/view.js';

export const FACTS: Facts = {
  status: VIEW,
  counts: {
    transitions: [{ to: 'active', reason: 'peerDead', count: 2 }],
    alerts: { 'peer-lost': 3 },
  },
  process: { residentBytes: 64_000_000, cpuSeconds: 12.5, startedAtSeconds: 1_790_000_000 },
  wallNow: 1_790_014_705_000,
};
