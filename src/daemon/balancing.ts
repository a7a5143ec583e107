/**
 * Who gets new sessions, and who loses his: nannies, operators and the peer's board on one side, the kernel's data plane on the
 * other. Joins `standings`, `rotation`, `levelling` and `client-side`, and loads and removes what they write into.
 */
import type { Logger } from 'pino';
import type { Alert } from '../alerts/catalogue.js';
import type { Config } from '../config/model.js';
import type { Flow } from '../conntrack/flow.js';
import type { KernelTable } from '../conntrack/table.js';
import { NO_SESSIONS, type Tally } from '../conntrack/tally.js';
import type { OrderResult } from '../control/schema.js';
import { listCounters, loadModules, runNft } from '../dataplane/nft.js';
import { CT_MARK } from '../dataplane/nft-words.js';
import { removal, replacement, ruleset, type RulesetOptions } from '../dataplane/ruleset.js';
import { SlotTable } from '../dataplane/slot-table.js';
import { type Nannies, type ServerVerdict, startNannies } from '../nanny/nanny.js';
import type { Clients } from '../replication/clients.js';
import type { StandingChange } from '../rotation/board.js';
import type { Order } from '../rotation/orders.js';
import type { BoardReport } from '../rotation/report.js';
import { monotonicNow } from '../time.js';
import { ClientSide } from './client-side.js';
import { endSessions } from './ending.js';
import { ForwardWatch, helperWarnings } from './forward-watch.js';
import { groupSessions } from './group-sessions.js';
import { settingWarnings } from './kernel-settings.js';
import { Levelling } from './levelling.js';
import type { PictureParts } from './picture.js';
import { Rotation } from './rotation.js';
import { disagreementAlerts, isSlowStep, mustEnd, standingAlerts } from './standing-news.js';
import { Standings } from './standings.js';

export interface BalancingOptions {
  readonly config: Config;
  readonly self: 0 | 1;
  readonly boot: Uint8Array;
  readonly leaseToken: Uint8Array;
  readonly logger: Logger;
  readonly raise: (alert: Alert) => void;
  readonly onFault: (operation: string, error: unknown) => void;
  /** Sessions by service and server; undefined while nobody counts. */
  readonly tally: () => Tally | undefined;
  /** Tell the peer our board now. */
  readonly tellBoard: () => void;
  /** The connection table where this director's own sessions are: only the active may end them. */
  readonly ownSessions: () => KernelTable | undefined;
}

export class Balancing {
  readonly #o: BalancingOptions;
  /** Until our own checks have begun, those of the config before this one. */
  #ended: Nannies | undefined;
  /** What was wrong at the start, for the status. */
  readonly #warnings: string[] = [];
  readonly #rotation: Rotation;
  readonly #forwarding = new ForwardWatch();
  readonly #standings: Standings;
  readonly #clients: ClientSide;
  #slots: SlotTable | undefined;
  #levelling: Levelling | undefined;
  #nannies: Nannies | undefined;
  #loaded = false;

  /**
   * Reads the state file; nothing else is touched. `before` is that of the config before this one, which stands still by now
   * (`pause`): what it knows of servers and clients is gone on with.
   */
  constructor(options: BalancingOptions, before?: Balancing) {
    this.#o = options;
    this.#ended = before === undefined ? undefined : before.#nannies;
    const { config, self, boot, onFault } = options;
    this.#standings = new Standings({
      ...{ config, self, boot, onFault },
      before: before === undefined ? undefined : before.#standings,
      onChanges: (changes) => {
        this.#standingsChanged(changes);
      },
      onDisagreement: (news) => {
        for (const alert of disagreementAlerts(news, config, self)) options.raise(alert);
      },
      tell: options.tellBoard,
      recheck: (service, server) => this.#nannies?.recheck(service, server),
    });
    this.#rotation = new Rotation(
      config.services,
      this.#standings.board.weightOf,
      runNft,
      (error) => {
        onFault('change the rotation', error);
      },
      (index) => {
        this.#levelling?.fill(index);
      },
    );
    this.#clients = new ClientSide({
      services: config.services,
      clients: before?.clients,
      load: runNft,
      list: listCounters,
      onFull: (servers) => {
        this.#rotation.full(servers);
      },
      now: monotonicNow,
      onFault,
    });
  }

  /** What replication knows of clients. */
  get clients(): Clients {
    return this.#clients.clients;
  }

  /** Our board, for the journal. */
  get payloads(): Standings['payloads'] {
    return this.#standings.payloads;
  }

  /** The kernel's modules: before its connection table is opened. */
  prepare(): Promise<void> {
    return loadModules();
  }

  /** Loads the data plane. Throws Fatal or SystemError. */
  async load(): Promise<void> {
    this.#prepareKernel();
    await runNft(ruleset(this.#rules()));
    this.#start();
    this.#o.logger.info('data plane loaded');
  }

  /**
   * Takes the place of the one before it, in one transaction of the kernel, and begins the checks where that one's ended. `flows`
   * are this director's sessions as the active, none as a backup. Throws Fatal, and nothing has changed.
   */
  async replace(active: boolean, flows: () => readonly Flow[]): Promise<void> {
    this.#prepareKernel();
    await runNft(`${replacement(this.#rules(), active)}\n${this.#clients.script(flows())}`);
    this.#clients.adopt(flows());
    this.#clients.roleChanged(active);
    this.#start();
    this.startChecks();
    // What happened meanwhile is carried into the kernel.
    this.#standings.reopen();
    this.#o.logger.info('data plane replaced');
  }

  /** Stands still: nothing is checked, counted or written until `resume`, and what is under way has been written. */
  async pause(): Promise<void> {
    await this.stopChecks();
    await this.#clients.stop();
    await this.#rotation.settled();
    this.#stopLevelling();
  }

  /** Goes on after `pause`. */
  resume(): void {
    this.#start();
    this.startChecks();
    this.#standings.reopen();
  }

  #rules(): RulesetOptions {
    const { config, self, leaseToken } = this.#o;
    const { weightOf } = this.#standings.board;
    return { config, self: config.nodes[self], leaseToken, weightOf };
  }

  #prepareKernel(): void {
    const { config, logger } = this.#o;
    this.#warnings.push(...settingWarnings(config.services, logger), ...helperWarnings());
    if (this.#standings.complaint !== '') this.#warnings.push(this.#standings.complaint);
  }

  /** The kernel has our rules. */
  #start(): void {
    this.#loaded = true;
    this.#startLevelling();
    this.#clients.start();
  }

  startChecks(): void {
    const { config, self } = this.#o;
    const ended = this.#nannies ?? this.#ended;
    this.#ended = undefined;
    this.#nannies = startNannies({
      before: (service, server) => ended?.known(service, server),
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
  }

  /** From here on nothing new is said of a server. */
  async stopChecks(): Promise<void> {
    this.#standings.close();
    await this.#nannies?.stop();
  }

  /** Removes the data plane. Never throws. */
  async close(): Promise<void> {
    await this.#clients.stop();
    await this.#rotation.settled();
    this.#stopLevelling();
    if (this.#loaded)
      await runNft(removal()).catch((error: unknown) => {
        this.#o.onFault('remove the data plane', error);
      });
  }

  /** Sessions were counted anew. */
  counted(): void {
    this.#levelling?.note();
  }

  /** The peer's board. */
  heard(report: BoardReport): void {
    this.#standings.heard(report);
  }

  /** An operator's word. */
  order(server: string, order: Order): OrderResult {
    return this.#standings.order(server, order);
  }

  roleChanged(active: boolean): void {
    this.#clients.roleChanged(active);
  }

  /** Whose sessions must end: a new active's kernel has those of servers that failed before. */
  endFailed(): void {
    for (const { service, server } of this.#standings.failed()) this.#endSessions(service, server);
  }

  /** What the forward chain has begun to refuse since the last call. */
  forwardingNews(): string[] {
    return this.#forwarding.news(this.#slots);
  }

  get warnings(): readonly string[] {
    return [...this.#warnings, ...this.#forwarding.warnings(this.#slots)];
  }

  /** Why a server has the weight that it has. */
  readonly reasonOf: Standings['board']['reasonOf'] = (service, server) =>
    this.#standings.board.reasonOf(service, server);

  /** This part of the status. */
  view(): Pick<PictureParts, 'nannies' | 'standing' | 'serves' | 'isFull' | 'clients'> {
    return {
      nannies: this.#nannies?.views() ?? [],
      standing: (service, server) => this.#standings.board.picture(service, server, monotonicNow()),
      serves: this.#rotation.serves,
      isFull: this.#rotation.isFull,
      clients: (service) => this.#clients.view(service),
    };
  }

  /** Slots of lc and wlc follow the sessions from now on. */
  #startLevelling(): void {
    this.#slots = new SlotTable();
    this.#levelling = new Levelling({
      services: this.#o.config.services,
      slots: this.#slots,
      sessions: (service, server) =>
        groupSessions(this.#o.config.services, this.#o.tally() ?? NO_TALLY, service, server),
      weight: this.#rotation.effective,
      now: monotonicNow,
      onFault: (error) => {
        this.#o.onFault('level the slots', error);
      },
    });
    this.#levelling.note();
  }

  #stopLevelling(): void {
    this.#levelling?.close();
    this.#slots?.close();
    this.#slots = undefined;
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
    const table = this.#o.ownSessions();
    const virtual = this.#standings.service(service);
    const real = virtual?.servers.find(({ name }) => name === server);
    if (table === undefined || virtual === undefined || real === undefined) return;
    endSessions(table, CT_MARK, virtual, real)
      .then((connections) => {
        if (connections > 0) this.#o.raise({ id: 'sessions-ended', service, server, connections });
      })
      .catch((error: unknown) => {
        this.#o.onFault('end the sessions of a failed server', error);
      });
  }
}

const NO_TALLY = { of: () => NO_SESSIONS };
