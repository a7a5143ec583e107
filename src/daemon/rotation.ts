/**
 * Who gets new sessions: takes the nannies' verdicts and brings the kernel's slots up to date, one change after
 * the other, off the pulse side. A server that no probe has judged yet is trusted.
 */
import type { RealServer, VirtualService } from '../config/model.js';
import { rotationUpdate } from '../dataplane/ruleset.js';
import { isDynamic } from '../dataplane/scheduler.js';

export class Rotation {
  readonly #down = new Set<string>();
  /** What the kernel leaves out: follows `#down` as soon as nft has taken the change. */
  #out: ReadonlySet<string> = new Set();
  readonly #dirty = new Set<number>();
  #running: Promise<void> | undefined;

  /** `load` gives a script to nft; `onFault` hears of a refusal; what was refused goes with the next verdict. */
  constructor(
    readonly services: readonly VirtualService[],
    readonly load: (script: string) => Promise<void>,
    readonly onFault: (error: unknown) => void,
    /** Fills the slots of a service with a dynamic scheduler, which depend on more than verdicts; throws when refused. */
    readonly level: (index: number) => void = () => undefined,
  ) {}

  /** Whether a server shall take new sessions. */
  readonly includes = (service: string, server: string): boolean => !this.#down.has(`${service}/${server}`);

  /** Whether the kernel gives it new sessions: a few milliseconds behind `includes`. */
  readonly serves = (service: string, server: string): boolean => !this.#out.has(`${service}/${server}`);

  /** The weight that a server has for new sessions at present. */
  readonly weight = (service: string, server: string): number =>
    this.includes(service, server) ? (this.#configured(service, server)?.weight ?? 0) : 0;

  /** Takes a verdict. Answers whether the service has any server left. */
  judged(service: string, server: string, up: boolean): boolean {
    const key = `${service}/${server}`;
    if (up) this.#down.delete(key);
    else this.#down.add(key);
    const index = this.services.findIndex(({ name }) => name === service);
    if (index >= 0) this.#dirty.add(index);
    this.#running ??= this.#work().finally(() => {
      this.#running = undefined;
    });
    return (
      this.services[index]?.servers.some(({ name, weight }) => weight > 0 && this.includes(service, name)) ??
      false
    );
  }

  /** Resolves when the kernel has what was judged so far. */
  async settled(): Promise<void> {
    await this.#running;
  }

  async #work(): Promise<void> {
    // Verdicts of the same moment share one transaction.
    await Promise.resolve();
    while (this.#dirty.size > 0) {
      const indexes = [...this.#dirty];
      const script = indexes.flatMap((index) => this.#script(index)).join('');
      this.#dirty.clear();
      const out = new Set(this.#down);
      try {
        if (script !== '') await this.load(script);
        for (const index of indexes) if (this.#isDynamic(index)) this.level(index);
        this.#out = out;
      } catch (error) {
        this.onFault(error);
        for (const index of indexes) this.#dirty.add(index);
        return;
      }
    }
  }

  #configured(service: string, server: string): RealServer | undefined {
    return this.services.find(({ name }) => name === service)?.servers.find(({ name }) => name === server);
  }

  #isDynamic(index: number): boolean {
    const service = this.services[index];
    return service !== undefined && isDynamic(service.scheduler);
  }

  #script(index: number): string[] {
    const service = this.services[index];
    return service === undefined || this.#isDynamic(index)
      ? []
      : [rotationUpdate(service, index, this.includes)];
  }
}
