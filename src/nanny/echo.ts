/**
 * Watches addresses by ICMP and ICMPv6 echo: uplink routers and the real servers' hosts. Joins the raw socket,
 * the codec and the tracking with one timer. Main thread only. It decides nothing and never logs.
 */
import { randomInt } from 'node:crypto';
import { isIPv6, SocketAddress } from 'node:net';
import type { Family } from '../config/model.js';
import { Fatal } from '../fatal.js';
import type { Millis } from '../time.js';
import { decodeEchoReply, encodeEchoRequest } from './icmp.js';
import { openIcmp, type IcmpSocket } from './rawsocket.js';
import { departed, freshTrack, reply, tick, type Track, type Tracked } from './tracking.js';

export interface EchoView {
  readonly address: string;
  /** False also before the first reply. */
  readonly alive: boolean;
  /** Round trip of the last reply; undefined when never answered. */
  readonly echoMillis: Millis | undefined;
  /** The system's sentence when the last request could not be sent (no route, …); else empty. */
  readonly fault: string;
}

export interface EchoOptions {
  /** Literal addresses of both families; one that is given twice is watched once. */
  readonly addresses: readonly string[];
  readonly interval: Millis;
  readonly now: () => Millis;
  /** The first reply and every change after it; also when an address was dead from the start. */
  readonly onChange: (view: EchoView) => void;
}

export interface Echo {
  /** One per distinct address, in the given order. */
  views(): readonly EchoView[];
  /** Watches these from now on; what is watched already goes on. Throws as `startEcho`. */
  watch(addresses: readonly string[]): void;
  /** Packets that were not counted as an answer, by reason. */
  refused(): Readonly<Record<string, number>>;
  stop(): void;
}

/** Starts at once. Throws `Fatal` with the cure where raw sockets are not allowed. */
export function startEcho(options: EchoOptions): Echo {
  return new EchoRoom(options);
}

/** Rounds of the loop that a drain may take, besides two per address. */
const DRAIN_ROUNDS = 16;

interface Watched {
  readonly address: string;
  readonly family: Family;
  track: Track;
  fault: string;
}

class EchoRoom implements Echo {
  /** By the address as the kernel writes it, which is how replies name their sender. */
  readonly #watched = new Map<string, Watched>();
  readonly #sockets = new Map<Family, IcmpSocket>();
  readonly #refused = new Map<string, number>();
  readonly #identifier = randomInt(0x10000);
  #timer: NodeJS.Timeout | undefined;
  #heard = 0;
  /** Requests that the package has not sent yet. */
  readonly #leaving = new Set<Watched>();
  #draining = false;
  #stopped = false;

  constructor(readonly options: EchoOptions) {
    try {
      this.watch(options.addresses);
    } catch (error) {
      this.stop();
      throw error;
    }
  }

  watch(addresses: readonly string[]): void {
    const before = new Map(this.#watched);
    const wanted = addresses.map((address) => ({ address, family: isIPv6(address) ? 6 : 4 }) as const);
    for (const { family } of wanted) this.#socket(family);
    this.#watched.clear();
    for (const { address, family } of wanted) {
      const key = canonical(address, family);
      if (this.#watched.has(key)) continue;
      this.#watched.set(key, before.get(key) ?? { address, family, track: freshTrack, fault: '' });
    }
    if (this.#watched.size === 0 || this.#timer !== undefined) return;
    this.#sendAll();
    this.#timer = setInterval(() => {
      if (!this.#draining) this.#drain(DRAIN_ROUNDS + 2 * this.#watched.size);
    }, this.options.interval);
  }

  views(): readonly EchoView[] {
    return [...this.#watched.values()].map(viewOf);
  }

  refused(): Readonly<Record<string, number>> {
    return Object.fromEntries(this.#refused);
  }

  stop(): void {
    this.#stopped = true;
    clearInterval(this.#timer);
    for (const socket of this.#sockets.values()) socket.close();
    this.#sockets.clear();
  }

  /**
   * Timers come before waiting input, and the package sends or reads one packet per round of the loop: so before
   * we judge, rounds are let pass until nothing waits any more. Our own stall is no evidence against anybody.
   */
  #drain(rounds: number): void {
    this.#draining = true;
    const before = this.#heard;
    setImmediate(() => {
      if (this.#stopped) return;
      const quiet = this.#heard === before && this.#leaving.size === 0;
      if (!quiet && rounds > 0) {
        this.#drain(rounds - 1);
        return;
      }
      this.#draining = false;
      this.#sendAll();
    });
  }

  #sendAll(): void {
    for (const watched of this.#watched.values()) {
      this.#take(watched, tick(watched.track, this.options.now()));
      // A listener may have stopped us.
      if (this.#isStopped()) return;
      this.#send(watched);
    }
  }

  #isStopped(): boolean {
    return this.#stopped;
  }

  #send(watched: Watched): void {
    const { sequence } = watched.track;
    const message = encodeEchoRequest(watched.family, this.#identifier, sequence);
    const leaving = (): void => {
      watched.track = departed(watched.track, sequence, this.options.now());
    };
    const sent = (fault: string | undefined): void => {
      this.#leaving.delete(watched);
      watched.fault = fault ?? '';
    };
    try {
      const socket = this.#socket(watched.family);
      this.#leaving.add(watched);
      socket.send(message, watched.address, leaving, sent);
    } catch (error) {
      // A lost socket could not be opened again: the requests stay unanswered, the next tick tries anew.
      if (!(error instanceof Fatal)) throw error;
      watched.fault = error.message;
    }
  }

  #socket(family: Family): IcmpSocket {
    const open = this.#sockets.get(family);
    if (open !== undefined) return open;
    const socket = openIcmp(family, {
      onMessage: (packet, source) => {
        this.#receive(family, packet, source);
      },
      onLost: () => {
        this.#sockets.delete(family);
        this.#leaving.clear();
      },
    });
    this.#sockets.set(family, socket);
    return socket;
  }

  #receive(family: Family, packet: Buffer, source: string): void {
    if (this.#stopped) return;
    this.#heard += 1;
    const decoded = decodeEchoReply(family, packet);
    if (!decoded.ok) {
      this.#refuse(decoded.reason);
      return;
    }
    // Replies to other programs' requests reach every raw socket.
    if (decoded.identifier !== this.#identifier) {
      this.#refuse('foreign');
      return;
    }
    const watched = this.#watched.get(source);
    const tracked = watched && reply(watched.track, decoded.sequence, this.options.now());
    if (watched === undefined || tracked === undefined) {
      this.#refuse('unexpected');
      return;
    }
    this.#take(watched, tracked);
  }

  #take(watched: Watched, { track, changed }: Tracked): void {
    watched.track = track;
    if (changed) this.options.onChange(viewOf(watched));
  }

  #refuse(reason: string): void {
    this.#refused.set(reason, (this.#refused.get(reason) ?? 0) + 1);
  }
}

function viewOf({ address, track, fault }: Watched): EchoView {
  return { address, alive: track.alive === true, echoMillis: track.echoMillis, fault };
}

/** As inet_ntop writes it, without a zone. */
function canonical(address: string, family: Family): string {
  if (family === 4) return address;
  return new SocketAddress({ address: address.replace(/%.*$/, ''), family: 'ipv6' }).address;
}
