/** What is counted from the daemon's start on, because the status only shows the newest. Counts only. */

/** Changes of role, by their words. */
export interface TransitionCount {
  readonly to: string;
  readonly reason: string;
  readonly count: number;
}

export interface CountsView {
  readonly transitions: readonly TransitionCount[];
  /** By id. */
  readonly alerts: Readonly<Record<string, number>>;
}

/** The words come from the election: there are few of them. */
export class TransitionCounts {
  readonly #counts = new Map<string, TransitionCount>();

  note(to: string, reason: string): void {
    const key = `${to} ${reason}`;
    this.#counts.set(key, { to, reason, count: (this.#counts.get(key)?.count ?? 0) + 1 });
  }

  view(): readonly TransitionCount[] {
    return [...this.#counts.values()];
  }
}
