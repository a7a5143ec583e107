/**
 * One running director, work side: its data plane, replication, nannies, echo, control socket and the link to the
 * pulse side, started and ended in the right order, and the news carried between them.
 */
import type { Logger } from 'pino';
import type { Alert } from '../alerts/catalogue.js';
import type { Config } from '../config/model.js';
import type { KernelTable } from '../conntrack/table.js';
import { NO_SESSIONS } from '../conntrack/tally.js';
import { startControl, type Control } from '../control/server.js';
import type { CompareResult, HandoverResult, Parsed } from '../control/schema.js';
import type { SessionsPage, SessionsQuery } from '../control/sessions.js';
import type { StatusView } from '../control/status.js';
import { applySysctls, listCounters, loadModules, runNft } from '../dataplane/nft.js';
import { SlotTable } from '../dataplane/slot-table.js';
import { CT_MARK } from '../dataplane/nft-words.js';
import { removal, ruleset } from '../dataplane/ruleset.js';
import { type Echo, startEcho } from '../nanny/echo.js';
import { type Nannies, type ServerVerdict, startNannies } from '../nanny/nanny.js';
import type { FromPulse, PathReport, PeerReport, Role, Transition } from '../pulse/face.js';
import { Replicator } from '../replication/replicator.js';
import type { StandingChange } from '../rotation/board.js';
import type { Standing } from '../sessions/survival.js';
import { millis, monotonicNow } from '../time.js';
import { ClientSide } from './client-side.js';
import { ForwardWatch, helperWarnings } from './forward-watch.js';
import { groupSessions } from './group-sessions.js';
import { Levelling } from './levelling.js';
import { freshMerits, type Merits, weigh } from './merits.js';
import { alertsOf } from './news.js';
import { picture } from './picture.js';
import { journalPaths } from './journal-paths.js';
import { openTable } from './open-table.js';
import { sessionsPage } from './sessions-page.js';
import { endSessions } from './ending.js';
import { type PulseLink, startPulse } from './pulse-link.js';
import { Rotation } from './rotation.js';
import { disagreementAlerts, isSlowStep, mustEnd, standingAlerts } from './standing-news.js';
import { Standings } from './standings.js';
import { formatVersions, UNHEARD, versionAlerts, versionObstacle } from './versions.js';

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
}

const ECHO_INTERVAL = millis(1000);
/** How often our merits are weighed; a tracked address counts as lost after three missing echoes anyway. */
const WEIGH_INTERVAL = millis(500);
/** How long a stop waits for the pulse side, handover included. */
const STOP_LIMIT = millis(5000);
/** After giving the role away: the rest of the journal goes out, and packets under way are still translated. */
const AFTERGLOW = millis(500);
const HANDOVER_LIMIT = millis(10_000);
const HISTORY = 50;

export class Director {
  readonly #o: DirectorOptions;
  readonly #startedAt = monotonicNow();
  readonly #rotation: Rotation;
  readonly #forwarding = new ForwardWatch();
  #slots: SlotTable | undefined;
  #levelling: Levelling | undefined;
  readonly #standings: Standings;
  readonly #clients: ClientSide;
  #control: Control | undefined;
  #table: KernelTable | undefined;
  #replicator: Replicator | undefined;
  #nannies: Nannies | undefined;
  #echo: Echo | undefined;
  #pulse: PulseLink | undefined;
  #loaded = false;
  #role: Role = 'starting';
  #term = 0;
  #peer: PeerReport | undefined;
  #journalVersion: number | undefined;
  #versions = formatVersions(UNHEARD, undefined);
  #paths: readonly PathReport[] = [];
  #history: Transition[] = [];
  #realtime = false;
  #warnings: string[] = [];
  #handover: ((result: HandoverResult) => void) | undefined;
  #stopped: (() => void) | undefined;
  #meritsState = freshMerits;
  #merits: Merits = { tracked: 0, preferred: false };
  #weighing: NodeJS.Timeout | undefined;
  #fail: (error: Error) => void = () => undefined;
  readonly #failed: Promise<never>;

  constructor(options: DirectorOptions) {
    this.#o = options;
    this.#standings = new Standings({
      ...options,
      onChanges: (changes) => {
        this.#standingsChanged(changes);
      },
      onDisagreement: (news) => {
        for (const alert of disagreementAlerts(news, options.config, options.self)) options.raise(alert);
      },
      tell: () => this.#replicator?.tellBoard(),
      recheck: (service, server) => this.#nannies?.recheck(service, server),
      onFault: (operation, error) => {
        this.#fault(operation, error);
      },
    });
    const { weightOf } = this.#standings.board;
    this.#rotation = new Rotation(
      options.config.services,
      weightOf,
      runNft,
      (error) => {
        this.#fault('change the rotation', error);
      },
      (index) => {
        this.#levelling?.fill(index);
      },
    );
    this.#clients = new ClientSide({
      services: options.config.services,
      load: runNft,
      list: listCounters,
      onFull: (servers) => {
        this.#rotation.full(servers);
      },
      now: monotonicNow,
      onFault: (operation, error) => {
        this.#fault(operation, error);
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
        status: () => this.#status(),
        sessions: (query) => this.#sessions(query),
        handover: () => this.#requestHandover(),
        order: (server, order) => this.#standings.order(server, order),
        compare: () => this.#compare(),
      },
    });
    await loadModules();
    this.#table = await openTable();
    // The journal's port is taken before anything is changed: a second daemon on this node ends here, before it
    // could replace the running one's data plane.
    this.#replicator = this.#startReplicator(this.#table);
    await this.#raiseDataPlane();
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
    this.#startChecks();
    // The journal is older than the pulse side: this kernel may have been filled before anybody could be told.
    this.#pulse.post({ type: 'sync', inSync: this.#replicator.view().inSync });
    // Our merits are known to the pulse side before it may compare them with the peer's.
    this.#weigh();
    this.#pulse.post({ type: 'ready', ready: true });
  }

  /** Resolves when the director has been stopped and its role released; rejects when a part of it died. */
  async ended(stop: Promise<void>): Promise<void> {
    await Promise.race([stop, this.#failed]);
    const released = new Promise<void>((resolve) => {
      this.#stopped = resolve;
    });
    const wasActive = this.#role === 'active';
    this.#pulse?.post({ type: 'stop' });
    await Promise.race([released, delay(STOP_LIMIT), this.#failed]);
    if (wasActive && this.#peer?.alive === true) await delay(AFTERGLOW);
  }

  /** Ends and removes what `start` made, in reverse order. Never throws. */
  async close(): Promise<void> {
    clearInterval(this.#weighing);
    await this.#pulse?.terminate();
    this.#standings.close();
    await this.#nannies?.stop();
    this.#echo?.stop();
    await this.#replicator?.close();
    await this.#clients.stop();
    this.#table?.close();
    await this.#rotation.settled();
    this.#levelling?.close();
    this.#slots?.close();
    if (this.#loaded)
      await runNft(removal()).catch((error: unknown) => {
        this.#fault('remove the data plane', error);
      });
    await this.#control?.close();
  }

  async #raiseDataPlane(): Promise<void> {
    const { config, self, leaseToken, logger } = this.#o;
    for (const report of applySysctls(new Set(config.services.map(({ family }) => family)))) {
      if (report.refused === '') logger.info(report, 'kernel setting changed');
      else {
        logger.warn(report, 'kernel setting could not be changed');
        this.#warnings.push(`${report.name} is ${report.from}, should be ${report.to} (${report.refused})`);
      }
    }
    if (this.#standings.complaint !== '') this.#warnings.push(this.#standings.complaint);
    const { weightOf } = this.#standings.board;
    await runNft(ruleset({ config, self: config.nodes[self], leaseToken, weightOf }));
    this.#warnings.push(...helperWarnings());
    this.#loaded = true;
    this.#startLevelling();
    this.#clients.start();
    logger.info('data plane loaded');
  }

  /** Slots of lc and wlc follow the sessions from now on. */
  #startLevelling(): void {
    this.#slots = new SlotTable();
    this.#levelling = new Levelling({
      services: this.#o.config.services,
      slots: this.#slots,
      sessions: (service, server) => {
        const tally = this.#replicator?.tally ?? NO_TALLY;
        return groupSessions(this.#o.config.services, tally, service, server);
      },
      weight: this.#rotation.effective,
      now: monotonicNow,
      onFault: (error) => {
        this.#fault('level the slots', error);
      },
    });
    this.#levelling.note();
  }

  #startReplicator(table: KernelTable): Replicator {
    const { config, self, key, boot } = this.#o;
    return new Replicator({
      table,
      mark: CT_MARK,
      clients: this.#clients.clients,
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
        this.#levelling?.note();
      },
      onVersion: (theirs) => {
        this.#journalVersion = theirs;
        this.#compareVersions();
      },
      onBoard: (report) => {
        this.#standings.heard(report);
      },
      board: this.#standings.payloads,
      onSessions: (any) => {
        this.#pulse?.post({ type: 'sessions', any });
      },
      onFault: (operation, error) => {
        this.#fault(operation, error);
      },
    });
  }

  #startChecks(): void {
    const { config, logger, self } = this.#o;
    this.#nannies = startNannies({
      self: config.nodes[self],
      services: config.services,
      check: config.check,
      now: monotonicNow,
      onVerdict: (verdict) => {
        this.#judged(verdict);
      },
      onProbe: (service, server, result) => {
        this.#standings.probed(service, server, result);
      },
    });
    const addresses = [
      ...config.track,
      ...config.services.flatMap(({ servers }) => servers.map((s) => s.address)),
    ];
    this.#echo = startEcho({
      addresses,
      interval: ECHO_INTERVAL,
      now: monotonicNow,
      onChange: ({ address, alive }) => {
        logger.info({ address, alive }, 'echo changed');
      },
    });
    this.#weighing = setInterval(() => {
      this.#weigh();
    }, WEIGH_INTERVAL);
  }

  /** Tells the pulse side when our merits have changed. */
  #weigh(): void {
    const { config, self, logger } = this.#o;
    for (const warning of this.#forwarding.news(this.#slots)) logger.warn({ warning }, 'forwarding refused');
    const view = this.#replicator?.view();
    const facts = { role: this.#role, inSync: view?.inSync ?? false, echo: this.#echo?.views() ?? [] };
    const weighed = weigh(this.#meritsState, config, config.nodes[self].name, facts, monotonicNow());
    this.#meritsState = weighed.state;
    const { tracked, preferred } = weighed.merits;
    if (tracked === this.#merits.tracked && preferred === this.#merits.preferred) return;
    this.#merits = weighed.merits;
    this.#pulse?.post({ type: 'fitness', tracked, preferred });
  }

  #heard(message: FromPulse): void {
    const { config, raise, logger } = this.#o;
    for (const alert of alertsOf(message, this.#peer, config, this.#peerName())) raise(alert);
    switch (message.type) {
      case 'started':
        this.#realtime = message.realtime;
        logger.info({ realtime: message.realtime, detail: message.detail }, 'pulse side started');
        break;
      case 'role':
        this.#roleChanged(message.transition);
        break;
      case 'peer':
        this.#peer = message.peer;
        this.#compareVersions();
        break;
      case 'report':
        this.#role = message.role;
        this.#term = message.term;
        this.#peer = message.peer;
        this.#paths = message.paths;
        break;
      case 'handover':
        this.#handover?.({ accepted: message.accepted, detail: message.detail });
        break;
      case 'stopped':
        this.#stopped?.();
        break;
      case 'path':
      case 'vipAnswered':
      case 'fault':
        break;
    }
  }

  #compareVersions(): void {
    const now = formatVersions(this.#peer?.versions ?? UNHEARD, this.#journalVersion);
    for (const alert of versionAlerts(this.#versions, now, this.#peerName())) this.#o.raise(alert);
    this.#versions = now;
  }

  #roleChanged(transition: Transition): void {
    this.#role = transition.to;
    this.#term = transition.term;
    this.#history = [...this.#history, transition].slice(-HISTORY);
    this.#levelling?.note();
    if (transition.to !== 'active') {
      this.#replicator?.becomeBackup();
      this.#clients.roleChanged(false);
      return;
    }
    this.#clients.roleChanged(true);
    this.#replicator?.becomeActive().catch((error: unknown) => {
      this.#fault('read the table after becoming active', error);
    });
    for (const { service, server } of this.#standings.failed()) this.#endSessions(service, server);
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
    else if (this.#role === 'backup') this.#o.raise({ id: 'sync-lost', peer, reason: detail });
  }

  #judged(verdict: ServerVerdict): void {
    this.#o.logger.info({ ...verdict }, 'server judged');
    this.#standings.judged(verdict);
  }

  /** The one way in which a standing's change becomes known: kernel, log, alerts, and the end of sessions. */
  #standingsChanged(changes: readonly StandingChange[]): void {
    const { logger, raise, config } = this.#o;
    for (const change of changes) {
      this.#rotation.changed(change.service);
      logger[isSlowStep(change) ? 'debug' : 'info'](change, 'standing of a server changed');
    }
    for (const alert of standingAlerts(changes, config.services, this.#standings.stepOf)) raise(alert);
    for (const { service, server } of changes.filter((change) =>
      mustEnd(change, this.#standings.service(change.service)),
    ))
      this.#endSessions(service, server);
  }

  /** Only where the sessions are: the backup's copy follows by the journal. */
  #endSessions(service: string, server: string): void {
    if (this.#role !== 'active' || this.#table === undefined) return;
    const [virtual, table] = [this.#standings.service(service), this.#table];
    const real = virtual?.servers.find(({ name }) => name === server);
    if (virtual === undefined || real === undefined) return;
    endSessions(table, CT_MARK, virtual, real)
      .then((connections) => {
        if (connections > 0) this.#o.raise({ id: 'sessions-ended', service, server, connections });
      })
      .catch((error: unknown) => {
        this.#fault('end the sessions of a failed server', error);
      });
  }

  #requestHandover(): Promise<HandoverResult> {
    if (this.#handover !== undefined)
      return Promise.resolve({ accepted: false, detail: 'another handover is under way' });
    const obstacle = versionObstacle(this.#versions, this.#peerName());
    if (obstacle !== undefined) return Promise.resolve({ accepted: false, detail: obstacle });
    return new Promise<HandoverResult>((resolve) => {
      const late = setTimeout(() => {
        finish({ accepted: false, detail: 'the pulse side did not answer in time' });
      }, HANDOVER_LIMIT);
      const finish = (result: HandoverResult): void => {
        clearTimeout(late);
        this.#handover = undefined;
        resolve(result);
      };
      this.#handover = finish;
      this.#pulse?.post({ type: 'handover' });
    });
  }

  #compare(): Promise<CompareResult> {
    return this.#replicator?.compare() ?? Promise.reject(new Error('the director is starting'));
  }

  #status(): StatusView {
    const replication = this.#replicator?.view();
    return picture({
      version: this.#o.version,
      config: this.#o.config,
      self: this.#o.self,
      now: monotonicNow(),
      startedAt: this.#startedAt,
      role: this.#role,
      term: this.#term,
      history: this.#history,
      peer: this.#peer,
      versions: this.#versions,
      paths: this.#paths,
      replication: replication ?? NOT_STARTED,
      flows: this.#replicator?.flows() ?? [],
      nannies: this.#nannies?.views() ?? [],
      standing: (service, server) => this.#standings.board.picture(service, server, monotonicNow()),
      echo: this.#echo?.views() ?? [],
      serves: this.#rotation.serves,
      isFull: this.#rotation.isFull,
      clients: (service) => this.#clients.view(service),
      realtime: this.#realtime,
      residentBytes: process.memoryUsage.rss(),
      warnings: [...this.#warnings, ...this.#forwarding.warnings(this.#slots)],
    });
  }

  #sessions(query: SessionsQuery): Promise<Parsed<SessionsPage>> {
    const replicator = this.#replicator;
    const standing = (): Standing => ({
      active: this.#role === 'active',
      peer: { alive: this.#peer?.alive ?? false, ready: this.#peer?.ready ?? false },
      inSync: replicator?.inSync ?? false,
    });
    const { config, self, version } = this.#o;
    const heading = { version, node: config.nodes[self].name, role: this.#role };
    return sessionsPage(query, {
      heading,
      services: config.services,
      serverStanding: (service, server) => this.#standings.board.reasonOf(service, server),
      ledger: replicator?.ledger(),
      standing,
    });
  }

  #fault(operation: string, error: unknown): void {
    this.#o.raise({ id: 'fault', operation, reason: error instanceof Error ? error.message : String(error) });
  }

  #peerName(): string {
    return this.#o.config.nodes[this.#o.self === 0 ? 1 : 0].name;
  }
}

const NO_TALLY = { of: () => NO_SESSIONS };

const NOT_STARTED = {
  direction: 'none',
  inSync: false,
  detail: 'starting',
  control: 0,
  data: 0,
  announced: 0,
  backlog: 0,
  resends: 0,
  resyncs: 0,
  repairs: 0,
  lag: undefined,
  dropped: {},
  refused: {},
  healed: {},
} as const;

/** Does not keep the process alive: a limit that was not needed must not hold up the end. */
function delay(time: number): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, time).unref();
  });
}
