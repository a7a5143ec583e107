/** What the control socket and the page are shown of a director, put together from its parts at the moment of the question. */
import type { RecentAlerts } from '../alerts/recent.js';
import type { Config } from '../config/model.js';
import type { AlertsView } from '../control/alerts-view.js';
import type { EventsPage } from '../control/events.js';
import type { Parsed } from '../control/schema.js';
import type { SessionsPage, SessionsQuery } from '../control/sessions.js';
import type { StatusView } from '../control/status.js';
import type { EchoView } from '../nanny/echo.js';
import type { Replicator } from '../replication/replicator.js';
import type { Standing } from '../sessions/survival.js';
import { monotonicNow } from '../time.js';
import type { Balancing } from './balancing.js';
import { eventsPage } from './events-page.js';
import type { Known } from './known.js';
import { NOT_STARTED, picture } from './picture.js';
import { sessionsPage } from './sessions-page.js';

export interface DeskOptions {
  readonly version: string;
  readonly self: 0 | 1;
  readonly known: Known;
  readonly recent: RecentAlerts;
  readonly alerts: () => AlertsView;
  /** Parts that come, go, or are replaced while the director runs. */
  readonly parts: () => {
    readonly config: Config;
    readonly balancing: Balancing;
    readonly replicator: Replicator | undefined;
    readonly echo: readonly EchoView[];
    /** What else is wrong, in sentences. */
    readonly troubles: readonly string[];
  };
}

export class Desk {
  readonly #o: DeskOptions;
  readonly #startedAt = monotonicNow();

  constructor(options: DeskOptions) {
    this.#o = options;
  }

  status(): StatusView {
    const { version, self, known, alerts, parts } = this.#o;
    const { config, balancing, replicator, echo, troubles } = parts();
    return picture({
      ...{ version, config, self, echo },
      now: monotonicNow(),
      startedAt: this.#startedAt,
      ...known.view(),
      replication: replicator?.view() ?? NOT_STARTED,
      flows: replicator?.flows() ?? [],
      ...balancing.view(),
      residentBytes: process.memoryUsage.rss(),
      alerts: alerts(),
      warnings: [...balancing.warnings, ...troubles],
    });
  }

  events(after: number): EventsPage {
    return eventsPage(this.#node(), this.#o.recent.since(after), monotonicNow());
  }

  sessions(query: SessionsQuery): Promise<Parsed<SessionsPage>> {
    const { version, known, parts } = this.#o;
    const { config, balancing, replicator } = parts();
    const standing = (): Standing => ({
      active: known.role === 'active',
      peer: { alive: known.peer?.alive ?? false, ready: known.peer?.ready ?? false },
      inSync: replicator?.inSync ?? false,
    });
    return sessionsPage(query, {
      heading: { version, node: this.#node(), role: known.role },
      services: config.services,
      serverStanding: balancing.reasonOf,
      ledger: replicator?.ledger(),
      standing,
    });
  }

  #node(): string {
    return this.#o.parts().config.nodes[this.#o.self].name;
  }
}
