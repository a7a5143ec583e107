/** Whose word counts about a server. */
import { expect, it } from 'vitest';
import { believe, type OwnOpinion, type PeerOpinion, type Verdict } from '../../../src/rotation/opinion.js';
import { millis } from '../../../src/time.js';

function own(verdict: Verdict, goodAt?: number): OwnOpinion {
  return { verdict, reason: 'mine', goodAt: goodAt === undefined ? undefined : millis(goodAt) };
}

function peer(verdict: Verdict, heardAt = 1000): PeerOpinion {
  return { verdict, reason: 'theirs', heardAt: millis(heardAt) };
}

it.each([
  ['nobody has seen anything', own('unknown'), undefined, 'unknown', 'own'],
  ['the peer has seen nothing either', own('unknown'), peer('unknown'), 'unknown', 'own'],
  ['the peer alone has seen it up', own('unknown'), peer('up'), 'up', 'peer'],
  ['the peer alone has seen it down', own('unknown'), peer('down'), 'down', 'peer'],
  ['both up', own('up', 500), peer('up'), 'up', 'own'],
  ['both down', own('down'), peer('down'), 'down', 'own'],
  ['down here and up there: we serve over our own cables', own('down', 500), peer('up'), 'down', 'own'],
  ['up here, and the peer has said since that it is down', own('up', 999), peer('down'), 'down', 'peer'],
  ['up here by a probe begun at the moment of that word', own('up', 1000), peer('down'), 'down', 'peer'],
  ['up here by a probe begun after that word', own('up', 1001), peer('down'), 'up', 'own'],
  ['up here, and the peer has not seen it', own('up', 500), peer('unknown'), 'up', 'own'],
  ['up here, and no peer', own('up', 500), undefined, 'up', 'own'],
] as const)('%s', (_what, mine, theirs, verdict, by) => {
  expect(believe(mine, theirs)).toEqual({ verdict, by, reason: by === 'own' ? 'mine' : 'theirs' });
});
