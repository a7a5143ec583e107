/**
 * The scheduler `sh`: rendezvous hashing. For each slot every server draws a number from the slot's and its own name, and the
 * highest one has it. A server that leaves gives away its own slots and no others; one that returns gets the same back; and both
 * directors draw the same numbers. Pure.
 */

/** What is needed of a server. */
export interface Weighted {
  readonly name: string;
  readonly weight: number;
}

/** Who serves each slot, by name; empty when there is no server. All weights are above 0. */
export function sourceHash(servers: readonly Weighted[], slots: number): readonly string[] {
  if (servers.length === 0) return [];
  const seeds = servers.map(({ name }) => hashOf(name));
  return Array.from({ length: slots }, (_, slot) => {
    let best = '';
    let highest = -Infinity;
    servers.forEach(({ name, weight }, index) => {
      // With -1/ln(u) the chance to be the highest is exactly the share of the weight (Thaler and Ravishankar's
      // rendezvous, with weights as of Schindelhauer and Schomaker).
      const drawn = -weight / Math.log(uniform((seeds[index] ?? 0) ^ Math.imul(slot + 1, 0x9e3779b1)));
      if (drawn > highest) [highest, best] = [drawn, name];
    });
    return best;
  });
}

/** FNV-1a of a name. */
function hashOf(name: string): number {
  let hash = 0x811c9dc5;
  for (const byte of Buffer.from(name)) hash = Math.imul(hash ^ byte, 0x01000193);
  return hash;
}

/** A number between 0 and 1, exclusive: murmur3's last mixing, twice. */
function uniform(seed: number): number {
  return (mixed(mixed(seed)) + 0.5) / 2 ** 32;
}

function mixed(seed: number): number {
  let hash = seed;
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}
