/** What becomes of a changed standing: alerts, and the end of sessions. */
import { describe, expect, it } from 'vitest';
import type { Config, VirtualService } from '../../../src/config/model.js';
import {
  disagreementAlerts,
  isSlowStep,
  mustEnd,
  standingAlerts,
} from '../../../src/daemon/standing-news.js';
import type { ServerStanding, StandingChange } from '../../../src/rotation/board.js';
import type { StandingReason } from '../../../src/rotation/standing.js';

type Verdict = ServerStanding['belief']['verdict'];

function standing(
  verdict: Verdict,
  reason: StandingReason,
  weight: number,
  by: 'own' | 'peer' = 'own',
): ServerStanding {
  return { weight, reason, belief: { verdict, reason: verdict === 'up' ? 'ok' : 'refused', by } };
}

const UNPROVEN = standing('unknown', 'unproven', 1);
const OK = standing('up', 'ok', 1);
const DOWN = standing('down', 'down', 0);
const HEARSAY = standing('down', 'down', 0, 'peer');
const HELD = standing('down', 'held', 1);
const DRAINED = standing('up', 'drained', 0);
const FORCED_UP = standing('down', 'forcedUp', 1);

function change(from: ServerStanding, to: ServerStanding, serving = 1): StandingChange {
  return { service: 'ftp', server: 'one', address: '10.0.0.11', from, to, serving };
}

function services(more: object = {}): readonly VirtualService[] {
  return [{ name: 'ftp', rotation: { onFailure: 'keep', ...more } }] as unknown as readonly VirtualService[];
}

/** Each alert as its id and what is particular to it. */
function told(...changes: readonly StandingChange[]): readonly string[] {
  return standingAlerts(changes, services()).map(({ id, ...facts }) =>
    [id, ...Object.entries(facts).flatMap(([key, value]) => (PARTICULAR.includes(key) ? [value] : []))].join(
      ' ',
    ),
  );
}
const PARTICULAR = ['reason', 'because', 'order'];

describe('a changed standing', () => {
  it.each([
    ['found up at first', UNPROVEN, OK, ['server-up']],
    ['found down at first', UNPROVEN, DOWN, ['server-down refused']],
    ['failed', OK, DOWN, ['server-down refused']],
    ['failed and kept by min_servers', OK, HELD, ['server-held refused held']],
    ['kept no longer', HELD, DOWN, ['server-down refused']],
    ['kept after all', DOWN, HELD, ['server-held refused held', 'service-back']],
    ['works again', DOWN, OK, ['server-up', 'service-back']],
    ['works again, slowly', DOWN, standing('up', 'slowStart', 0.1), ['server-up', 'service-back']],
    ['has its full share', standing('up', 'slowStart', 0.9), OK, []],
    ['drained', OK, DRAINED, ['server-ordered drained']],
    ['undrained', DRAINED, OK, ['server-ordered auto', 'service-back']],
    ['failed while drained', DRAINED, standing('down', 'drained', 0), ['server-down refused']],
    [
      'works again while drained: it gets no sessions',
      standing('down', 'drained', 0),
      DRAINED,
      ['server-up drained'],
    ],
    [
      'forced up',
      DOWN,
      FORCED_UP,
      ['server-held refused forcedUp', 'server-ordered forcedUp', 'service-back'],
    ],
    ['forced no more', FORCED_UP, DOWN, ['server-down refused', 'server-ordered auto']],
    ['reweighed', OK, standing('up', 'ok', 3), ['server-ordered weight 3']],
    ['weight taken away', OK, standing('up', 'noWeight', 0), ['server-ordered noWeight']],
    ['down by our own probe too', HEARSAY, DOWN, []],
  ] as const)('%s', (_what, from, to, alerts) => {
    expect(told(change(from, to))).toEqual(alerts);
  });

  it('by our own checks says at which step they failed; by hearsay nobody knows', () => {
    const stepOf = (): string => 'passive';
    expect(standingAlerts([change(OK, DOWN)], services({}), stepOf)).toMatchObject([
      { id: 'server-down', reason: 'refused', step: 'passive' },
    ]);
    expect(standingAlerts([change(OK, HEARSAY)], services({}), stepOf)[0]).not.toHaveProperty('step');
  });

  it('that leaves no server is worth an alert of its own, once for all that left together', () => {
    const [one, two] = [change(OK, DOWN, 0), { ...change(OK, DOWN, 0), server: 'two' }];
    expect(told(one, two)).toEqual(['server-down refused', 'server-down refused', 'no-server']);
    expect(told(change(DOWN, DRAINED, 0))).toEqual(['server-up drained', 'server-ordered drained']);
    const sorry = services({ sorry: { name: 'sorry', address: '10.0.0.99', port: 21, weight: 0 } });
    expect(standingAlerts([one], sorry)[1]).toEqual({
      id: 'sorry-server',
      service: 'ftp',
      address: '10.0.0.99',
    });
  });

  it('is no line of its own where only time has passed', () => {
    const slow = (weight: number) => standing('up', 'slowStart', weight);
    expect(isSlowStep(change(slow(0.1), slow(0.2)))).toBe(true);
    expect(isSlowStep(change(slow(0.9), OK))).toBe(true);
    expect(isSlowStep(change(slow(0.9), DOWN))).toBe(false);
    expect(isSlowStep(change(DOWN, slow(0.1)))).toBe(false);
  });
});

describe('on_failure: end', () => {
  const [END] = services({ onFailure: 'end' });
  const [KEEP] = services();
  it.each([
    ['our nanny has found it down', OK, DOWN, END, true],
    ['the config keeps them', OK, DOWN, KEEP, false],
    ['only the peer says so', OK, HEARSAY, END, false],
    ['our nanny says so too', HEARSAY, DOWN, END, true],
    ['it was down before', DOWN, DOWN, END, false],
    ['min_servers keeps it', OK, HELD, END, false],
    ['an operator has taken it out', OK, DRAINED, END, false],
  ] as const)('%s', (_what, from, to, service, ends) => {
    expect(mustEnd(change(from, to), service)).toBe(ends);
  });
});

describe('a disagreement', () => {
  const node = (name: string) => ({ name, private: { interface: `${name}1` } });
  const config = { nodes: [node('alpha'), node('beta')] } as unknown as Config;
  const about = (suspect: 'own' | 'peer') => ({ service: 'ftp', server: 'one', suspect });

  it('names who is alone, its link, and who is the witness, the same on both directors', () => {
    const alone = {
      id: 'verdicts-differ',
      service: 'ftp',
      server: 'one',
      suspect: 'beta',
      link: 'beta1',
      witness: 'alpha',
    };
    expect(disagreementAlerts({ begun: [about('peer')], over: [] }, config, 0)).toEqual([alone]);
    expect(disagreementAlerts({ begun: [about('own')], over: [] }, config, 1)).toEqual([alone]);
  });

  it('is told when it is over', () => {
    expect(disagreementAlerts({ begun: [], over: [about('own')] }, config, 0)).toEqual([
      { id: 'verdicts-agree', service: 'ftp', server: 'one' },
    ]);
  });
});
