/**
 * Writes into this kernel which server each client gets again: in batches, one after the other, off the pulse side. On the
 * backup too, so that nothing is left to do at a takeover.
 */
import type { VirtualService } from '../config/model.js';
import { stickyFill, stickyReplace, stickyUpdate, type StickyElement } from '../dataplane/sticky-rules.js';
import type { Clients } from '../replication/clients.js';
import type { StickyEntry } from '../replication/sticky-book.js';
import { formatAddress } from '../sockaddr.js';
import { type Millis, millis } from '../time.js';

export interface ClientWriterOptions {
  readonly services: readonly VirtualService[];
  /** Whose book is written. */
  readonly clients: Pick<Clients, 'book'>;
  /** Gives a script to nft. */
  readonly load: (script: string) => Promise<void>;
  readonly now: () => Millis;
  readonly onFault: (error: unknown) => void;
}

/** Of one transaction. */
const BATCH = 500;
/** A client with a living session is remembered for so long at least, should nobody come to write it again. */
const HELD = millis(3_600_000);
/** After it could not be written anew either. */
const REST = millis(10_000);

export class ClientWriter {
  readonly #o: ClientWriterOptions;
  /** By service and client: the server that the kernel has, and when that was written. */
  readonly #written = new Map<string, { readonly entry: StickyEntry; readonly at: Millis }>();
  #running: Promise<void> | undefined;
  #replace = false;
  /** A kernel that refuses everything is left alone for a while. */
  #restUntil = millis(-Infinity);

  constructor(options: ClientWriterOptions) {
    this.#o = options;
  }

  /**
   * Writes what has changed. As the active the kernel has chosen already, and what is told is what it chose. Does nothing while
   * an earlier call is at work.
   */
  write(active: boolean): void {
    if (this.#o.now() < this.#restUntil) return;
    this.#running ??= this.#work(active)
      .catch((error: unknown) => {
        // The kernel has somebody else's word for a client: all is written anew.
        if (this.#replace) this.#rest(error);
        this.#replace = true;
      })
      .finally(() => {
        this.#running = undefined;
      });
  }

  /** Nothing is known of what the kernel has: the next `write` begins with an empty map. */
  replaceAll(): void {
    this.#replace = true;
  }

  /** A script that writes a whole book, of these clients, into maps that are empty: for the transaction that makes them. */
  wholeBook(clients: Pick<Clients, 'book'>): string {
    const entries = clients.book.all();
    return this.#o.services
      .flatMap((service, index) => {
        const own = entries.filter((entry) => entry.service === index);
        return pieces(own).map((piece) =>
          stickyFill(
            index,
            piece.flatMap((entry) => this.#element(service, entry, true)),
          ),
        );
      })
      .join('');
  }

  /** Resolves when nothing is being written. */
  async settled(): Promise<void> {
    await this.#running;
  }

  #rest(error: unknown): void {
    this.#restUntil = millis(this.#o.now() + REST);
    this.#o.onFault(error);
  }

  async #work(active: boolean): Promise<void> {
    const { now } = this.#o;
    const { book } = this.#o.clients;
    book.expire(now());
    const replace = this.#replace;
    if (replace) this.#written.clear();
    const entries = replace ? book.all() : [...book.takeDirty(), ...this.#ageing()];
    if (entries.length === 0 && !replace) return;
    for (const [index, service] of this.#o.services.entries()) {
      if (service.persistence === undefined) continue;
      const own = entries.filter((entry) => entry.service === index);
      await this.#writeService(service, index, own, active, replace);
    }
    this.#replace = false;
  }

  async #writeService(
    service: VirtualService,
    index: number,
    entries: readonly StickyEntry[],
    active: boolean,
    replace: boolean,
  ): Promise<void> {
    if (replace) await this.#o.load(stickyReplace(index, []));
    for (const batch of pieces(entries)) {
      const elements = batch.flatMap((entry) => this.#element(service, entry, active));
      if (elements.length > 0) await this.#o.load(stickyUpdate(index, elements));
      const at = this.#o.now();
      for (const entry of batch) this.#written.set(keyOf(entry), { entry, at });
    }
  }

  /** Nothing for a server that this config does not have. */
  #element(service: VirtualService, entry: StickyEntry, active: boolean): StickyElement[] {
    const server = indexOf(service, entry);
    if (server < 0) return [];
    const written = this.#written.get(keyOf(entry))?.entry;
    const before = active || written === undefined ? server : indexOf(service, written);
    const left =
      entry.until === undefined ? (service.persistence?.timeout ?? 0) + HELD : entry.until - this.#o.now();
    const seconds = Math.max(1, Math.round(left / 1000));
    return [{ client: formatAddress(entry.client), before, server, seconds }];
  }

  /** Held ones whose time in the kernel is half over; what has run out is forgotten. */
  #ageing(): StickyEntry[] {
    const now = this.#o.now();
    const ageing: StickyEntry[] = [];
    for (const [key, { entry, at }] of this.#written) {
      if (entry.until === undefined ? now - at > HELD / 2 : entry.until < now) this.#written.delete(key);
      if (entry.until === undefined && now - at > HELD / 2) ageing.push(entry);
    }
    return ageing.flatMap((entry) => this.#o.clients.book.find(entry) ?? []);
  }
}

function pieces(entries: readonly StickyEntry[]): (readonly StickyEntry[])[] {
  return Array.from({ length: Math.ceil(entries.length / BATCH) }, (_, at) =>
    entries.slice(at * BATCH, (at + 1) * BATCH),
  );
}

function keyOf({ service, client }: StickyEntry): string {
  return `${service} ${client.join('.')}`;
}

function indexOf({ servers }: VirtualService, { server, serverPort }: StickyEntry): number {
  const address = formatAddress(server);
  return servers.findIndex((known) => known.address === address && known.port === serverPort);
}
