/**
 * Runs one probe over real connections: turns the dialogue's actions into sockets and what happens to them into
 * events. It decides nothing. When the result is there, every socket is closed and no timer is left.
 */
import { connect, type Socket } from 'node:net';
import type { Millis } from '../time.js';
import type { ProbeAction } from './answers.js';
import { advance, startProbe, type Advance, type ProbeEvent, type ProbeState } from './dialogue.js';
import type { ProbeRequest } from './request.js';
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
}

/** A timer that fires this much too late tells of our own stall, which is no evidence against the server. */
const LATE_MILLIS = 20;

/** Starts a probe at once. */
export const runProbe: RunProbe = (request, edges) => new Probe(request, edges);

type Happening = ProbeEvent extends infer Each ? (Each extends unknown ? Omit<Each, 'at'> : never) : never;

class Probe implements ProbeRun {
  readonly result: Promise<ProbeResult | undefined>;
  #resolve: (result: ProbeResult | undefined) => void = () => undefined;
  #state: ProbeState;
  #control: Socket | undefined;
  #aborted = false;
  #timer: NodeJS.Timeout | undefined;
  readonly #open = new Set<Socket>();

  constructor(
    readonly request: ProbeRequest,
    readonly edges: ProbeEdges,
  ) {
    this.result = new Promise((resolve) => (this.#resolve = resolve));
    const begun = startProbe(request, edges.now());
    this.#state = begun.state;
    if (begun.state.type === 'running') this.#arm(request.timeout, request.timeout);
    this.#act(begun);
  }

  abort(): void {
    this.#aborted = true;
    this.#close();
  }

  /** Waits for `wait`; a wake-up that came late is granted the lateness once more, within `grace`. */
  #arm(wait: number, grace: number): void {
    const due = this.edges.now() + wait;
    this.#timer = setTimeout(() => {
      const late = this.edges.now() - due;
      if (late > LATE_MILLIS && grace > 0) this.#arm(Math.min(late, grace), 0);
      // Timers come before waiting input: after one more round of the loop, what had arrived has been seen.
      else
        setImmediate(() => {
          this.#happen({ type: 'deadline' });
        });
    }, wait);
  }

  #happen(happening: Happening): void {
    if (this.#aborted) return;
    this.#act(advance(this.#state, { ...happening, at: this.edges.now() }));
  }

  #act({ state, actions }: Advance): void {
    this.#state = state;
    for (const action of actions) this.#perform(action);
  }

  #perform(action: ProbeAction): void {
    switch (action.type) {
      case 'connect':
        this.#control = this.#connect('control', action, (bytes) => {
          this.#happen({ type: 'data', bytes });
        });
        return;
      case 'send':
        this.#control?.write(`${action.line}\r\n`);
        return;
      case 'openData':
        this.#connect('data', action, (bytes) => {
          this.#happen({ type: 'dataBytes', count: bytes.length });
        });
        return;
      case 'close':
        this.#close();
    }
  }

  #connect(
    channel: 'control' | 'data',
    to: { readonly address: string; readonly port: number },
    onBytes: (bytes: Buffer) => void,
  ): Socket {
    const family = to.address.includes(':') ? 6 : 4;
    const localAddress = this.edges.localAddress[family];
    const from = localAddress === undefined ? {} : { localAddress };
    const socket = connect({ host: to.address, port: to.port, family, noDelay: true, ...from });
    this.#open.add(socket);
    const control = channel === 'control';
    socket.on('connect', () => {
      this.#happen({ type: control ? 'connected' : 'dataConnected' });
    });
    socket.on('data', onBytes);
    socket.on('error', (error: NodeJS.ErrnoException) => {
      this.#happen({ type: 'failed', channel, code: error.code ?? error.name });
    });
    socket.on('close', (hadError) => {
      if (!hadError) this.#happen({ type: control ? 'closed' : 'dataClosed' });
      this.#forget(socket);
    });
    return socket;
  }

  #close(): void {
    clearTimeout(this.#timer);
    for (const socket of this.#open) socket.destroy();
    this.#settle();
  }

  #forget(socket: Socket): void {
    this.#open.delete(socket);
    this.#settle();
  }

  #settle(): void {
    if (this.#open.size > 0) return;
    if (this.#aborted) this.#resolve(undefined);
    else if (this.#state.type === 'finished') this.#resolve(this.#state.result);
  }
}
