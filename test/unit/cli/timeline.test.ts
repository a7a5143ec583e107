import { describe, expect, it } from 'vitest';
import { renderTimeline } from '../../../src/cli/history-screen.js';
import { timeline } from '../../../src/cli/timeline.js';
import { VIEW } from '../control/view.js';

const NOW = new Date('2026-03-01T12:00:00.000Z');
const EVENT = {
  number: 4,
  id: 'peer-lost',
  severity: 'err',
  text: 'The peer is silent on every path.',
  fields: { peer: 'beta' },
  agoMillis: 123_401,
  time: '2026-03-01T11:57:56.599Z',
};
const MOMENTS = timeline(VIEW.history, [EVENT], NOW);

describe('the timeline', () => {
  it('joins changes of role and alerts, the oldest first', () => {
    expect(MOMENTS.map((moment) => [moment.time, moment.kind])).toEqual([
      ['2026-03-01T07:54:56.000Z', 'role'],
      ['2026-03-01T11:57:56.599Z', 'event'],
      ['2026-03-01T11:57:56.600Z', 'role'],
    ]);
  });

  it('has one line for each moment, and one for the steps of a change', () => {
    expect(renderTimeline('alpha', MOMENTS.slice(1), 3, false).split('\n')).toEqual([
      '2026-03-01 11:57:56.599  2 min 3 s ago  peer-lost The peer is silent on every path.',
      '2026-03-01 11:57:56.600  2 min 3 s ago  backup → active because the peer is silent on every path and nobody answers for the virtual address',
      '    probed 12.0, addressUp 12.3 (ms)',
      '2 moments on alpha of 3; more with --limit (times in UTC)',
      '',
    ]);
  });
});
