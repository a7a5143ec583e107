/** Two verdicts that differ are news after a while, and suspect is who cannot reach the server. */
import { beforeEach, describe, expect, it } from 'vitest';
import { Disagreements, type Sight } from '../../../src/rotation/disagreement.js';
import type { Verdict } from '../../../src/rotation/opinion.js';
import { millis } from '../../../src/time.js';

const NO_NEWS = { begun: [], over: [] };
const PEER_ALONE = { service: 'ftp', server: 'one', suspect: 'peer' };
const WE_ALONE = { ...PEER_ALONE, suspect: 'own' };

function seen(own: Verdict, peer: Verdict): readonly Sight[] {
  return [{ service: 'ftp', server: 'one', own, peer }];
}

describe('a disagreement', () => {
  let both: Disagreements;
  beforeEach(() => {
    both = new Disagreements(millis(3000));
  });

  it('is news when it has lasted its time, and only once', () => {
    expect(both.look(seen('up', 'down'), millis(1000))).toEqual(NO_NEWS);
    expect(both.wake()).toBe(4000);
    expect(both.look(seen('up', 'down'), millis(3999))).toEqual(NO_NEWS);
    expect(both.look(seen('up', 'down'), millis(4000))).toEqual({ begun: [PEER_ALONE], over: [] });
    expect(both.wake()).toBeUndefined();
    expect(both.look(seen('up', 'down'), millis(5000))).toEqual(NO_NEWS);
    expect(both.current()).toEqual([PEER_ALONE]);
  });

  it('suspects this director where the peer can reach the server', () => {
    both.look(seen('down', 'up'), millis(0));
    expect(both.look(seen('down', 'up'), millis(3000)).begun).toEqual([WE_ALONE]);
  });

  it('that ends in time was none', () => {
    both.look(seen('up', 'down'), millis(0));
    expect(both.look(seen('down', 'down'), millis(2000))).toEqual(NO_NEWS);
    expect(both.look(seen('up', 'down'), millis(3000))).toEqual(NO_NEWS);
    expect(both.wake()).toBe(6000);
  });

  it('is over when both agree, or when the other one is not heard', () => {
    both.look(seen('up', 'down'), millis(0));
    both.look(seen('up', 'down'), millis(3000));
    expect(both.look(seen('up', 'unknown'), millis(4000))).toEqual({ begun: [], over: [PEER_ALONE] });
    expect(both.current()).toEqual([]);
  });

  it('begins anew when the two change sides', () => {
    both.look(seen('up', 'down'), millis(0));
    both.look(seen('up', 'down'), millis(3000));
    expect(both.look(seen('down', 'up'), millis(4000))).toEqual({ begun: [], over: [PEER_ALONE] });
    expect(both.look(seen('down', 'up'), millis(7000))).toEqual({ begun: [WE_ALONE], over: [] });
  });

  it.each([
    ['up', 'up'],
    ['down', 'down'],
    ['unknown', 'down'],
    ['down', 'unknown'],
  ] as const)('is none between %s and %s', (own, peer) => {
    both.look(seen(own, peer), millis(0));
    expect(both.look(seen(own, peer), millis(60_000))).toEqual(NO_NEWS);
  });
});
