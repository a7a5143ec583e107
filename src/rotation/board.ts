/**
 * Everything that is known of the servers' standings: both directors' opinions, the operators' orders, and what follows. The
 * only place where a standing changes: `settle` answers every change with what was, what is and why. Pure: events and times
 * go in, no clock, socket or kernel inside.
 */
import type { VirtualService } from '../config/model.js';
import { isSameServer } from '../config/servers.js';
import { type Millis, millis } from '../time.js';
import { type Disagreement, type DisagreementNews, Disagreements, type Sight } from './disagreement.js';
import {
  believe,
  type Belief,
  NOTHING_SEEN,
  type Opinion,
  type OwnOpinion,
  type PeerOpinion,
} from './opinion.js';
import { type Order, OrderBook, type Orders, type StampedOrder } from './orders.js';
import type { BoardEntry, BoardReport } from './report.js';
import { type Candidate, nextStep, type Standing, type StandingReason, standingsOf } from './standing.js';

/** What is known of one server: for the status, and the two sides of a change. */
export interface ServerStanding extends Standing {
  readonly belief: Belief;
}

/** One server's standing has changed. */
export interface StandingChange {
  readonly service: string;
  readonly server: string;
  readonly address: string;
  /** Undefined at the first look. */
  readonly from: ServerStanding | undefined;
  readonly to: ServerStanding;
  /** Servers of this service that get new sessions now; the sorry server does not count. */
  readonly serving: number;
}

/** What somebody who looks at one server should see. */
export interface ServerPicture extends ServerStanding {
  readonly own: Opinion;
  /** `unknown` as well while the peer's board is not current. */
  readonly peer: Opinion;
  readonly orders: Orders;
}

interface Entry {
  readonly service: VirtualService;
  readonly server: VirtualService['servers'][number];
  own: OwnOpinion;
  peer: PeerOpinion | undefined;
  fell: number;
  returnedAt: Millis | undefined;
  standing: ServerStanding | undefined;
}

/** Without a board of the peer for so long, its opinions are history: of use for a start, and no disagreement. */
export const BOARD_CURRENT = millis(4000);

export class Board {
  readonly #entries: ReadonlyMap<string, Entry>;
  readonly #orders = new OrderBook();
  readonly #disagreements: Disagreements;
  #falls = 0;
  #run: number | undefined;
  #serial = -1;
  #heardAt: Millis | undefined;

  /** `patience`: how long two verdicts may differ until that is news. */
  constructor(
    readonly services: readonly VirtualService[],
    readonly self: 0 | 1,
    patience: Millis,
  ) {
    this.#disagreements = new Disagreements(patience);
    const entries = services.flatMap((service) =>
      service.servers.map((server): [string, Entry] => [
        keyOf(service.name, server.name),
        {
          service,
          server,
          own: NOTHING_SEEN,
          peer: undefined,
          fell: 0,
          returnedAt: undefined,
          standing: undefined,
        },
      ]),
    );
    this.#entries = new Map(entries);
    this.settle(millis(0));
  }

  /**
   * Goes on from a board under another config, as far as the servers are the same: what both directors think of them, and since
   * when they are back. Orders are not taken along, they are remembered.
   */
  inherit(before: Board): void {
    for (const [key, entry] of this.#entries) {
      const known = before.#entries.get(key);
      if (known === undefined || !isSameServer(known.server, entry.server)) continue;
      const { own, peer, fell, returnedAt, standing } = known;
      Object.assign(entry, { own, peer, fell, returnedAt, standing });
    }
    this.#falls = before.#falls;
    this.#run = before.#run;
    this.#serial = before.#serial;
    this.#heardAt = before.#heardAt;
    this.#disagreements.inherit(before.#disagreements);
  }

  /** Our nanny's verdict. */
  judged(service: string, server: string, opinion: Opinion): void {
    const entry = this.#entries.get(keyOf(service, server));
    if (entry !== undefined) entry.own = { ...entry.own, ...opinion };
  }

  /** A probe of ours was good, and was begun at this moment. Answers whether that may change what is believed. */
  passed(service: string, server: string, begunAt: Millis): boolean {
    const entry = this.#entries.get(keyOf(service, server));
    if (entry === undefined) return false;
    entry.own = { ...entry.own, goodAt: begunAt };
    return entry.standing?.belief.by === 'peer';
  }

  /** An operator's order to this director. */
  order(service: string, server: string, order: Order): void {
    this.#orders.give(service, server, order, this.self);
  }

  /** Orders that this director knew before it was started. */
  remember(orders: readonly StampedOrder[]): void {
    this.#orders.merge(orders.filter(({ service, server }) => this.#entries.has(keyOf(service, server))));
  }

  /**
   * The peer's board, or a part of it: nothing of a server that is not in our config, nothing that an older board says of
   * verdicts. Answers for which servers its word contradicts what we have seen, so that we look again, and whether there
   * were new orders in it.
   */
  heard(
    report: BoardReport,
    now: Millis,
  ): { readonly doubted: readonly BoardEntry[]; readonly orders: boolean } {
    const current = report.run !== this.#run || report.serial >= this.#serial;
    if (current) {
      this.#run = report.run;
      this.#serial = report.serial;
      this.#heardAt = now;
    }
    const doubted: BoardEntry[] = [];
    let orders = false;
    for (const said of report.entries) {
      const entry = this.#entries.get(keyOf(said.service, said.server));
      if (entry === undefined) continue;
      const { service, server } = said;
      if (this.#orders.merge(said.orders.map((order) => ({ service, server, ...order })))) orders = true;
      if (current && hear(entry, said, now)) doubted.push(said);
    }
    return { doubted, orders };
  }

  /** Brings every standing up to date and answers those that have changed. */
  settle(now: Millis): readonly StandingChange[] {
    return this.services.flatMap((service) => this.#settleService(service, now));
  }

  /** Which disagreements between the directors have become news, or are over. */
  compare(now: Millis): DisagreementNews {
    return this.#disagreements.look(this.#sights(now), now);
  }

  disagreements(): readonly Disagreement[] {
    return this.#disagreements.current();
  }

  /** When `settle` and `compare` have something new to say without any event; undefined when never. */
  wake(now: Millis): Millis | undefined {
    const steps = [...this.#entries.values()].map(({ service, returnedAt }) =>
      nextStep(returnedAt, service.rotation.slowStart, now),
    );
    const times = [...steps, this.#disagreements.wake(), this.#silence(now)].filter(
      (time) => time !== undefined,
    );
    return times.length === 0 ? undefined : millis(Math.min(...times));
  }

  /** The weight with which a server gets new sessions; 0 for one that is not in the config. */
  readonly weightOf = (service: string, server: string): number =>
    this.#entries.get(keyOf(service, server))?.standing?.weight ?? 0;

  /** `unknown` is a server that is not in the config. */
  reasonOf(service: string, server: string): StandingReason | 'unknown' {
    return this.#entries.get(keyOf(service, server))?.standing?.reason ?? 'unknown';
  }

  picture(service: string, server: string, now: Millis): ServerPicture | undefined {
    const entry = this.#entries.get(keyOf(service, server));
    if (entry?.standing === undefined) return undefined;
    const peer = (this.#isCurrent(now) ? entry.peer : undefined) ?? NOTHING_SEEN;
    const { own, standing } = entry;
    const opinion = ({ verdict, reason }: Opinion): Opinion => ({ verdict, reason });
    const orders = this.#orders.of(service, server);
    return { ...standing, own: opinion(own), peer: opinion(peer), orders };
  }

  /** What the peer should know: our own verdicts, never those that we have from it, and every order. */
  entries(): readonly BoardEntry[] {
    const orders = this.#orders.list();
    return [...this.#entries.values()].map(({ service, server, own }) => ({
      service: service.name,
      server: server.name,
      verdict: own.verdict,
      reason: own.reason,
      orders: orders
        .filter((order) => order.service === service.name && order.server === server.name)
        .map(({ order, stamp }) => ({ order, stamp })),
    }));
  }

  /** Every order, for the state file. */
  orders(): readonly StampedOrder[] {
    return this.#orders.list();
  }

  #settleService(service: VirtualService, now: Millis): readonly StandingChange[] {
    const entries = service.servers.flatMap(({ name }) => this.#entries.get(keyOf(service.name, name)) ?? []);
    const candidates = entries.map((entry) => this.#candidate(entry));
    // Who gets new sessions at all says who has returned, and that says how many.
    const serving = standingsOf(candidates, service.rotation, now);
    const timed = entries.map((entry, index) => {
      noteReturn(entry, serving[index]?.weight ?? 0, now);
      return this.#candidate(entry);
    });
    const standings = standingsOf(timed, service.rotation, now);
    const count = standings.filter(({ weight }) => weight > 0).length;
    return entries.flatMap((entry, index) => {
      const [standing, belief] = [standings[index], timed[index]?.belief];
      return standing === undefined || belief === undefined
        ? []
        : changeOf(entry, { ...standing, belief }, count);
    });
  }

  #candidate(entry: Entry): Candidate {
    const belief = believe(entry.own, entry.peer);
    if (belief.verdict !== 'down') entry.fell = 0;
    else if (entry.fell === 0) entry.fell = this.#falls += 1;
    const { weight, name } = entry.server;
    const orders = this.#orders.of(entry.service.name, name);
    return { weight, orders, belief, fell: entry.fell, returnedAt: entry.returnedAt };
  }

  #sights(now: Millis): readonly Sight[] {
    const current = this.#isCurrent(now);
    return [...this.#entries.values()].map(({ service, server, own, peer }) => ({
      service: service.name,
      server: server.name,
      own: own.verdict,
      peer: current ? (peer?.verdict ?? 'unknown') : 'unknown',
    }));
  }

  /** When the peer has been silent for too long to be of another opinion. */
  #silence(now: Millis): Millis | undefined {
    if (this.#heardAt === undefined || !this.#disagreements.any || !this.#isCurrent(now)) return undefined;
    return millis(this.#heardAt + BOARD_CURRENT);
  }

  #isCurrent(now: Millis): boolean {
    return this.#heardAt !== undefined && now - this.#heardAt < BOARD_CURRENT;
  }
}

function keyOf(service: string, server: string): string {
  return `${service}/${server}`;
}

/** Takes the peer's word; answers whether it is new and contradicts what we have seen. */
function hear(entry: Entry, { verdict, reason }: BoardEntry, now: Millis): boolean {
  if (entry.peer?.verdict === verdict) {
    entry.peer = { ...entry.peer, reason };
    return false;
  }
  entry.peer = { verdict, reason, heardAt: now };
  return verdict !== 'unknown' && verdict !== entry.own.verdict;
}

/** A server that had no new sessions and gets some again has returned; what is trusted from the start has not. */
function noteReturn(entry: Entry, weight: number, now: Millis): void {
  if (weight === 0) entry.returnedAt = undefined;
  else if (entry.standing?.weight === 0) entry.returnedAt = now;
}

/** Sets the standing; a change is what a reader would see as one. */
function changeOf(entry: Entry, to: ServerStanding, serving: number): readonly StandingChange[] {
  const from = entry.standing;
  entry.standing = to;
  const same =
    from?.weight === to.weight &&
    from.reason === to.reason &&
    from.belief.verdict === to.belief.verdict &&
    from.belief.reason === to.belief.reason &&
    from.belief.by === to.belief.by;
  if (same) return [];
  const { service, server } = entry;
  return [{ service: service.name, server: server.name, address: server.address, from, to, serving }];
}
