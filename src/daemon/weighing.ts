/** Weighs our merits again and again: calls the tracked addresses and the servers, and says when the merits have changed. */
import type { Logger } from 'pino';
import type { Config } from '../config/model.js';
import { type Echo, type EchoView, startEcho } from '../nanny/echo.js';
import { millis, monotonicNow } from '../time.js';
import { type Facts, freshMerits, type Merits, weigh } from './merits.js';

export interface WeighingOptions {
  readonly config: Config;
  readonly self: 0 | 1;
  readonly logger: Logger;
  readonly standing: () => Pick<Facts, 'role' | 'inSync'>;
  readonly onMerits: (merits: Merits) => void;
  /** Called at every turn, before anything is weighed. */
  readonly onTurn: () => void;
  /** An address below `track` has answered for the first time, or begun or ceased to answer. */
  readonly onTracked: (address: string, alive: boolean) => void;
}

const ECHO_INTERVAL = millis(1000);
/** A tracked address counts as lost after three missing echoes anyway. */
const WEIGH_INTERVAL = millis(500);

export class Weighing {
  readonly #o: WeighingOptions;
  #config: Config;
  readonly #echo: Echo;
  readonly #timer: NodeJS.Timeout;
  #state = freshMerits;
  #merits: Merits = { tracked: 0, preferred: false };

  /** Starts the echo and the timer. Throws SystemError. */
  constructor(options: WeighingOptions) {
    this.#o = options;
    const { config, logger, onTracked } = options;
    this.#config = config;
    this.#echo = startEcho({
      addresses: watched(config),
      interval: ECHO_INTERVAL,
      now: monotonicNow,
      onChange: ({ address, alive }) => {
        logger.info({ address, alive }, 'echo changed');
        if (this.#config.track.includes(address)) onTracked(address, alive);
      },
    });
    this.#timer = setInterval(() => {
      this.weigh();
    }, WEIGH_INTERVAL);
  }

  /** Weighs by another config from now on. */
  reconfigure(config: Config): void {
    this.#config = config;
    this.#echo.watch(watched(config));
    this.weigh();
  }

  weigh(): void {
    const { self, standing, onMerits, onTurn } = this.#o;
    const config = this.#config;
    onTurn();
    const facts = { ...standing(), echo: this.views() };
    const { state, merits } = weigh(this.#state, config, config.nodes[self].name, facts, monotonicNow());
    this.#state = state;
    if (merits.tracked === this.#merits.tracked && merits.preferred === this.#merits.preferred) return;
    this.#merits = merits;
    onMerits(merits);
  }

  views(): readonly EchoView[] {
    return this.#echo.views();
  }

  /** Weighs no more. */
  pause(): void {
    clearInterval(this.#timer);
  }

  stop(): void {
    this.pause();
    this.#echo.stop();
  }
}

function watched({ track, services }: Config): readonly string[] {
  return [...track, ...services.flatMap(({ servers }) => servers.map(({ address }) => address))];
}
