/**
 * Who gets new sessions: takes the nannies' verdicts and brings the kernel's slots up to date, one change after
 * the other, off the pulse side. A server that no probe has judged yet is trusted.
 */
import type { VirtualService } from '../config/model.js';
import { rotationUpdate } from '../dataplane/ruleset.js';

export class Rotation {
  readonly #down = new Set<string>();
  /** Servers without room for another session. */
  #full: ReadonlySet<string> = new Set();
  /** What the kernel leaves out: follows `#down` as soon as nft has taken the change. */
  #out: ReadonlySet<string> = new Set();
  readonly #dirty = new Set<number>();
  #running: Promise<void> | undefined;

  /** `load` gives a script to nft; `onFault` hears of a refusal; what was refused goes with the next verdict. */
  constructor(
    readonly services: readonly VirtualService[],
    readonly load: (script: string) => Promise<void>,
    readonly onFault: (error: unknown) => void,
  ) {}

  /** Whether a server shall take new sessions. */
  readonly includes = (service: string, server: string): boolean =>
    !this.#down.has(`${service}/${server}`) && !this.#full.has(`${service}/${server}`);

  /** Whether the kernel gives it new sessions: a few milliseconds behind `includes`. */
  readonly serves = (service: string, server: string): boolean => !this.#out.has(`${service}/${server}`);

  /** Takes a verdict. Answers whether the service has any server left. */
  judged(service: string, server: string, up: boolean): boolean {
    const key = `${service}/${server}`;
    if (up) this.#down.delete(key);
    else this.#down.add(key);
    const index = this.services.findIndex(({ name }) => name === service);
    if (index >= 0) this.#dirty.add(index);
    this.#bringUp();
    return (
      this.services[index]?.servers.some(
        ({ name, weight }) => weight > 0 && !this.#down.has(`${service}/${name}`),
      ) ?? false
    );
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
      const out = new Set([...this.#down, ...this.#full]);
      try {
        await this.load(script);
        this.#out = out;
      } catch (error) {
        this.onFault(error);
        for (const index of indexes) this.#dirty.add(index);
        return;
      }
    }
  }

  #script(index: number): string[] {
    const service = this.services[index];
    return service === undefined ? [] : [rotationUpdate(service, index, this.includes)];
  }
}
