/** What happens when, in a virtual time: a binary heap of actions, first come first served at equal times. */
interface Entry {
  readonly at: number;
  readonly order: number;
  readonly run: () => void;
}

export class Agenda {
  now = 0;
  readonly #heap: Entry[] = [];
  #order = 0;

  add(at: number, run: () => void): void {
    const entry = { at: Math.max(at, this.now), order: this.#order++, run };
    let index = this.#heap.push(entry) - 1;
    while (index > 0) {
      const parent = (index - 1) >> 1;
      if (!before(entry, this.#heap[parent]!)) break;
      this.#heap[index] = this.#heap[parent]!;
      index = parent;
    }
    this.#heap[index] = entry;
  }

  /** Runs everything up to a time; `each` is called with the time before each action. */
  runUntil(end: number, each: (at: number) => void): void {
    for (let first = this.#heap[0]; first !== undefined && first.at <= end; first = this.#heap[0]) {
      this.#removeFirst();
      each(first.at);
      this.now = first.at;
      first.run();
    }
    each(end);
    this.now = end;
  }

  #removeFirst(): void {
    const last = this.#heap.pop();
    if (last === undefined || this.#heap.length === 0) return;
    let index = 0;
    for (;;) {
      let child = 2 * index + 1;
      if (child >= this.#heap.length) break;
      if (child + 1 < this.#heap.length && before(this.#heap[child + 1]!, this.#heap[child]!)) child++;
      if (!before(this.#heap[child]!, last)) break;
      this.#heap[index] = this.#heap[child]!;
      index = child;
    }
    this.#heap[index] = last;
  }
}

function before(a: Entry, b: Entry): boolean {
  return a.at < b.at || (a.at === b.at && a.order < b.order);
}
