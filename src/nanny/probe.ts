/**
 * Runs one probe over real connections: turns the dialogue's actions into sockets and what happens to them into
 * events. It decides nothing. When the result is there, every socket is closed and no timer is left.
 */
import type { Millis } from '../time.js';
import { Connections, type Happening } from './connections.js';
import { advance, startProbe } from './dialogue.js';
import { deadlineOf, type Advance, type ProbeState } from './dialogue-state.js';
import type { ProbeAction } from './phase.js';
import { runProgram } from './program.js';
import type { ProbeRequest, SpokenRequest } from './request.js';
import type { ProbeResult } from './result.js';

/** The director's own addresses to probe from; the kernel chooses where one is missing. */
export interface LocalAddresses {
  readonly 4?: string;
  readonly 6?: string;
}

export interface ProbeRun {
  /** The result once everything is closed; undefined when aborted. Never rejects. */
  readonly result: Promise<ProbeResult | undefined>;
  /** Ends the probe without a result. */
  abort(): void;
}

/** Something that runs probes: `runProbe`, or a stand-in under virtual time. */
export type RunProbe = (request: ProbeRequest, edges: ProbeEdges) => ProbeRun;

export interface ProbeEdges {
  readonly now: () => Millis;
  readonly localAddress: LocalAddresses;
  /** PEM text of the authorities to trust; undefined: those of Node.js. */
  readonly authorities?: string | undefined;
}

/** A timer that fires this much too late tells of our own stall, which is no evidence against the server. */
const LATE_MILLIS = 20;

/** Starts a probe at once. */
export const runProbe: RunProbe = (request, edges) => {
  const { check } = request;
  if (check.type === 'program') return runProgram({ ...request, check }, edges);
  return new Probe({ ...request, check }, edges);
};

class Probe implements ProbeRun {
  readonly result: Promise<ProbeResult | undefined>;
  #resolve: (result: ProbeResult | undefined) => void = () => undefined;
  #state: ProbeState;
  #aborted = false;
  #timer: NodeJS.Timeout | undefined;
  /** What the timer was set for. */
  #deadline: Millis | undefined;
  readonly #connections: Connections;

  constructor(
    request: SpokenRequest,
    readonly edges: ProbeEdges,
  ) {
    this.result = new Promise((resolve) => (this.#resolve = resolve));
    this.#connections = new Connections(request, edges, {
      happen: (happening) => {
        this.#happen(happening);
      },
      empty: () => {
        this.#settle();
      },
    });
    const begun = startProbe(request, edges.now());
    this.#state = begun.state;
    this.#act(begun);
  }

  abort(): void {
    this.#aborted = true;
    this.#close();
  }

  /** Sets the timer where the deadline has moved. */
  #rearm(): void {
    const deadline = deadlineOf(this.#state);
    if (deadline === this.#deadline) return;
    this.#deadline = deadline;
    clearTimeout(this.#timer);
    if (deadline === undefined) return;
    const wait = Math.max(0, deadline - this.edges.now());
    this.#arm(deadline, wait, wait);
  }

  /** Waits for `wait`; a wake-up that came late is granted the lateness once more, within `grace`. */
  #arm(deadline: Millis, wait: number, grace: number): void {
    const due = this.edges.now() + wait;
    this.#timer = setTimeout(() => {
      const late = this.edges.now() - due;
      if (late > LATE_MILLIS && grace > 0) this.#arm(deadline, Math.min(late, grace), 0);
      // Timers come before waiting input: after one more round of the loop, what had arrived has been seen.
      else
        setImmediate(() => {
          if (this.#deadline === deadline) this.#happen({ type: 'deadline' });
        });
    }, wait);
  }

  #happen(happening: Happening): void {
    if (this.#aborted) return;
    this.#act(advance(this.#state, { ...happening, at: this.edges.now() }));
  }

  #act({ state, actions }: Advance): void {
    this.#state = state;
    this.#rearm();
    for (const action of actions) this.#perform(action);
  }

  #perform(action: ProbeAction): void {
    if (action.type === 'close') this.#close();
    else this.#connections.perform(action);
  }

  #close(): void {
    clearTimeout(this.#timer);
    this.#deadline = undefined;
    this.#connections.close();
    this.#settle();
  }

  #settle(): void {
    if (!this.#connections.empty) return;
    if (this.#aborted) this.#resolve(undefined);
    else if (this.#state.type === 'finished') this.#resolve(this.#state.result);
  }
}
