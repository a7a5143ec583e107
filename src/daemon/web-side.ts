/**
 * The page and the metrics of this director: loaded only where the config asks for them, closed and begun anew with another config. It
 * joins and decides nothing.
 */
import type { Logger } from 'pino';
import type { RecentAlerts } from '../alerts/recent.js';
import { canonicalJson } from '../config/build.js';
import type { Config } from '../config/model.js';
import type { StatusView } from '../control/status.js';
import { TransitionCounts } from '../metrics/counts.js';
import type { Exposition, Format } from '../metrics/exposition.js';
import { monotonicNow } from '../time.js';
import type { WebSources } from '../web/sources.js';
import type { Web } from '../web/start.js';

export interface WebSideOptions {
  readonly self: 0 | 1;
  readonly logger: Logger;
  readonly recent: RecentAlerts;
  readonly sources: Omit<WebSources, 'metrics'>;
}

export class WebSide {
  readonly transitions = new TransitionCounts();
  readonly #o: WebSideOptions;
  #shown = '';
  #web: Web | undefined;
  /** One change after the other. */
  #changes: Promise<void> = Promise.resolve();
  #ended = false;

  constructor(options: WebSideOptions) {
    this.#o = options;
  }

  /** Serves the page of this config, in its own time. Never throws. */
  show(config: Config): void {
    this.#changes = this.#changes.then(() => this.#change(config)).catch((error: unknown) => {
      this.#o.logger.error({ error: String(error) }, 'the web page cannot be begun');
    });
  } // prettier-ignore

  /** What keeps the page from being served. */
  troubles(): readonly string[] {
    return this.#web?.troubles() ?? [];
  }

  /** The figures for Prometheus. */
  async metrics(status: StatusView, format: Format): Promise<Exposition> {
    const { expose } = await import('../metrics/exposition.js');
    const { user, system } = process.cpuUsage();
    const wallNow = Date.now();
    const facts = {
      residentBytes: process.memoryUsage.rss(),
      cpuSeconds: (user + system) / 1e6,
      startedAtSeconds: Math.round(wallNow / 1000 - process.uptime()),
    };
    const counts = { transitions: this.transitions.view(), alerts: this.#o.recent.counts() };
    return expose({ status, counts, process: facts, wallNow }, format);
  }

  async close(): Promise<void> {
    this.#ended = true;
    await this.#changes;
    await this.#web?.close();
  }

  async #change(config: Config): Promise<void> {
    const { web, nodes, stateDir } = config;
    const wanted = canonicalJson({ web, nodes, stateDir });
    if (wanted === this.#shown || this.#ended) return;
    this.#shown = wanted;
    await this.#web?.close();
    this.#web = undefined;
    if (web === undefined) return;
    const { startWeb } = await import('../web/start.js');
    const { self, sources, logger } = this.#o;
    this.#web = startWeb({
      ...{ config, web, self },
      sources: { ...sources, metrics: (status, format) => this.metrics(status, format) },
      clocks: { now: monotonicNow, wallNow: () => Date.now() },
      onTrouble: (address, trouble) => {
        if (trouble === undefined) logger.info({ address, port: web.port }, 'the web page is served');
        else logger.warn({ address, port: web.port, trouble }, 'the web page is not served');
      },
    });
  }
}
