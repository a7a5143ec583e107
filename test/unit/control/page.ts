/** A page of sessions for tests of the control socket and the screen: one that survives and one that does not. */
import type { SessionsPage, SessionView } from '../../../src/control/sessions.js';

export const DOWNLOADING: SessionView = {
  client: { address: '198.51.100.7', port: 40_000 },
  service: { name: 'ftp', address: '192.0.2.10', port: 21 },
  server: 'one',
  standing: 'ok',
  state: 'downloading',
  mode: 'passive',
  dataChannels: 1,
  bytesToClient: 3_145_728,
  bytesFromClient: 81_920,
  agoMillis: 123_400,
  survives: true,
  reason: undefined,
  part: undefined,
};

export const ANNOUNCED: SessionView = {
  client: { address: '2001:db8::7', port: 40_001 },
  service: { name: 'ftp6', address: '2001:db8::10', port: 2121 },
  server: 'two',
  standing: 'drained',
  state: 'announced',
  mode: 'active',
  dataChannels: 0,
  bytesToClient: undefined,
  bytesFromClient: undefined,
  agoMillis: 38,
  survives: false,
  reason: 'unacknowledged',
  part: 'announcement',
};

export const PAGE: SessionsPage = {
  version: '0.1.0',
  node: 'alpha',
  role: 'active',
  known: 2,
  sessions: [DOWNLOADING, ANNOUNCED],
  next: undefined,
};
