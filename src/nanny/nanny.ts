/**
 * The nannies: one per real server and service, probing it for as long as the daemon runs. Joins the schedule,
 * the probes and the verdicts with one timer. It decides nothing itself and never logs.
 */
import type { HealthCheck, RealServer, VirtualService } from '../config/model.js';
import { type Millis, millis } from '../time.js';
import { runProbe, type LocalAddresses, type ProbeRun, type RunProbe } from './probe.js';
import type { ProbeRequest } from './request.js';
import type { ProbeResult } from './result.js';
import { finishProbe, hurry, nextWake, startSchedule, takeDue, type Schedule } from './probe-times.js';
import { judge, unknownServer, type Verdict, type VerdictReason, type VerdictState } from './verdict.js';

/** A changed verdict. The first one about a server is always reported, also when it is bad. */
export interface ServerVerdict {
  readonly service: string;
  readonly server: string;
  readonly address: string;
  readonly from: Verdict;
  readonly up: boolean;
  readonly reason: VerdictReason;
  /** What the server said to the deciding probe; empty when all is well. */
  readonly detail: string;
}

export interface NannyOptions {
  readonly services: readonly VirtualService[];
  readonly check: HealthCheck;
  readonly now: () => Millis;
  readonly onVerdict: (change: ServerVerdict) => void;
  /** Every single result, for counters. */
  readonly onProbe?: (service: string, server: string, result: ProbeResult) => void;
  readonly localAddress?: LocalAddresses;
  /**
   * Addresses that a 227 may announce besides the server's own; none by default, not even the VIP: measured, the
   * kernel's FTP helper then makes no expectation (`loose` off), and every passive client is refused.
   */
  readonly allowedAddresses?: readonly string[];
  /** Probes that may run at once. */
  readonly atOnce?: number;
  /** Another way to probe, for tests. */
  readonly probe?: RunProbe;
}

/** What is known about one server in one service. */
export interface NannyView {
  readonly service: string;
  readonly server: string;
  readonly address: string;
  readonly port: number;
  readonly verdict: Verdict;
  readonly up: boolean;
  /** Why the verdict is what it is; `unknown` before the first probe has ended. */
  readonly reason: VerdictReason | 'unknown';
  /** The last probe, which need not have changed the verdict, with its timings. */
  readonly last: ProbeResult | undefined;
  readonly lastAt: Millis | undefined;
}

export interface Nannies {
  /** In the order of the config. */
  views(): readonly NannyView[];
  /** Probes a server now, or as soon as the probe that runs is over. */
  recheck(service: string, server: string): void;
  /** Ends all probes; nothing is reported any more, and when it resolves no socket or timer is left. */
  stop(): Promise<void>;
}

const PROBES_AT_ONCE = 16;

/** Starts a nanny for each server of each service, also for those of weight 0. */
export function startNannies(options: NannyOptions): Nannies {
  return new NannyRoom(options);
}

interface Nanny {
  readonly service: VirtualService;
  readonly server: RealServer;
  readonly state: VerdictState;
  readonly reason: VerdictReason | 'unknown';
  readonly last: ProbeResult | undefined;
  readonly lastAt: Millis | undefined;
}

class NannyRoom implements Nannies {
  readonly #nannies = new Map<string, Nanny>();
  readonly #running = new Map<string, ProbeRun>();
  #schedule: Schedule;
  #timer: NodeJS.Timeout | undefined;
  #stopped = false;

  constructor(readonly options: NannyOptions) {
    for (const service of options.services) {
      for (const server of service.servers) {
        const nanny = { service, server, state: unknownServer, reason: 'unknown', last: undefined } as const;
        this.#nannies.set(`${service.name}/${server.name}`, { ...nanny, lastAt: undefined });
      }
    }
    const pace = { interval: options.check.interval, limit: options.atOnce ?? PROBES_AT_ONCE };
    this.#schedule = startSchedule([...this.#nannies.keys()], pace, options.now());
    this.#pump();
  }

  views(): readonly NannyView[] {
    return [...this.#nannies.values()].map((nanny) => ({
      service: nanny.service.name,
      server: nanny.server.name,
      address: nanny.server.address,
      port: nanny.server.port,
      verdict: nanny.state.verdict,
      up: nanny.state.verdict === 'up',
      reason: nanny.reason,
      last: nanny.last,
      lastAt: nanny.lastAt,
    }));
  }

  recheck(service: string, server: string): void {
    if (this.#stopped) return;
    this.#schedule = hurry(this.#schedule, `${service}/${server}`, this.options.now());
    this.#pump();
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    clearTimeout(this.#timer);
    const runs = [...this.#running.values()];
    for (const run of runs) run.abort();
    await Promise.all(runs.map((run) => run.result));
  }

  /** Starts what is due and sets the one timer for what comes next. */
  #pump(): void {
    clearTimeout(this.#timer);
    const due = takeDue(this.#schedule, this.options.now());
    this.#schedule = due.schedule;
    for (const name of due.start) this.#start(name);
    const wake = nextWake(this.#schedule);
    if (wake === undefined) return;
    const wait = Math.max(0, wake - this.options.now());
    this.#timer = setTimeout(() => {
      this.#pump();
    }, Math.ceil(wait));
  }

  #start(name: string): void {
    const nanny = this.#nannies.get(name);
    if (nanny === undefined) return;
    const edges = { now: this.options.now, localAddress: this.options.localAddress ?? {} };
    const run = (this.options.probe ?? runProbe)(requestFor(nanny, this.options), edges);
    this.#running.set(name, run);
    const begunAt = this.options.now();
    void run.result.then((result) => {
      this.#running.delete(name);
      if (this.#stopped) return;
      this.#schedule = finishProbe(this.#schedule, name);
      if (result !== undefined) this.#take(name, nanny, result);
      if (this.#doubted(name))
        this.#schedule = hurry(this.#schedule, name, millis(begunAt + this.options.check.retry));
      // A listener may have stopped us.
      if (!this.#isStopped()) this.#pump();
    });
  }

  /** The last probe was bad, and the server is still up. */
  #doubted(name: string): boolean {
    const state = this.#nannies.get(name)?.state;
    return state?.verdict === 'up' && state.against > 0;
  }

  #isStopped(): boolean {
    return this.#stopped;
  }

  #take(name: string, nanny: Nanny, result: ProbeResult): void {
    const { state, change } = judge(nanny.state, result, this.options.check);
    const reason = change?.reason ?? nanny.reason;
    this.#nannies.set(name, { ...nanny, state, reason, last: result, lastAt: this.options.now() });
    const { service, server } = nanny;
    this.options.onProbe?.(service.name, server.name, result);
    if (change === undefined) return;
    this.options.onVerdict({
      service: service.name,
      server: server.name,
      address: server.address,
      from: change.from,
      up: change.to === 'up',
      reason: change.reason,
      detail: result.ok ? '' : result.detail,
    });
  }
}

function requestFor(nanny: Nanny, options: NannyOptions): ProbeRequest {
  const { address, port } = nanny.server;
  const { user, password, mode, data, timeout } = options.check;
  return { address, port, user, password, mode, data, timeout, allowed: options.allowedAddresses ?? [] };
}
