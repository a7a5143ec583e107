/**
 * Real FTP clients with real servers, caught by a power loss of the active at every moment of their lives: whose sessions
 * are intact afterwards. The sessions are those of the survival matrix.
 */
import { bringUp, type Moment, type Outcome, type Survivor } from '../../lab/support/survivors.js';
import { pause } from '../../../src/until.js';
import type { DataMode } from '../../../src/drill/announced.js';
import { millis } from '../../../src/time.js';
import type { Runs, Say } from '../runs.js';
import { type Both, inTurn } from './bench.js';
import type { System } from './pair.js';
import { onStand } from './stand.js';
import { survived, type Tally } from './tally.js';

/** One session and what became of it. */
export interface Fate {
  readonly mode: DataMode;
  readonly moment: Moment;
  readonly outcome: Outcome;
}

export interface SurvivalRun extends Tally {
  readonly fates: readonly Fate[];
}

export type SurvivalResult = Both<Runs<SurvivalRun>>;

/** So slow that the transfers of the matrix are still running when the power goes. */
const TRANSFER_RATE = 1_500_000;
/** Whoever is not through by then is lost: longer than any reply of the lab's client may take. */
const PATIENCE = millis(60_000);
/** Both get some time to replicate what has just been announced. */
const CALM = millis(300);

const GIVEN_UP: Outcome = {
  transfer: 'still not over',
  control: 'still not over',
  further: 'still not over',
  stallMillis: Infinity,
};

async function fateOf(survivor: Survivor): Promise<Fate> {
  const { mode, moment } = survivor;
  let late: NodeJS.Timeout | undefined;
  const givenUp = new Promise<Outcome>((resolve) => {
    late = setTimeout(() => {
      resolve(GIVEN_UP);
    }, PATIENCE);
  });
  const outcome = await Promise.race([survivor.after(), givenUp]);
  clearTimeout(late);
  return { mode, moment, outcome };
}

/** `runs` power losses for each system in turn, each on a pair of its own. */
export function measureSurvival(runs: number, say: Say): Promise<SurvivalResult> {
  const run = (system: System, number: number): Promise<SurvivalRun> =>
    onStand(
      system,
      async ({ pair }) => {
        const survivors = await bringUp(pair.lab, `bench-${number}`);
        await pause(CALM);
        await pair.losePower();
        const fates = await Promise.all(survivors.map(fateOf));
        const tally = survived(fates);
        const { staked, all } = tally;
        say(
          `survival, ${number} of ${runs}: ${system}: ${staked.intact} of ${staked.sessions} with offsets or announced channels, ${all.intact} of ${all.sessions} of all`,
        );
        return { ...tally, fates };
      },
      { ratePerSecond: TRANSFER_RATE },
    );
  return inTurn(runs, 'survival', run, say);
}
