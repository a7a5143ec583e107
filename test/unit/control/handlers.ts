/** A daemon's answers for tests of the control socket; a test replaces those that it is about. */
import type { ControlHandlers } from '../../../src/control/server.js';
import { PAGE } from './page.js';
import { VIEW } from './view.js';

export const HANDLERS: ControlHandlers = {
  status: () => VIEW,
  sessions: () => Promise.resolve({ ok: true, value: PAGE }),
  events: () => ({ node: 'alpha', events: [] }),
  reload: () =>
    Promise.resolve({
      outcome: 'unchanged',
      file: '/etc/ftpair/ftpair.yaml',
      complaints: [],
      changes: [],
      detail: '',
    }),
  configDiff: () => Promise.resolve({ node: 'alpha', peer: 'beta', changes: [] }),
  pushConfig: () =>
    Promise.resolve({ outcome: 'applied', file: 'new.yaml', complaints: [], changes: [], detail: '' }),
  handover: () => Promise.resolve({ accepted: true, detail: 'beta takes over' }),
  compare: () => Promise.resolve({ entries: 2, differences: [] }),
  order: () => ({ accepted: true, detail: '', service: 'ftp', server: 'one', standing: 'drained' }),
};
