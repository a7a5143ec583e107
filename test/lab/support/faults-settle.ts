/** Waits for a pair: until both daemons are there, and until it has settled, whoever of the two has become active. */
import type { Lab } from '../../../src/lab/lab.js';
import type { DirectorName } from '../../../src/lab/plan.js';
import { until } from '../../../src/until.js';
import { millis } from '../../../src/time.js';
import { settled } from './settled.js';

/** Who is what. */
export interface Roles {
  readonly active: DirectorName;
  readonly backup: DirectorName;
}

/** One active that serves with all its servers up, and one backup that holds everything. @throws Error after a while. */
export async function settleAnyhow(lab: Lab): Promise<Roles> {
  const roles = await until(
    async (): Promise<Roles | undefined> => {
      const [alpha, beta] = await Promise.all([
        lab.director('alpha').status(),
        lab.director('beta').status(),
      ]);
      if (alpha.role === 'active' && beta.role === 'backup') return { active: 'alpha', backup: 'beta' };
      if (beta.role === 'active' && alpha.role === 'backup') return { active: 'beta', backup: 'alpha' };
      return undefined;
    },
    { what: 'one director is active and the other backup', within: millis(20_000) },
  );
  await settled(lab, roles.active, roles.backup);
  return roles;
}

/**
 * Both daemons have come as far as answering on their control sockets. A start is counted from here: how long a program
 * takes to be loaded says more about the machine's other work than about the pair.
 */
export async function bothAnswer(lab: Lab): Promise<void> {
  const ask = async (): Promise<boolean> => {
    await Promise.all([lab.director('alpha').status(), lab.director('beta').status()]);
    return true;
  };
  await until(ask, { what: 'both daemons answer', within: millis(20_000) });
}
