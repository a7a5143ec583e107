/**
 * One running director, work side: its balancing, replication, merits, control socket and the link to the pulse side, started
 * and ended in the right order, and the news carried between them.
 */
import type { Logger } from 'pino';
import type { Alert } from '../alerts/catalogue.js';
import type { AlertsView } from '../control/alerts-view.js';
import type { RecentAlerts } from '../alerts/recent.js';
import type { Config } from '../config/model.js';
import type { KernelTable } from '../conntrack/table.js';
import type { ConfigChange } from '../control/config-change.js';
import { startControl, type Control } from '../control/server.js';
import type { CompareResult, HandoverResult, OrderResult } from '../control/schema.js';
import { CT_MARK } from '../dataplane/nft-words.js';
import type { FromPulse, Transition } from '../pulse/face.js';
import { Replicator } from '../replication/replicator.js';
import type { Order } from '../rotation/orders.js';
import { type Millis, millis, monotonicNow } from '../time.js';
import { Balancing } from './balancing.js';
import type { ConfigExchange } from './config-exchange.js';
import { Desk } from './desk.js';
import { HandoverRequest } from './handover-request.js';
import { Known } from './known.js';
import { alertsOf, configAlerts } from './news.js';
import { journalPaths } from './journal-paths.js';
import { openTable } from './open-table.js';
import { type PulseLink, startPulse } from './pulse-link.js';
import { succeed } from './succession.js';
import { WebSide } from './web-side.js';
import { Weighing } from './weighing.js';
import { TableWatch } from './table-watch.js';
import { VipNews } from './vip-news.js';
import { versionObstacle } from './versions.js';

export interface DirectorOptions {
  readonly config: Config;
  readonly self: 0 | 1;
  readonly key: Uint8Array;
  readonly version: string;
  readonly controlSocket: string;
  readonly boot: Uint8Array;
  readonly leaseToken: Uint8Array;
  readonly logger: Logger;
  readonly raise: (alert: Alert) => void;
  readonly recent: RecentAlerts;
  /** Reads the config file again. */
  readonly reload: (dry: boolean) => Promise<ConfigChange>;
  /** The config that both have. */
  readonly exchange: Pick<ConfigExchange, 'diff' | 'push' | 'answer'>;
  readonly alerts: () => AlertsView;
}

/** How long a stop waits for the pulse side, handover included. */
const STOP_LIMIT = millis(5000);
/** After giving the role away: the rest of the journal goes out, and packets under way are still translated. */
const AFTERGLOW = millis(500);

export class Director {
  readonly #o: DirectorOptions;
  /** What this director runs by. */
  #config: Config;
  #balancing: Balancing;
  #reconfiguring = false;
  #control: Control | undefined;
  #table: KernelTable | undefined;
  #replicator: Replicator | undefined;
  #weighing: Weighing | undefined;
  #pulse: PulseLink | undefined;
  readonly #web: WebSide;
  readonly #known = new Known();
  readonly #desk: Desk;
  readonly #handover = new HandoverRequest();
  readonly #vipNews = new VipNews();
  readonly #tableWatch: TableWatch;
  #stopped: (() => void) | undefined;
  #fail: (error: Error) => void = () => undefined;
  readonly #failed: Promise<never>;

  constructor(options: DirectorOptions) {
    this.#o = options;
    this.#tableWatch = new TableWatch(options.raise);
    this.#config = options.config;
    this.#balancing = this.#makeBalancing(options.config);
    this.#desk = new Desk({
      ...options,
      known: this.#known,
      parts: () => ({
        config: this.#config,
        balancing: this.#balancing,
        replicator: this.#replicator,
        echo: this.#weighing?.views() ?? [],
        troubles: this.#web.troubles(),
      }),
    });
    this.#web = new WebSide({
      ...options,
      sources: {
        status: () => this.#desk.status(),
        sessions: (query) => this.#desk.sessions(query),
        events: () => this.#desk.events(0),
      },
    });
    this.#failed = new Promise<never>((_resolve, reject) => {
      this.#fail = reject;
    });
    this.#failed.catch(() => undefined);
  }

  /**
   * Starts everything, the election last: whoever may become active must be able to serve. Throws Fatal or
   * SystemError; `close` undoes whatever was done until then.
   */
  async start(): Promise<void> {
    const { config, self } = this.#o;
    this.#control = await startControl({
      path: this.#o.controlSocket,
      handlers: {
        status: () => this.#desk.status(),
        sessions: (query) => this.#desk.sessions(query),
        events: (after) => this.#desk.events(after),
        metrics: () => this.#web.metrics(this.#desk.status(), 'prometheus'),
        reload: (dry) => this.#o.reload(dry),
        configDiff: () => this.#o.exchange.diff(),
        pushConfig: (text, name) => this.#o.exchange.push(text, name),
        handover: () => this.#requestHandover(),
        order: (server, order) => this.#order(server, order),
        compare: () => this.#compare(),
      },
    });
    await this.#balancing.prepare();
    this.#table = await openTable();
    // The journal's port is taken before anything is changed: a second daemon on this node ends here, before it
    // could replace the running one's data plane.
    this.#replicator = this.#startReplicator(this.#table);
    await this.#balancing.load();
    const { leaseToken, key } = this.#o;
    this.#pulse = startPulse(
      { config, self, key, leaseToken },
      (message) => {
        this.#heard(message);
      },
      (error) => {
        this.#fail(error);
      },
    );
    this.#balancing.startChecks();
    this.#weighing = this.#startWeighing(this.#pulse);
    // The journal is older than the pulse side: this kernel may have been filled before anybody could be told.
    this.#pulse.post({ type: 'sync', inSync: this.#replicator.view().inSync });
    // Our merits are known to the pulse side before it may compare them with the peer's.
    this.#weighing.weigh();
    this.#pulse.post({ type: 'ready', ready: true });
    this.#web.show(config);
  }

  /**
   * Takes another config up, of which everything may differ but what asks for a restart (config/difference.ts). Running sessions
   * are not touched. Throws Fatal or SystemError, and nothing has changed.
   */
  async reconfigure(config: Config): Promise<void> {
    this.#reconfiguring = true;
    try {
      const active = this.#known.role === 'active';
      this.#balancing = await succeed(
        this.#balancing,
        (before) => this.#makeBalancing(config, before),
        active,
        () => (this.#known.role === 'active' ? (this.#replicator?.flows() ?? []) : []),
      );
    } finally {
      this.#reconfiguring = false;
    }
    this.#config = config;
    // The role may have come or gone meanwhile.
    this.#balancing.roleChanged(this.#known.role === 'active');
    if (this.#known.role === 'active') this.#balancing.endFailed();
    this.#pulse?.post({ type: 'config', fingerprint: config.fingerprint });
    this.#weighing?.reconfigure(config);
    this.#web.show(config);
    this.#replicator?.tellClients();
    this.#replicator?.tellBoard();
    for (const alert of configAlerts(this.#known.peer, config, this.#peerName())) this.#o.raise(alert);
  }

  /** Asks the peer's daemon; undefined when it does not answer within `limit`. */
  ask(question: unknown, limit: Millis): Promise<unknown> {
    return this.#replicator?.ask(question, limit) ?? Promise.resolve(undefined);
  }

  /** Resolves when the director has been stopped and its role released; rejects when a part of it died. */
  async ended(stop: Promise<void>): Promise<void> {
    await Promise.race([stop, this.#failed]);
    const released = new Promise<void>((resolve) => {
      this.#stopped = resolve;
    });
    const wasActive = this.#known.role === 'active';
    this.#pulse?.post({ type: 'stop' });
    await Promise.race([released, delay(STOP_LIMIT), this.#failed]);
    if (wasActive && this.#known.peer?.alive === true) await delay(AFTERGLOW);
  }

  /** Ends and removes what `start` made, in reverse order. Never throws. */
  async close(): Promise<void> {
    this.#weighing?.pause();
    await this.#web.close();
    await this.#pulse?.terminate();
    await this.#balancing.stopChecks();
    this.#weighing?.stop();
    await this.#replicator?.close();
    await this.#balancing.close();
    this.#table?.close();
    await this.#control?.close();
  }

  #makeBalancing(config: Config, before?: Balancing): Balancing {
    return new Balancing(
      {
        ...this.#o,
        config,
        onFault: (operation, error) => {
          this.#fault(operation, error);
        },
        tally: () => this.#replicator?.tally,
        tellBoard: () => this.#replicator?.tellBoard(),
        ownSessions: () => (this.#known.role === 'active' ? this.#table : undefined),
      },
      before,
    );
  }

  #order(server: string, order: Order): OrderResult {
    if (!this.#reconfiguring) return this.#balancing.order(server, order);
    const detail = 'another config is being taken up; try again in a moment';
    return { accepted: false, detail, service: '', server: '', standing: '' };
  }

  #startReplicator(table: KernelTable): Replicator {
    const { config, self, key, boot } = this.#o;
    return new Replicator({
      table,
      mark: CT_MARK,
      clients: this.#balancing.clients,
      paths: journalPaths(config, self),
      port: config.pulse.port + 1,
      key,
      self,
      boot,
      now: monotonicNow,
      onSync: (inSync, detail) => {
        this.#syncChanged(inSync, detail);
      },
      onTally: () => {
        this.#balancing.counted();
      },
      onVersion: (theirs) => {
        this.#known.journalIs(theirs);
        this.#compareVersions();
      },
      onBoard: (report) => {
        this.#balancing.heard(report);
      },
      board: () => this.#balancing.payloads(),
      onQuestion: (question) => this.#o.exchange.answer(question),
      onSessions: (any) => {
        this.#pulse?.post({ type: 'sessions', any });
      },
      onFault: (operation, error) => {
        this.#fault(operation, error);
      },
    });
  }

  #startWeighing(pulse: PulseLink): Weighing {
    const { config, self, logger, raise } = this.#o;
    return new Weighing({
      ...{ config, self, logger },
      standing: () => ({ role: this.#known.role, inSync: this.#replicator?.view().inSync ?? false }),
      onMerits: (merits) => {
        pulse.post({ type: 'fitness', ...merits });
      },
      onTurn: () => {
        for (const warning of this.#balancing.forwardingNews())
          logger.warn({ warning }, 'forwarding refused');
        const now = monotonicNow();
        this.#tableWatch.look(now);
        for (const alert of this.#vipNews.quiet(this.#known.role, this.#known.peer?.alive ?? false, now))
          raise(alert);
      },
      onTracked: (address, alive) => {
        raise({ id: alive ? 'tracked-back' : 'tracked-lost', address });
      },
    });
  }

  #heard(message: FromPulse): void {
    const { raise, logger } = this.#o;
    for (const alert of alertsOf(message, this.#known.peer, this.#config, this.#peerName())) raise(alert);
    for (const alert of this.#vipNews.heard(message, monotonicNow())) raise(alert);
    const before = this.#known.peer?.fingerprint;
    this.#known.take(message);
    switch (message.type) {
      case 'started':
        logger.info({ realtime: message.realtime, detail: message.detail }, 'pulse side started');
        break;
      case 'role':
        this.#roleChanged(message.transition);
        break;
      case 'peer':
        // It may have learned of a service that it did not know.
        if (message.peer.fingerprint !== before) this.#replicator?.tellClients();
        this.#compareVersions();
        break;
      case 'handover':
        this.#handover.answered({ accepted: message.accepted, detail: message.detail });
        break;
      case 'stopped':
        this.#stopped?.();
        break;
      case 'report':
      case 'path':
      case 'vipAnswered':
      case 'fault':
        break;
    }
  }

  #compareVersions(): void {
    for (const alert of this.#known.versionNews(this.#peerName())) this.#o.raise(alert);
  }

  #roleChanged(transition: Transition): void {
    this.#web.transitions.note(transition.to, transition.reason);
    this.#balancing.counted();
    if (transition.to !== 'active') {
      this.#replicator?.becomeBackup();
      this.#balancing.roleChanged(false);
      return;
    }
    this.#balancing.roleChanged(true);
    this.#replicator?.becomeActive().catch((error: unknown) => {
      this.#fault('read the table after becoming active', error);
    });
    this.#balancing.endFailed();
  }

  #syncChanged(inSync: boolean, detail: string): void {
    this.#pulse?.post({ type: 'sync', inSync });
    const peer = this.#peerName();
    const view = this.#replicator?.view();
    if (inSync)
      this.#o.raise({
        id: 'sync-regained',
        peer,
        flows: (view?.control ?? 0) + (view?.data ?? 0),
        expectations: view?.announced ?? 0,
      });
    else if (this.#known.role === 'backup') this.#o.raise({ id: 'sync-lost', peer, reason: detail });
  }

  #requestHandover(): Promise<HandoverResult> {
    const obstacle = versionObstacle(this.#known.versions, this.#peerName());
    return this.#handover.ask(obstacle, () => this.#pulse?.post({ type: 'handover' }));
  }

  #compare(): Promise<CompareResult> {
    return this.#replicator?.compare() ?? Promise.reject(new Error('the director is starting'));
  }

  #fault(operation: string, error: unknown): void {
    this.#o.raise({ id: 'fault', operation, reason: error instanceof Error ? error.message : String(error) });
  }

  #peerName(): string {
    return this.#o.config.nodes[this.#o.self === 0 ? 1 : 0].name;
  }
}

/** Does not keep the process alive: a limit that was not needed must not hold up the end. */
function delay(time: number): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, time).unref();
  });
}
