/** Every fault that the pair is held against. Nothing happens here. */
import { daemonFaults } from './faults-daemons.js';
import type { Fault } from './faults-fault.js';
import { networkFaults } from './faults-network.js';

export type { Fault, Stage } from './faults-fault.js';

/** All of them: power, cables, wire, strangers, daemons. */
export const FAULTS: readonly Fault[] = [...networkFaults, ...daemonFaults].map((fault) => ({
  alerts: [],
  noAlerts: [],
  ...fault,
}));
