import { describe, expect, it } from 'vitest';
import { type Facts, freshMerits, type Merits, weigh } from '../../../src/daemon/merits.js';
import { millis } from '../../../src/time.js';

const config = { track: ['192.0.2.1'], preferred: { node: 'alpha', after: millis(60_000) } };
const BACKUP: Facts = { role: 'backup', inSync: true, echo: [] };

function row(name: string, moments: readonly (readonly [at: number, facts: Facts])[]): Merits[] {
  let state = freshMerits;
  return moments.map(([at, facts]) => {
    const weighed = weigh(state, config, name, facts, millis(at));
    state = weighed.state;
    return weighed.merits;
  });
}

const preferredOf = (merits: readonly Merits[]): boolean[] => merits.map(({ preferred }) => preferred);

describe('the merits of a director', () => {
  it('prefer the wanted director once it has been a backup in sync for the delay, and not a moment before', () => {
    expect(preferredOf(row('alpha', [[0, BACKUP], [59_999, BACKUP], [60_000, BACKUP]]))).toEqual([false, false, true]); // prettier-ignore
  });

  it('start the delay anew when sync was lost', () => {
    const lost = { ...BACKUP, inSync: false };
    expect(
      preferredOf(row('alpha', [[0, BACKUP], [50_000, lost], [51_000, BACKUP], [110_999, BACKUP], [111_000, BACKUP]])), // prettier-ignore
    ).toEqual([false, false, false, false, true]);
  });

  it('start the delay anew when the wanted director has given the role away, in sync again at the next look', () => {
    const active: Facts = { ...BACKUP, role: 'active' };
    expect(
      preferredOf(row('alpha', [[0, active], [70_000, active], [70_500, BACKUP], [130_499, BACKUP], [130_500, BACKUP]])), // prettier-ignore
    ).toEqual([true, true, false, false, true]);
  });

  it('prefer the wanted director at once while it is active', () => {
    expect(preferredOf(row('alpha', [[0, { ...BACKUP, role: 'active' }]]))).toEqual([true]);
  });

  it('never prefer the other one', () => {
    expect(preferredOf(row('beta', [[0, BACKUP], [99_000, { ...BACKUP, role: 'active' }]]))).toEqual([false, false]); // prettier-ignore
  });

  it('count tracked addresses and no others', () => {
    const echo = [
      { address: '192.0.2.1', alive: true },
      { address: '10.0.0.11', alive: true },
    ];
    expect(row('beta', [[0, { ...BACKUP, echo }]])[0]?.tracked).toBe(1);
  });
});
