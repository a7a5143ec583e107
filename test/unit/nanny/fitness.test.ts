import { describe, expect, it } from 'vitest';
import { countFit, freshFitness, type FitnessState } from '../../../src/nanny/fitness.js';
import { millis } from '../../../src/time.js';

const UPLINK = '192.0.2.1';

/** What counts at each moment for one address that is alive or not. */
function row(moments: readonly (readonly [at: number, alive: boolean])[], backup = false): number[] {
  let state: FitnessState = freshFitness;
  return moments.map(([at, alive]) => {
    const result = countFit(state, [{ address: UPLINK, alive }], millis(at), backup);
    state = result.state;
    return result.fit;
  });
}

describe('the fitness of a director', () => {
  it('counts an address from its first answer on', () => {
    expect(row([[0, false], [9000, false], [10_000, true], [11_000, true]])).toEqual([1, 0, 1, 1]); // prettier-ignore
  });

  it('does not hold a missing answer against a director that has just started, for five seconds', () => {
    expect(row([[0, false], [4999, false], [5000, false]])).toEqual([1, 1, 0]); // prettier-ignore
  });

  it('holds a missing answer against a backup at once, so that an address that answers nobody moves no role', () => {
    expect(row([[0, false], [4999, false], [5000, true]], true)).toEqual([0, 0, 1]); // prettier-ignore
  });

  it('gives an address that is watched later the same five seconds', () => {
    const both = [{ address: UPLINK, alive: true }, { address: 'new', alive: false }]; // prettier-ignore
    const { state } = countFit(freshFitness, both.slice(0, 1), millis(0), false);
    const added = countFit(state, both, millis(60_000), false);
    expect(added.fit).toBe(2);
    expect(countFit(added.state, both, millis(64_999), false).fit).toBe(2);
    expect(countFit(added.state, both, millis(65_000), false).fit).toBe(1);
  });

  it('loses an address at once and gets it back after ten quiet seconds', () => {
    expect(
      row([
        [0, true],
        [1000, false],
        [2000, true],
        [11_999, true],
        [12_000, true],
      ]),
    ).toEqual([1, 0, 0, 0, 1]);
  });

  it('starts the quiet time anew when the address fails within it', () => {
    expect(
      row([
        [0, true],
        [1000, false],
        [2000, true],
        [8000, false],
        [9000, true],
        [12_000, true],
        [18_999, true],
        [19_000, true],
      ]),
    ).toEqual([1, 0, 0, 0, 0, 0, 0, 1]);
  });

  it('counts several addresses', () => {
    const views = [
      { address: 'a', alive: true },
      { address: 'b', alive: false },
      { address: 'c', alive: true },
    ];
    const { state } = countFit(freshFitness, views, millis(0), false);
    expect(countFit(state, views, millis(5000), false).fit).toBe(2);
  });
});
