/** One config's balancing takes the place of another's, in the kernel and here, or nothing changes. */
import type { Flow } from '../conntrack/flow.js';
import type { Balancing } from './balancing.js';

/**
 * `make` builds the next one from the one before it, which stands still meanwhile: some tens of milliseconds in which no server is
 * checked. Throws what the kernel said, and the one before goes on.
 */
export async function succeed(
  before: Balancing,
  make: (before: Balancing) => Balancing,
  active: boolean,
  flows: () => readonly Flow[],
): Promise<Balancing> {
  await before.pause();
  const next = make(before);
  try {
    await next.replace(active, flows);
    return next;
  } catch (error) {
    await next.pause();
    before.resume();
    throw error;
  }
}
