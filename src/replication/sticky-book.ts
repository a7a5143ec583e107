/**
 * Which server each client gets again, and until when: kept by the active from the sessions that it sees, by the backup from
 * the journal. An entry lasts for as long as the client has a session on its server, and for the timeout after that. Pure.
 */
import { sameBytes } from '../conntrack/tuple.js';
import type { Sticky } from '../journal/sticky.js';
import { type Millis, millis } from '../time.js';
import type { Endpoint, Session } from './census.js';

/** What a service wants of this; undefined where it wants nothing. */
export interface StickyPolicy extends Endpoint {
  readonly timeout: Millis | undefined;
  /** So many bits of an address count. */
  readonly bits: number;
  /** Serves when nobody else is left: nobody is kept to it. */
  readonly sorry?: Endpoint | undefined;
}

export interface StickyEntry {
  /** Index of the service. */
  readonly service: number;
  readonly client: Uint8Array;
  readonly server: Uint8Array;
  readonly serverPort: number;
  /** Sessions of this client on this server that are known to live. */
  readonly sessions: number;
  /** When it ends; undefined: it is held, and the timeout has not begun. */
  readonly until: Millis | undefined;
}

export class StickyBook {
  readonly #entries = new Map<string, StickyEntry & { readonly copy: number }>();
  readonly #dirty = new Set<string>();
  #copy = 0;

  constructor(readonly policies: readonly StickyPolicy[]) {}

  /** How many clients of a service are remembered. */
  count(service: number): number {
    let count = 0;
    for (const entry of this.#entries.values()) if (entry.service === service) count += 1;
    return count;
  }

  /** The entry as it is now. */
  find({ service, client }: Pick<StickyEntry, 'service' | 'client'>): StickyEntry | undefined {
    return this.#entries.get(keyOf(service, client));
  }

  /** Every entry, for a kernel that has none of them. What was dirty is not any more. */
  all(): StickyEntry[] {
    this.#dirty.clear();
    return [...this.#entries.values()];
  }

  /** What has changed, or what a kernel may have otherwise, since the last question. */
  takeDirty(): StickyEntry[] {
    const dirty = Array.from(this.#dirty, (key) => this.#entries.get(key));
    this.#dirty.clear();
    return dirty.filter((entry) => entry !== undefined);
  }

  /** A session began. Returns what the backup must be told. A session that this kernel did not just choose moves nobody. */
  began(session: Session): Sticky[] {
    const policy = this.policies[session.service];
    if (policy?.timeout === undefined || isSorry(policy, session)) return [];
    const client = masked(session.client, policy.bits);
    const key = keyOf(session.service, client);
    const known = this.#entries.get(key);
    const same = known !== undefined && sameServer(known, session);
    if (known !== undefined && !same && !session.fresh) return [];
    const { service, server, serverPort } = session;
    const sessions = (same ? known.sessions : 0) + 1;
    const entry = this.#put(key, { service, client, server, serverPort, sessions, until: undefined });
    return same && known.until === undefined ? [] : this.#told(entry, millis(0));
  }

  /** A session ended. Of the last one the timeout begins. */
  ended(session: Session, now: Millis): Sticky[] {
    const policy = this.policies[session.service];
    if (policy?.timeout === undefined) return [];
    const key = keyOf(session.service, masked(session.client, policy.bits));
    const known = this.#entries.get(key);
    if (known === undefined || known.sessions === 0 || !sameServer(known, session)) return [];
    const sessions = known.sessions - 1;
    const until = sessions > 0 ? undefined : millis(now + policy.timeout);
    const entry = this.#put(key, { ...known, sessions, until });
    return sessions > 0 ? [] : this.#told(entry, now);
  }

  /** The active's word. A service that this config does not have, or not so, is left out. */
  heard(sticky: Sticky, now: Millis): void {
    const service = this.policies.findIndex(
      ({ address, port, timeout }) =>
        timeout !== undefined && port === sticky.port && sameBytes(address, sticky.vip),
    );
    if (service < 0) return;
    const { client, server, serverPort, held, seconds } = sticky;
    const until = held ? undefined : millis(now + seconds * 1000);
    this.#put(keyOf(service, client), { service, client, server, serverPort, sessions: 0, until });
  }

  /** Whether anything is known of this client. */
  knows({ vip, port, client }: Sticky): boolean {
    const service = this.policies.findIndex(
      (policy) => policy.port === port && sameBytes(policy.address, vip),
    );
    return this.#entries.has(keyOf(service, client));
  }

  /** A full copy begins: what it does not name is gone at its end. */
  beginCopy(): void {
    this.#copy += 1;
  }

  endCopy(): void {
    for (const [key, { copy }] of this.#entries) if (copy !== this.#copy) this.#entries.delete(key);
  }

  /** All sessions of this kernel have been named: of clients that are held and have none, the timeout begins. */
  settle(now: Millis): Sticky[] {
    const told: Sticky[] = [];
    for (const [key, entry] of this.#entries) {
      const timeout = this.policies[entry.service]?.timeout;
      if (entry.sessions > 0 || entry.until !== undefined || timeout === undefined) continue;
      told.push(...this.#told(this.#put(key, { ...entry, until: millis(now + timeout) }), now));
    }
    return told;
  }

  /** The role is gone: sessions are counted no longer, and who had one is held until the new active says otherwise. */
  standBack(): void {
    for (const [key, entry] of this.#entries) this.#entries.set(key, { ...entry, sessions: 0 });
  }

  /** Everything, with the time that is left: part of a full copy. */
  snapshot(now: Millis): Sticky[] {
    this.expire(now);
    return Array.from(this.#entries.values()).flatMap((entry) => this.#told(entry, now));
  }

  /** Forgets what has run out; the kernels do so by themselves. */
  expire(now: Millis): void {
    for (const [key, { until }] of this.#entries)
      if (until !== undefined && until <= now) this.#entries.delete(key);
  }

  #put(key: string, entry: StickyEntry): StickyEntry {
    this.#entries.set(key, { ...entry, copy: this.#copy });
    this.#dirty.add(key);
    return entry;
  }

  #told({ service, client, server, serverPort, until }: StickyEntry, now: Millis): Sticky[] {
    const policy = this.policies[service];
    if (policy?.timeout === undefined) return [];
    const left = until === undefined ? policy.timeout : until - now;
    return [
      {
        client,
        ...{ vip: policy.address, port: policy.port, server, serverPort },
        seconds: Math.max(1, Math.round(left / 1000)),
        held: until === undefined,
      },
    ];
  }
}

/** The address with only its first bits. */
export function masked(address: Uint8Array, bits: number): Uint8Array {
  return address.map((byte, at) => {
    const ones = Math.max(0, Math.min(8, bits - at * 8));
    return byte & (256 - 2 ** (8 - ones));
  });
}

function isSorry({ sorry }: StickyPolicy, { server, serverPort }: Session): boolean {
  return sorry !== undefined && sorry.port === serverPort && sameBytes(sorry.address, server);
}

function sameServer(
  a: Pick<Session, 'server' | 'serverPort'>,
  b: Pick<Session, 'server' | 'serverPort'>,
): boolean {
  return a.serverPort === b.serverPort && sameBytes(a.server, b.server);
}

function keyOf(service: number, client: Uint8Array): string {
  return `${service} ${client.join('.')}`;
}
