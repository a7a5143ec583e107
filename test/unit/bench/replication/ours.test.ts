import { expect, it } from 'vitest';
import { lossesOf } from '../../../bench/replication/ours.js';
import type { StatusView } from '../../../../src/control/status.js';

const sync = (
  dropped: Record<string, number>,
  refused: Record<string, number>,
  resyncs: number,
): StatusView['sync'] => ({
  direction: 'sending',
  inSync: true,
  detail: '',
  flows: 0,
  expectations: 0,
  backlog: 0,
  resends: 12,
  resyncs,
  repairs: 0,
  lag: undefined,
  dropped,
  refused,
  healed: {},
});

it('our losses are those of both directors that concern the table, and full copies; what was sent again is none', () => {
  expect(
    lossesOf(sync({ eventsLost: 2, replay: 5 }, {}, 3), sync({ eventsLost: 1 }, { clash: 1 }, 0)),
  ).toEqual({
    eventsLost: 3,
    clash: 1,
    masterMissing: 0,
    noHelper: 0,
    tableFull: 0,
    other: 0,
    resyncs: 3,
  });
});
