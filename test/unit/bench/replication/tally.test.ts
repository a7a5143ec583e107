import { expect, it } from 'vitest';
import { survived } from '../../../bench/replication/tally.js';

const OK = { transfer: 'ok', control: 'ok', further: 'ok', stallMillis: 1 };

it('sessions at stake are those whose 227 was rewritten and those with a channel announced, whatever the mode', () => {
  const cells = (['PASV', 'EPSV', 'PORT', 'EPRT'] as const).flatMap((mode) =>
    (['idle', 'announced', 'downloading', 'uploading', 'repeated'] as const).map((moment) => ({
      mode,
      moment,
      outcome: OK,
    })),
  );
  expect(survived(cells)).toEqual({
    staked: { sessions: 11, intact: 11 },
    stakedPassive: { sessions: 7, intact: 7 },
    all: { sessions: 20, intact: 20 },
  });
});

it.each(['transfer', 'control', 'further'])('a session whose %s went wrong is not intact', (part) => {
  const lost = { mode: 'PASV', moment: 'idle', outcome: { ...OK, [part]: 'final reply 426' } } as const;
  const kept = { mode: 'PORT', moment: 'idle', outcome: OK } as const;
  expect(survived([lost, kept])).toEqual({
    staked: { sessions: 1, intact: 0 },
    stakedPassive: { sessions: 1, intact: 0 },
    all: { sessions: 2, intact: 1 },
  });
});
