/**
 * Keeps the slots of services with `lc` or `wlc` level: whenever a session has come or gone, their maps are filled again, a few
 * milliseconds' changes at once. On the work side; the pulse never waits for it.
 */
import type { RealServer, VirtualService } from '../config/model.js';
import type { Sessions } from '../conntrack/tally.js';
import { type Levels, level, unknownLevels, written } from '../dataplane/levels.js';
import type { MapChange } from '../dataplane/nf-tables.js';
import { chainOf, slotCounter, slotMap } from '../dataplane/ruleset.js';
import { type Candidate, isDynamic } from '../dataplane/scheduler.js';
import { type Millis, millis } from '../time.js';

/** The kernel's slots; see SlotTable. */
export interface Slots {
  counted(counter: string): number;
  change(change: Omit<MapChange, 'table'>): void;
}

export interface LevellingOptions {
  readonly services: readonly VirtualService[];
  readonly slots: Slots;
  readonly sessions: (service: VirtualService, server: RealServer) => Sessions;
  /** The weight that counts at present: 0 for a server that is down. */
  readonly weight: (service: string, server: string) => number;
  readonly now: () => Millis;
  readonly onFault: (error: unknown) => void;
}

/** Changes of so many milliseconds share a transaction, which costs the kernel and us about half a millisecond. */
const SPACING = millis(4);

export class Levelling {
  readonly #options: LevellingOptions;
  readonly #dynamic: readonly number[];
  readonly #levels = new Map<number, Levels>();
  #changed = false;
  #next: NodeJS.Immediate | undefined;
  #resting: NodeJS.Timeout | undefined;
  #closed = false;

  constructor(options: LevellingOptions) {
    this.#options = options;
    this.#dynamic = options.services.flatMap(({ scheduler }, index) => (isDynamic(scheduler) ? [index] : []));
  }

  /** Sessions have changed: the slots follow, at once when they have been quiet. Cheap, and may be called in any state. */
  note(): void {
    this.#changed = true;
    if (this.#closed || this.#dynamic.length === 0 || this.#resting !== undefined) return;
    // Not in the middle of what noticed it, which may have more to come.
    this.#next ??= setImmediate(() => {
      this.#next = undefined;
      this.#fillAll();
    });
  }

  close(): void {
    this.#closed = true;
    clearTimeout(this.#resting);
    clearImmediate(this.#next);
  }

  /** Fills one service's slots. Throws SystemError when the kernel refuses; the next time fills all of them. */
  fill(index: number): void {
    const { services, slots, now } = this.#options;
    const service = services[index];
    if (service === undefined || !isDynamic(service.scheduler)) return;
    const before = this.#levels.get(index) ?? unknownLevels;
    // Until the kernel has taken the change, nothing is certain.
    this.#levels.delete(index);
    const counted = slots.counted(slotCounter(index));
    const look = { now: now(), counted, servers: this.#candidates(service) };
    const { levels, change } = level(before, service.scheduler, look);
    if (change === undefined) {
      this.#levels.set(index, levels);
      return;
    }
    slots.change({ map: slotMap(index), gone: change.gone, added: withChains(service, index, change.added) });
    this.#levels.set(index, written(levels, before, slots.counted(slotCounter(index)), now()));
  }

  #fillAll(): void {
    this.#changed = false;
    try {
      for (const index of this.#dynamic) this.fill(index);
    } catch (error) {
      this.#options.onFault(error);
    }
    this.#resting = setTimeout(() => {
      this.#resting = undefined;
      if (this.#changed) this.note();
    }, SPACING);
  }

  #candidates(service: VirtualService): (Candidate & { readonly came: number })[] {
    const { weight, sessions } = this.#options;
    const candidates = service.servers.map((server) => {
      const { present, came } = sessions(service, server);
      return { name: server.name, weight: weight(service.name, server.name), sessions: present, came };
    });
    const { sorry } = service.rotation;
    if (sorry === undefined || candidates.some((candidate) => candidate.weight > 0)) return candidates;
    return [{ name: sorry.name, weight: 1, sessions: 0, came: 0 }];
  }
}

function withChains(
  service: VirtualService,
  index: number,
  added: readonly (readonly [slot: number, server: string])[],
): MapChange['added'] {
  return added.map(([slot, server]) => [slot, chainOf(service, index, server)] as const);
}
