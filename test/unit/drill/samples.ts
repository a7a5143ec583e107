/** A drill's record for tests: a crash on alpha, one download that stood still, one session idle. */
import type { DrillRecord, SessionRecord } from '../../../src/drill/record.js';

export const DOWNLOAD: SessionRecord = {
  name: 'PASV download',
  mode: 'PASV',
  moment: 'download',
  span: { from: 500, to: 6000 },
  transfer: { from: 600, to: 5900 },
  bytes: 4_194_304,
  stalls: [
    { from: 900, to: 930 },
    { from: 2050, to: 2270.5 },
  ],
  stallBeforeMillis: 30,
  stallAcrossMillis: 220.5,
  outcome: { type: 'survived' },
};

export const IDLE: SessionRecord = {
  name: 'EPRT idle',
  mode: 'EPRT',
  moment: 'idle',
  span: { from: 700, to: 5000 },
  transfer: undefined,
  bytes: 0,
  stalls: [],
  stallBeforeMillis: undefined,
  stallAcrossMillis: undefined,
  outcome: { type: 'survived' },
};

export const CRASH: DrillRecord = {
  format: 1,
  version: '0.1.0',
  scenario: 'crash',
  startedAt: '2026-03-01T12:00:00.000Z',
  durationMillis: 8000,
  node: 'alpha',
  peer: 'beta',
  faultAt: 2000,
  roles: [
    { at: 0, active: 'alpha' },
    { at: 2060, active: 'nobody' },
    { at: 2300, active: 'beta' },
  ],
  probes: [
    {
      address: '192.0.2.10',
      kind: 'echo',
      everyMillis: 1,
      sent: 8000,
      answered: 7880,
      silences: [
        { from: 100, to: 400 },
        { from: 2190, to: 2300.4 },
      ],
      ownStallMillis: 3.2,
    },
  ],
  sessions: [DOWNLOAD, IDLE],
  steps: [{ at: 2000, text: 'daemon 4711 killed' }],
  events: [{ at: 7000, severity: 'notice', text: 'The peer beta is heard again.' }],
  troubles: [],
  interrupted: undefined,
};
