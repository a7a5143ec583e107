/** Weights of other balancers (up to 65535) → ours (up to 100), in the same proportion. Pure. */

/** The most that a weight of ours may be. */
const MOST = 100;

/** All weights of one service. They are left alone unless one is too large; none but 0 becomes 0. */
export function scaleWeights(weights: readonly number[]): readonly number[] {
  const largest = Math.max(0, ...weights);
  if (largest <= MOST) return weights;
  const divisor = weights.reduce(greatestCommonDivisor, 0);
  const factor = largest / divisor <= MOST ? 1 / divisor : MOST / largest;
  return weights.map((weight) => (weight === 0 ? 0 : Math.max(1, Math.round(weight * factor))));
}

function greatestCommonDivisor(a: number, b: number): number {
  return b === 0 ? a : greatestCommonDivisor(b, a % b);
}
