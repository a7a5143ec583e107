/**
 * The servers' standings at work: joins the pure board with the nannies, the peer, the state file and the kernel's rotation.
 * Every change of a standing leaves through one call of `onChanges`. It decides nothing that the board can decide.
 */
import { join } from 'node:path';
import type { Config, VirtualService } from '../config/model.js';
import type { OrderResult } from '../control/schema.js';
import { encodeBoard } from '../journal/board-report.js';
import type { ServerVerdict } from '../nanny/nanny.js';
import type { ProbeResult } from '../nanny/result.js';
import { Board, type StandingChange } from '../rotation/board.js';
import type { DisagreementNews } from '../rotation/disagreement.js';
import { findServer } from '../rotation/name.js';
import type { Order } from '../rotation/orders.js';
import type { BoardReport } from '../rotation/report.js';
import { type Millis, millis, monotonicNow } from '../time.js';
import { isFailure, type StepOf } from './standing-news.js';
import { readOrders, writeOrders } from './state-file.js';

export interface StandingsOptions {
  readonly config: Config;
  readonly self: 0 | 1;
  /** Random bytes of this daemon run. */
  readonly boot: Uint8Array;
  /** All changes of one moment; the weights are already those of `weightOf`. */
  readonly onChanges: (changes: readonly StandingChange[]) => void;
  readonly onDisagreement: (news: DisagreementNews) => void;
  /** Tell the peer our board now. */
  readonly tell: () => void;
  /** Look at a server again now. */
  readonly recheck: (service: string, server: string) => void;
  readonly onFault: (operation: string, error: unknown) => void;
  /** Those under the config before this one. */
  readonly before?: Standings | undefined;
}

/** A timer may be a little early for a clock of other resolution. */
const SLACK = 1;

export class Standings {
  readonly board: Board;
  /** What was wrong with the state file; '' for nothing. */
  readonly complaint: string;
  readonly #o: StandingsOptions;
  readonly #file: string;
  readonly #run: number;
  readonly #steps = new Map<string, string | undefined>();
  #serial = 0;
  #telling: NodeJS.Immediate | undefined;
  #wake: NodeJS.Timeout | undefined;
  #closed = false;

  /** Reads the state file; nothing else is touched. */
  constructor(options: StandingsOptions) {
    this.#o = options;
    const { config, self, boot, before } = options;
    this.board = new Board(config.services, self, patienceOf(config));
    this.#run = Buffer.from(boot).readUInt32BE(0);
    this.#file = join(config.stateDir, `orders-${config.nodes[self].name}.json`);
    const { orders, complaint } = readOrders(this.#file);
    this.complaint = complaint;
    if (before !== undefined) {
      this.board.inherit(before.board);
      this.#serial = before.#serial;
    }
    this.board.remember(orders);
    // What was ordered before the start is no news.
    this.board.settle(monotonicNow());
  }

  /** At which step our own checks of a server failed. */
  readonly stepOf: StepOf = (service, server) => this.#steps.get(`${service}/${server}`);

  /** A nanny's changed verdict. */
  judged({ service, server, up, reason, step }: ServerVerdict): void {
    this.#steps.set(`${service}/${server}`, up ? undefined : step);
    this.board.judged(service, server, { verdict: up ? 'up' : 'down', reason });
    this.#settle();
    this.#tellSoon();
  }

  /** Any result of a probe. */
  probed(service: string, server: string, { ok, timings }: ProbeResult): void {
    if (!ok) return;
    // Hundreds of good probes a second change nothing.
    if (this.board.passed(service, server, millis(monotonicNow() - timings.totalMillis))) this.#settle();
  }

  /** The peer's board, or a part of it. */
  heard(report: BoardReport): void {
    const { doubted, orders } = this.board.heard(report, monotonicNow());
    this.#settle();
    if (orders) this.#keepOrders();
    for (const { service, server } of doubted) this.#o.recheck(service, server);
  }

  /** An operator's order; refused where the name fits no server, or several. */
  order(name: string, order: Order): OrderResult {
    const { services } = this.#o.config;
    const named = findServer(services, name);
    if (!named.ok) return { accepted: false, detail: named.complaint, service: '', server: '', standing: '' };
    const { service, server } = named;
    this.board.order(service, server, order);
    this.#keepOrders();
    this.#settle();
    this.#tellNow();
    const standing = this.board.reasonOf(service, server);
    return { accepted: true, detail: '', service, server, standing };
  }

  /** What the peer should know, as payloads of the journal. */
  readonly payloads = (): readonly Uint8Array[] => {
    this.#serial += 1;
    return encodeBoard({ run: this.#run, serial: this.#serial, entries: this.board.entries() });
  };

  /** The service of that name. */
  service(name: string): VirtualService | undefined {
    return this.#o.config.services.find((service) => service.name === name);
  }

  /** Servers that have failed and whose sessions shall not go on: whoever becomes active ends what is left of them. */
  failed(): readonly { readonly service: string; readonly server: string }[] {
    return this.#o.config.services.flatMap((service) =>
      service.servers
        .filter(({ name }) => isFailure(this.board.picture(service.name, name, monotonicNow()), service))
        .map(({ name }) => ({ service: service.name, server: name })),
    );
  }

  /** Says nothing any more until `reopen`. */
  close(): void {
    this.#closed = true;
    clearImmediate(this.#telling);
    clearTimeout(this.#wake);
  }

  reopen(): void {
    this.#closed = false;
    this.#settle();
  }

  #settle(): void {
    if (this.#closed) return;
    const now = monotonicNow();
    const changes = this.board.settle(now);
    if (changes.length > 0) this.#o.onChanges(changes);
    const news = this.board.compare(now);
    if (news.begun.length > 0 || news.over.length > 0) this.#o.onDisagreement(news);
    clearTimeout(this.#wake);
    const wake = this.board.wake(now);
    if (wake === undefined) return;
    this.#wake = setTimeout(
      () => {
        this.#settle();
      },
      Math.max(0, wake - now) + SLACK,
    );
  }

  /** Verdicts of the same turn are told together. */
  #tellSoon(): void {
    this.#telling ??= setImmediate(() => {
      this.#tellNow();
    });
  }

  #tellNow(): void {
    clearImmediate(this.#telling);
    this.#telling = undefined;
    if (!this.#closed) this.#o.tell();
  }

  #keepOrders(): void {
    try {
      writeOrders(this.#file, this.board.orders());
    } catch (error) {
      this.#o.onFault(`write ${this.#file}`, error);
    }
  }
}

/** So long two verdicts may differ before one of the two is suspected: what rise or fall take, and a probe more. */
function patienceOf({ check }: Config): Millis {
  return millis((Math.max(check.rise, check.fall) + 1) * check.interval + check.timeout);
}
