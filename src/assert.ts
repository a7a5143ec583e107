/** Assertions about ourselves: when one fails we are wrong, the process ends and the peer takes over. */

/** Makes a `switch` over a union exhaustive: a new variant is a compile error here. */
export function assertNever(value: never): never {
  throw new Error(`unexpected variant: ${JSON.stringify(value)}`);
}

/** Throws when something that must hold does not. */
export function invariant(condition: boolean, what: string): asserts condition {
  if (!condition) throw new Error(`invariant broken: ${what}`);
}
