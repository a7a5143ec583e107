/**
 * Who gets new sessions: carries the servers' effective weights into the kernel's slots, one change after the other, off
 * the pulse side. It decides nothing: which weight a server has is rotation/standing.ts' business.
 */
import type { VirtualService } from '../config/model.js';
import { rotationUpdate, type WeightOf } from '../dataplane/ruleset.js';
import { isDynamic } from '../dataplane/scheduler.js';

type Weights = ReadonlyMap<string, number>;

export class Rotation {
  /** What the kernel gives its sessions by: follows `weightOf` as soon as nft has taken the change. */
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

  /** Whether the kernel gives a server new sessions: a few milliseconds behind `weightOf`. */
  readonly serves = (service: string, server: string): boolean =>
    (this.#loaded.get(`${service}/${server}`) ?? 0) > 0;

  /** A server of this service has another weight than before. */
  changed(service: string): void {
    const index = this.services.findIndex(({ name }) => name === service);
    if (index < 0) return;
    this.#dirty.add(index);
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
          this.weightOf(name, server.name),
        ]),
      ),
    );
  }

  #script(index: number): string[] {
    const service = this.services[index];
    return service === undefined || this.#isDynamic(index)
      ? []
      : [rotationUpdate(service, index, this.weightOf)];
  }
}
