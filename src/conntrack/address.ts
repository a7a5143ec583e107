/**
 * Addresses as bytes, shared: a hundred thousand flows have a handful of servers and VIPs and some thousand clients between
 * them, and an array for each mention would be half of what a table takes. Pure, but for what it remembers.
 */

/** As many addresses are remembered; one that has to make room for another is merely made again. */
const SLOTS = 4096;
const remembered = new Array<Uint8Array | undefined>(SLOTS).fill(undefined);

/** The `length` bytes from `start` on as an array of their own, not to be written to: the same one for the same address. */
export function addressAt(bytes: Uint8Array, start: number, length: number): Uint8Array {
  let hash = length;
  for (let at = start; at < start + length; at++) hash = Math.imul(hash ^ (bytes[at] ?? 0), 0x01000193);
  const slot = (hash ^ (hash >>> 15)) & (SLOTS - 1);
  const known = remembered[slot];
  if (known !== undefined && holds(known, bytes, start, length)) return known;
  const made = new Uint8Array(length);
  for (let at = 0; at < length; at++) made[at] = bytes[start + at] ?? 0;
  remembered[slot] = made;
  return made;
}

function holds(known: Uint8Array, bytes: Uint8Array, start: number, length: number): boolean {
  if (known.length !== length) return false;
  for (let at = 0; at < length; at++) if (known[at] !== bytes[start + at]) return false;
  return true;
}
