/**
 * Who gets new sessions: carries the servers' effective weights into the kernel's slots, one change after the other, off
 * the pulse side. It decides nothing: which weight a server has is rotation/standing.ts' business.
 */
import type { VirtualService } from '../config/model.js';
import { rotationUpdate, type WeightOf } from '../dataplane/ruleset.js';
import { isDynamic } from '../dataplane/scheduler.js';
import { ableUpdate } from '../dataplane/sticky-rules.js';

type Weights = ReadonlyMap<string, number>;

export class Rotation {
  /** Servers, as `SERVICE/SERVER`, without room for another session. */
  #full: ReadonlySet<string> = new Set();
  /** What the kernel gives its sessions by: follows `effective` as soon as nft has taken the change. */
  #loaded: Weights;
  readonly #dirty = new Set<number>();
  #running: Promise<void> | undefined;

  /**
   * `weightOf` is asked for each change; the kernel is taken to have been loaded with what it says now. `load` gives a script
   * to nft; `onFault` hears of a refusal; what was refused goes with the next change.
   */
  constructor(
    readonly services: readonly VirtualService[],
    readonly weightOf: WeightOf,
    readonly load: (script: string) => Promise<void>,
    readonly onFault: (error: unknown) => void,
    /** Fills the slots of a service with a dynamic scheduler, which depend on more than weights; throws when refused. */
    readonly level: (index: number) => void = () => undefined,
  ) {
    this.#loaded = this.#wanted();
  }

  /** Whether the kernel gives a server new sessions: a few milliseconds behind `effective`. */
  readonly serves = (service: string, server: string): boolean =>
    (this.#loaded.get(`${service}/${server}`) ?? 0) > 0;

  /** The weight with which a server shall get new sessions: its own, or none while it has no room. */
  readonly effective = (service: string, server: string): number =>
    this.#full.has(`${service}/${server}`) ? 0 : this.weightOf(service, server);

  /** Whether it is left out for having no room. */
  readonly isFull = (service: string, server: string): boolean => this.#full.has(`${service}/${server}`);

  /** A server of this service has another weight than before. */
  changed(service: string): void {
    const index = this.services.findIndex(({ name }) => name === service);
    if (index < 0) return;
    this.#dirty.add(index);
    this.#bringUp();
  }

  /** Which servers, as `SERVICE/SERVER`, have no room for another session. They are not down, only left out. */
  full(servers: ReadonlySet<string>): void {
    this.services.forEach(({ limits }, index) => {
      if (limits?.sessionsPerServer !== undefined) this.#dirty.add(index);
    });
    this.#full = servers;
    this.#bringUp();
  }

  #bringUp(): void {
    this.#running ??= this.#work().finally(() => {
      this.#running = undefined;
    });
  }

  /** Resolves when the kernel has every change so far. */
  async settled(): Promise<void> {
    await this.#running;
  }

  async #work(): Promise<void> {
    // Changes of the same moment share one transaction.
    await Promise.resolve();
    while (this.#dirty.size > 0) {
      const indexes = [...this.#dirty];
      const script = indexes.flatMap((index) => this.#script(index)).join('');
      this.#dirty.clear();
      const wanted = this.#wanted();
      try {
        if (script !== '') await this.load(script);
        for (const index of indexes) if (this.#isDynamic(index)) this.level(index);
        this.#loaded = wanted;
      } catch (error) {
        this.onFault(error);
        for (const index of indexes) this.#dirty.add(index);
        return;
      }
    }
  }

  #isDynamic(index: number): boolean {
    const service = this.services[index];
    return service !== undefined && isDynamic(service.scheduler);
  }

  #wanted(): Weights {
    return new Map(
      this.services.flatMap(({ name, servers }) =>
        servers.map((server): [string, number] => [
          `${name}/${server.name}`,
          this.effective(name, server.name),
        ]),
      ),
    );
  }

  #script(index: number): string[] {
    const service = this.services[index];
    if (service === undefined) return [];
    // The slots of lc and wlc are filled by `level`; who may be chosen by persistence stands beside them.
    return this.#isDynamic(index)
      ? [ableUpdate(service, index, this.effective)]
      : [rotationUpdate(service, index, this.effective)];
  }
}
