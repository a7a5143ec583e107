/**
 * Time as ftpair counts it: milliseconds on the monotonic clock, or a length of time in milliseconds.
 * Nothing in a protocol or a decision ever looks at the wall clock, which an administrator may set.
 */

declare const millisBrand: unique symbol;

/** Milliseconds: a point on CLOCK_MONOTONIC or a length of time. Fractions are allowed. */
export type Millis = number & { readonly [millisBrand]: true };

/** Marks a plain number as milliseconds. */
export function millis(value: number): Millis {
  return value as Millis;
}

/** Now on CLOCK_MONOTONIC, the same clock in every thread and process of this machine. */
export function monotonicNow(): Millis {
  return (Number(process.hrtime.bigint()) / 1e6) as Millis;
}
