/**
 * A process with nothing but nannies, for the servers and the check that its argument names as JSON. It prints each verdict as a
 * line of JSON, and on `count` how many probes have ended and how many of them were good. It ends with its input.
 */
import { createInterface } from 'node:readline';
import type { HealthCheck, RealServer } from '../../../src/config/model.js';
import { startNannies } from '../../../src/nanny/nanny.js';
import { monotonicNow } from '../../../src/time.js';

const { servers, check } = JSON.parse(process.argv[2] ?? '') as {
  readonly servers: readonly RealServer[];
  readonly check: HealthCheck;
};
let probes = 0;
let good = 0;
startNannies({
  services: [
    {
      name: 'ftp',
      address: '198.51.100.1',
      family: 4,
      port: 21,
      scheduler: 'wrr',
      rotation: { minServers: 0, slowStart: undefined, sorry: undefined, onFailure: 'keep' },
      servers,
    },
  ],
  check,
  now: monotonicNow,
  onProbe: (_service, _server, { ok }) => {
    probes += 1;
    if (ok) good += 1;
  },
  onVerdict: ({ server, up, reason }) => {
    console.log(JSON.stringify({ server, up, reason, at: monotonicNow() }));
  },
});

const input = createInterface({ input: process.stdin });
input.on('line', () => {
  console.log(JSON.stringify({ probes, good }));
});
input.on('close', () => process.exit());
