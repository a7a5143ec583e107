/**
 * A check by an external program: started without a shell in a process group of its own, limited in time and in what is read of
 * it, and killed as a group at its end, whatever has become of it. Whatever is not exit status 0 is bad.
 */
import type { ChildProcess } from 'node:child_process';
import type { ProgramCheck } from '../config/model.js';
import { killProgram, startProgram } from '../program.js';
import { millis, type Millis } from '../time.js';
import type { ProbeEdges, ProbeRun } from './probe.js';
import type { ProbeRequest } from './request.js';
import { excerpt, type ProbeReason, type ProbeResult } from './result.js';
import { compare, MAX_ANSWER } from './wanted.js';

export interface ProgramRequest extends ProbeRequest {
  readonly check: ProgramCheck;
}

/** Starts the program at once. */
export function runProgram(request: ProgramRequest, edges: Pick<ProbeEdges, 'now'>): ProbeRun {
  return new Program(request, edges.now);
}

/** What the program is told, beside PATH and LC_ALL. */
export function environmentOf(request: ProbeRequest): Readonly<Record<string, string>> {
  return {
    FTPAIR_SERVICE: request.service,
    FTPAIR_SERVER: request.server,
    FTPAIR_ADDRESS: request.address,
    FTPAIR_PORT: String(request.port),
    FTPAIR_TIMEOUT_MS: String(request.timeout),
  };
}

/** `%h` is the server's address and `%p` its port, as in lvs.cf; `%%` is a percent sign. */
export function argumentsOf({ check, address, port }: ProgramRequest): readonly string[] {
  const words: Readonly<Record<string, string>> = { '%h': address, '%p': String(port), '%%': '%' };
  return check.args.map((arg) => arg.replace(/%[hp%]/g, (word) => words[word] ?? word));
}

class Program implements ProbeRun {
  readonly result: Promise<ProbeResult | undefined>;
  #resolve: (result: ProbeResult | undefined) => void = () => undefined;
  readonly #startedAt: Millis;
  /** Undefined where it could not even be tried. */
  readonly #child: ChildProcess | undefined;
  readonly #timer: NodeJS.Timeout;
  /** The beginning of what it printed, as latin1; `shown` is of both outputs, in the order of reading. */
  #printed = '';
  #shown = '';
  #ended = false;

  constructor(
    readonly request: ProgramRequest,
    readonly now: () => Millis,
  ) {
    this.result = new Promise((resolve) => (this.#resolve = resolve));
    this.#startedAt = now();
    this.#child = this.#spawn();
    this.#timer = setTimeout(() => {
      // Timers come before other news: an end that is there already counts.
      setImmediate(() => {
        this.#expire();
      });
    }, request.timeout);
    if (this.#child !== undefined) this.#listen(this.#child);
  }

  abort(): void {
    this.#kill();
    this.#end(undefined);
  }

  /** Some refusals come as an event later, some (no executable format, no memory) at once. */
  #spawn(): ChildProcess | undefined {
    try {
      const { path } = this.request.check;
      const environment = environmentOf(this.request);
      return startProgram({ path, args: argumentsOf(this.request), environment, input: 'none' });
    } catch (error) {
      const { code, message } = error as NodeJS.ErrnoException;
      setImmediate(() => {
        this.#end(this.#failed('program', code ?? message));
      });
      return undefined;
    }
  }

  /** One that cannot be killed (stuck in the kernel, or another user's by now) is not waited for. */
  #expire(): void {
    if (this.#ended) return;
    this.#kill();
    this.#end(this.#failed('timedOut', `still running after ${this.request.timeout} ms${this.#after()}`));
  }

  #listen(child: ChildProcess): void {
    child.stdout?.on('data', (bytes: Buffer) => {
      this.#printed = (this.#printed + bytes.toString('latin1')).slice(0, MAX_ANSWER + 1);
    });
    for (const output of [child.stdout, child.stderr])
      output?.on('data', (bytes: Buffer) => {
        this.#shown = (this.#shown + bytes.toString('latin1')).slice(0, MAX_ANSWER);
      });
    child.on('error', (error: NodeJS.ErrnoException) => {
      this.#end(this.#failed('program', error.code ?? error.message));
    });
    // Not `close`: a grandchild may hold the pipes for ever.
    child.on('exit', (status, signal) => {
      // What it has started must not outlive it; what it has printed is read first.
      this.#kill();
      setImmediate(() => {
        this.#end(this.#judged(status, signal));
      });
    });
  }

  #judged(status: number | null, signal: NodeJS.Signals | null): ProbeResult {
    if (signal !== null) return this.#failed('program', `ended by ${signal}${this.#after()}`);
    if (status !== 0) return this.#failed('program', `exit status ${status ?? 'unknown'}${this.#after()}`);
    const { wanted } = this.request.check;
    if (wanted !== undefined && compare(wanted, this.#printed) !== 'yes')
      return this.#failed('notExpected', excerpt(this.#shown, ''));
    return { ok: true, timings: this.#timings() };
  }

  #after(): string {
    const shown = excerpt(this.#shown, '');
    return shown === '' ? '' : `: ${shown}`;
  }

  #failed(reason: ProbeReason, detail: string): ProbeResult {
    return { ok: false, reason, step: 'program', detail, timings: this.#timings() };
  }

  #timings(): ProbeResult['timings'] {
    const took = millis(this.now() - this.#startedAt);
    return { totalMillis: took, steps: [{ step: 'program', millis: took }] };
  }

  #kill(): void {
    killProgram(this.#child);
  }

  #end(result: ProbeResult | undefined): void {
    this.#ended = true;
    clearTimeout(this.#timer);
    this.#child?.stdout?.destroy();
    this.#child?.stderr?.destroy();
    this.#resolve(result);
  }
}
