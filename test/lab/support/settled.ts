import type { Lab } from '../../../src/lab/lab.js';
import type { DirectorName } from '../../../src/lab/plan.js';
import { until } from '../../../src/until.js';
import { millis } from '../../../src/time.js';

/**
 * Waits until `active` serves with all its servers up, and `backup` holds everything and could take over. `every` is how
 * often both are asked, 20 ms by default: with many sessions an answer takes a daemon a while.
 */
export async function settled(
  lab: Lab,
  active: DirectorName,
  backup: DirectorName,
  every = millis(20),
): Promise<void> {
  const patience = { what: `${active} is active and ${backup} in sync`, within: millis(20_000), every };
  await until(async () => {
    const [first, second] = await Promise.all([lab.director(active).status(), lab.director(backup).status()]);
    const up = first.services.flatMap(({ servers }) => servers).every((server) => server.up);
    return (
      first.role === 'active' && second.role === 'backup' && second.sync.inSync && first.peer.inSync && up
    );
  }, patience);
}
