/** A picture of a running director for tests of the control socket and the screen. */
import type { StatusView } from '../../../src/control/status.js';

export const VIEW: StatusView = {
  version: '0.1.0',
  node: 'alpha',
  role: 'active',
  reason: 'peerDead',
  term: 8,
  uptimeSeconds: 14_705,
  history: [
    { from: 'starting', to: 'backup', reason: 'peerActive', agoMillis: 14_704_000, steps: [] },
    {
      from: 'backup',
      to: 'active',
      reason: 'peerDead',
      agoMillis: 123_400,
      steps: [
        { step: 'probed', atMillis: 12.04 },
        { step: 'addressUp', atMillis: 12.31 },
      ],
    },
  ],
  peer: {
    name: 'beta',
    alive: false,
    role: 'unknown',
    ready: false,
    inSync: false,
    sameConfig: true,
    paths: [
      { name: 'public', alive: true, rttMillis: 0.214, received: 12034, refused: 0 },
      { name: 'private', alive: false, rttMillis: undefined, received: 7, refused: 3 },
    ],
  },
  sync: {
    direction: 'sending',
    inSync: false,
    detail: 'the peer is silent',
    flows: 12,
    expectations: 1,
    backlog: 4,
    resends: 2,
    resyncs: 1,
    repairs: 0,
    lag: { p50: 0.62, p99: 1.48, max: 12.3 },
    refused: { badSeal: 2, replay: 0 },
  },
  services: [
    {
      name: 'ftp',
      address: '192.0.2.10',
      port: 21,
      servers: [
        {
          name: 's1',
          address: '10.0.0.11',
          port: 21,
          weight: 1,
          up: true,
          reason: '',
          echoMillis: 0.3,
          sessions: 12,
        },
        {
          name: 's2',
          address: 'fd00::12',
          port: 2121,
          weight: 3,
          up: false,
          reason: 'connect: ECONNREFUSED',
          echoMillis: undefined,
          sessions: 0,
        },
      ],
    },
  ],
  tracked: [{ address: '192.0.2.1', echoMillis: 1.5, alive: true }],
  sessions: { control: 12, data: 3, announced: 1 },
  realtime: true,
  residentMebibytes: 61.4,
  warnings: ['the peer is lost'],
};
