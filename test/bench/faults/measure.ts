/**
 * Repeats faults on a pair, with the observer on the wire and a prober in the client's namespace. A pair that does not
 * settle again within twenty seconds is a result too: it is counted, and the next run gets a fresh lab.
 */
import { settleAnyhow } from '../../lab/support/faults-settle.js';
import type { Fault } from '../../lab/support/faults-list.js';
import { type Round, type RoundSeen, runRound } from '../../lab/support/faults-rounds.js';
import { runFault } from '../../lab/support/faults-run.js';
import { type Observer, plugObserver } from '../../lab/support/observer.js';
import { type Lab, raiseLab } from '../../../src/lab/lab.js';
import { type Instrument, startInstrument } from '../instrument.js';
import type { ProberReport } from '../takeover/prober-main.js';
import { longestLoss } from './loss.js';
import type { FaultRun } from './table.js';

/** A lab with both directors started, an observer and a prober. */
interface Ground {
  readonly lab: Lab;
  readonly observer: Observer;
  readonly prober: Instrument<ProberReport>;
}

async function raise(profile: string): Promise<Ground> {
  const lab = await raiseLab({ servers: ['vsftpd', 'proftpd'], pulse: { profile } });
  try {
    const observer = await plugObserver(lab);
    const prober = startInstrument<ProberReport>(lab.client.namespace, 'takeover/prober-main', [lab.vip]);
    await prober.report();
    lab.director('alpha').start();
    lab.director('beta').start();
    return { lab, observer, prober };
  } catch (error) {
    await lab.down();
    throw error;
  }
}

/** Labs, one at a time: a pair is used until it does not settle. */
export class Labs {
  #ground: Ground | undefined;

  constructor(private readonly profile: string) {}

  /** One fault, from a settled pair to a settled pair. */
  async suffer(fault: Fault): Promise<FaultRun> {
    const ground = await this.ground();
    const stage = { ...ground, ...(await settleAnyhow(ground.lab)) };
    await ground.prober.reset();
    const seen = await runFault(stage, fault);
    const log = await ground.prober.report();
    const ownStall = Math.max(seen.ownStall, log.ownStallMillis);
    return { ...seen, ownStall, outage: longestLoss(log), settled: await this.settles(ground) };
  }

  /** One round of ends and starts. */
  async round(round: Round): Promise<RoundSeen> {
    return runRound(await this.ground(), round);
  }

  async down(): Promise<void> {
    const ground = this.#ground;
    this.#ground = undefined;
    ground?.prober.stop();
    await ground?.observer.unplug();
    await ground?.lab.down();
  }

  private async ground(): Promise<Ground> {
    return (this.#ground ??= await raise(this.profile));
  }

  private async settles(ground: Ground): Promise<boolean> {
    try {
      await settleAnyhow(ground.lab);
      return true;
    } catch {
      await this.down();
      return false;
    }
  }
}
