/**
 * The clients' side of the data plane at work: carries what replication knows of clients and their sessions into this kernel,
 * and reads back what the kernel refused.
 */
import type { VirtualService } from '../config/model.js';
import type { Flow } from '../conntrack/flow.js';
import { fullClients, LIMITS, limitsOf, readRefusals } from '../dataplane/limit-rules.js';
import { TABLE } from '../dataplane/nft-words.js';
import { Clients } from '../replication/clients.js';
import type { StickyPolicy } from '../replication/sticky-book.js';
import { parseAddress } from '../sockaddr.js';
import type { Millis } from '../time.js';
import { ClientWriter } from './client-writer.js';
import { occupancyOf } from './occupancy.js';

export interface ClientSideOptions {
  readonly services: readonly VirtualService[];
  /** What is known of clients under the config before this one; it becomes what is known under this one. */
  readonly clients?: Clients | undefined;
  /** Gives a script to nft. */
  readonly load: (script: string) => Promise<void>;
  /** Lists a table's counters, as JSON. */
  readonly list: (table: string) => Promise<string>;
  /** Which servers have no room. Called on every change. */
  readonly onFull: (servers: ReadonlySet<string>) => void;
  readonly now: () => Millis;
  readonly onFault: (operation: string, error: unknown) => void;
}

/** What status shows of one service. */
export interface ServiceClients {
  /** Clients that get their server again; undefined without persistence. */
  readonly remembered?: number;
  /** Connections refused on this director, by limit; only limits that are set. */
  readonly refused?: Readonly<Record<string, number>>;
}

/** How often changes go to the kernel: on the backup nothing else has told it, on the active it chose itself. */
const BACKUP_MILLIS = 200;
const TICKS_OF_ACTIVE = 5;
const TICKS_OF_COUNTERS = 10;

export class ClientSide {
  /** For the replicator. */
  readonly clients: Clients;
  readonly #o: ClientSideOptions;
  readonly #policies: readonly StickyPolicy[];
  readonly #writer: ClientWriter;
  readonly #persistent: boolean;
  readonly #limited: boolean;
  #timer: NodeJS.Timeout | undefined;
  #tick = 0;
  #active = false;
  #counters = '';
  #censusVersion = 0;
  #servers = '';
  #full: readonly string[] = [];
  #telling: Promise<void> = Promise.resolve();

  constructor(options: ClientSideOptions) {
    const { services, load, now, onFault } = options;
    this.#o = options;
    this.#persistent = services.some(({ persistence }) => persistence !== undefined);
    this.#limited = services.some((service) => limitsOf(service).length > 0);
    this.#policies = this.#persistent || this.#limited ? services.map(policyOf) : [];
    this.clients = options.clients ?? new Clients(this.#policies);
    this.#writer = new ClientWriter({
      ...{ services, load, now },
      clients: this.clients,
      onFault: (error) => {
        onFault('write which servers clients get again', error);
      },
    });
  }

  /** What is known of clients under this config, as a script for the transaction that makes its maps. `flows` as in `adopt`. */
  script(flows: readonly Flow[]): string {
    return this.#persistent ? this.#writer.wholeBook(this.#known(flows)) : '';
  }

  /** Takes up what was known under another config; `flows` are the sessions of this director as the active. */
  adopt(flows: readonly Flow[]): void {
    this.clients.become(this.#known(flows));
  }

  #known(flows: readonly Flow[]): Clients {
    return this.clients.under(this.#policies, flows, this.#o.now());
  }

  /** Once the data plane is loaded. */
  start(): void {
    if (!this.#persistent && !this.#limited) return;
    this.#timer = setInterval(() => {
      this.#beat();
    }, BACKUP_MILLIS);
  }

  /** The role has changed. */
  roleChanged(active: boolean): void {
    if (active === this.#active) return;
    this.#active = active;
    // What the kernel noted by itself while this director was active is not what the new active says.
    if (!active) this.#writer.replaceAll();
    if (this.#timer !== undefined && this.#persistent) this.#writer.write(active);
  }

  async stop(): Promise<void> {
    clearInterval(this.#timer);
    await this.#writer.settled();
    await this.#telling;
  }

  /** For status. */
  view(index: number): ServiceClients {
    const service = this.#o.services[index];
    if (service === undefined) return {};
    const limits = limitsOf(service).map(([limit]) => limit);
    const found = readRefusals(this.#counters, index);
    const refused = LIMITS.filter((limit) => limits.includes(limit)).map((limit) => [
      limit,
      found[limit] ?? 0,
    ]);
    return {
      ...(service.persistence !== undefined && { remembered: this.clients.book.count(index) }),
      ...(refused.length > 0 && { refused: Object.fromEntries(refused) as Record<string, number> }),
    };
  }

  #beat(): void {
    this.#tick += 1;
    if (this.#persistent && (!this.#active || this.#tick % TICKS_OF_ACTIVE === 0))
      this.#writer.write(this.#active);
    if (!this.#limited) return;
    this.#count();
    if (this.#tick % TICKS_OF_COUNTERS !== 0) return;
    void this.#o.list(TABLE).then((counters) => {
      this.#counters = counters;
    });
  }

  /** Tells the kernel who is full, when that has changed. */
  #count(): void {
    const { census } = this.clients;
    if (census.version === this.#censusVersion) return;
    this.#censusVersion = census.version;
    const { services, onFull } = this.#o;
    const { servers, clients } = occupancyOf(services, census.sessions());
    const names = [...servers].sort().join(' ');
    if (names !== this.#servers) onFull(servers);
    this.#servers = names;
    const full = clients.map((list, index) =>
      services[index]?.limits?.sessionsPerClient === undefined ? '' : fullClients(index, list),
    );
    const changed = full.filter((script, index) => script !== (this.#full[index] ?? fullClients(index, [])));
    this.#full = full;
    if (changed.length > 0) this.#tell(changed.join(''));
  }

  #tell(script: string): void {
    this.#telling = this.#telling
      .then(() => this.#o.load(script))
      .catch((error: unknown) => {
        this.#o.onFault('write which clients are full', error);
      });
  }
}

function policyOf({ address, port, family, persistence, rotation }: VirtualService): StickyPolicy {
  const bits = family === 4 ? persistence?.mask : persistence?.mask6;
  return {
    address: parseAddress(address) ?? new Uint8Array(),
    port,
    timeout: persistence?.timeout,
    bits: bits ?? 128,
    sorry: rotation.sorry && {
      address: parseAddress(rotation.sorry.address) ?? new Uint8Array(),
      port: rotation.sorry.port,
    },
  };
}
