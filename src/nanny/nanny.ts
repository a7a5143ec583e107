/**
 * The nannies: one per real server and service, probing it for as long as the daemon runs. Joins the schedule,
 * the probes and the verdicts with one timer. It decides nothing itself and never logs.
 */
import type { DirectorConfig, HealthCheck, RealServer, VirtualService } from '../config/model.js';
import { isSameServer } from '../config/servers.js';
import { type Millis, millis } from '../time.js';
import { edgesFor, requestFor, type Surroundings } from './errand.js';
import { runProbe, type ProbeEdges, type ProbeRun, type RunProbe } from './probe.js';
import type { ProbeResult, Step } from './result.js';
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
  /** Where the deciding probe failed; undefined when all is well. */
  readonly step: Step | undefined;
  /** What the server said to the deciding probe; empty when all is well. */
  readonly detail: string;
}

export interface NannyOptions {
  readonly services: readonly VirtualService[];
  /** For services that have none of their own. */
  readonly check: HealthCheck;
  /** The director that probes; its links give the source addresses that checks ask for. */
  readonly self?: DirectorConfig;
  readonly now: () => Millis;
  readonly onVerdict: (change: ServerVerdict) => void;
  /** Every single result, for counters. */
  readonly onProbe?: (service: string, server: string, result: ProbeResult) => void;
  /**
   * Addresses that a 227 may announce besides the server's own; none by default, not even the VIP: measured, the
   * kernel's FTP helper then makes no expectation (`loose` off), and every passive client is refused.
   */
  readonly allowedAddresses?: readonly string[];
  /** Probes that may run at once. */
  readonly atOnce?: number;
  /** What another room knew of a server that is the same one. Undefined: nothing is known yet. */
  readonly before?: (service: VirtualService, server: RealServer) => Known | undefined;
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
  /** What the next room may go on with: of the same server under the same name. */
  known(service: VirtualService, server: RealServer): Known | undefined;
  /** Probes a server now, or as soon as the probe that runs is over. */
  recheck(service: string, server: string): void;
  /** Ends all probes; nothing is reported any more, and when it resolves no socket or timer is left. */
  stop(): Promise<void>;
}

/** Probes at once: room for every server's to hang until its timeout, between these two. */
const LEAST_AT_ONCE = 16;
const MOST_AT_ONCE = 256;

/**
 * Starts a nanny for each server of each service, also for those of weight 0.
 * @throws Fatal when a file with authorities cannot be read.
 */
export function startNannies(options: NannyOptions): Nannies {
  return new NannyRoom(options);
}

/** What probes have shown. */
export interface Known {
  readonly state: VerdictState;
  readonly reason: VerdictReason | 'unknown';
  readonly last: ProbeResult | undefined;
  readonly lastAt: Millis | undefined;
}

const NOTHING_KNOWN: Known = { state: unknownServer, reason: 'unknown', last: undefined, lastAt: undefined };

interface Nanny extends Known {
  readonly check: HealthCheck;
  readonly edges: ProbeEdges;
  readonly service: VirtualService;
  readonly server: RealServer;
}

class NannyRoom implements Nannies {
  readonly #nannies = new Map<string, Nanny>();
  readonly #running = new Map<string, ProbeRun>();
  readonly #surroundings: Surroundings;
  #schedule: Schedule;
  #timer: NodeJS.Timeout | undefined;
  #stopped = false;

  constructor(readonly options: NannyOptions) {
    const surroundings: Surroundings = {
      self: options.self,
      now: options.now,
      allowed: options.allowedAddresses ?? [],
    };
    this.#surroundings = surroundings;
    for (const service of options.services) {
      const check = service.check ?? options.check;
      const edges = edgesFor(check, surroundings);
      for (const server of service.servers) {
        const known = options.before?.(service, server) ?? NOTHING_KNOWN;
        this.#nannies.set(`${service.name}/${server.name}`, { check, edges, service, server, ...known });
      }
    }
    const paces = Array.from(this.#nannies, ([name, { check }]) => ({ name, interval: check.interval }));
    this.#schedule = startSchedule(paces, options.atOnce ?? this.#atOnce(), options.now());
    this.#pump();
  }

  #atOnce(): number {
    const shares = Array.from(this.#nannies.values(), ({ check }) => check.timeout / check.interval);
    const wanted = shares.reduce((sum, share) => sum + share, 0);
    return Math.min(MOST_AT_ONCE, Math.max(LEAST_AT_ONCE, Math.ceil(wanted)));
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

  known({ name }: VirtualService, server: RealServer): Known | undefined {
    const nanny = this.#nannies.get(`${name}/${server.name}`);
    if (nanny === undefined || !isSameServer(nanny.server, server)) return undefined;
    const { state, reason, last, lastAt } = nanny;
    return { state, reason, last, lastAt };
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
    const request = requestFor(nanny, this.#surroundings);
    const run = (this.options.probe ?? runProbe)(request, nanny.edges);
    this.#running.set(name, run);
    const begunAt = this.options.now();
    void run.result.then((result) => {
      this.#running.delete(name);
      if (this.#stopped) return;
      this.#schedule = finishProbe(this.#schedule, name);
      if (result !== undefined) this.#take(name, nanny, result);
      if (this.#doubted(name))
        this.#schedule = hurry(this.#schedule, name, millis(begunAt + nanny.check.retry));
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
    const { state, change } = judge(nanny.state, result, nanny.check);
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
      step: result.ok ? undefined : result.step,
      detail: result.ok ? '' : result.detail,
    });
  }
}
