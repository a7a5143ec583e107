/**
 * When it is over that somebody else answers for a virtual address: nobody says so, it follows from what happens next. Pure but
 * for what it remembers.
 */
import type { Alert } from '../alerts/catalogue.js';
import type { FromPulse, Role } from '../pulse/face.js';
import { millis, type Millis } from '../time.js';

/** An active router hears each claim: after so long without one it was the last. */
export const QUIET = millis(60_000);

export class VipNews {
  readonly #claims = new Map<string, Millis>();

  /** What a message of the pulse side ends. */
  heard(message: FromPulse, now: Millis): readonly Alert[] {
    if (message.type === 'vipAnswered') this.#claims.set(message.address, now);
    // An active peer that is heard is who answered; and roles change only when it is clear who serves.
    const served = message.type === 'peer' && message.peer.alive && message.peer.role === 'active';
    return served || message.type === 'role' ? this.#clear(() => true) : [];
  }

  /** To be called often. Silence says something only of an active router that hears its peer: others are told once. */
  quiet(role: Role, peerAlive: boolean, now: Millis): readonly Alert[] {
    const telling = role === 'active' && peerAlive;
    return telling ? this.#clear((since) => now - since >= QUIET) : [];
  }

  #clear(over: (since: Millis) => boolean): readonly Alert[] {
    const ended = [...this.#claims].filter(([, since]) => over(since)).map(([address]) => address);
    for (const address of ended) this.#claims.delete(address);
    return ended.map((address) => ({ id: 'vip-clear', address }));
  }
}
