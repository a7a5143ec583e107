/**
 * Which hooks run for which alerts, and when: each hook has a bounded queue and runs one program at a time, in order; few run at
 * once. It must never hold up who raises an alert, nor run anything before a change of roles has had its time.
 */
import type { Logger } from 'pino';
import type { HookConfig } from '../config/model.js';
import type { Alert } from './catalogue.js';
import type { Told } from './fanout.js';
import { hookEnvironment, hookInput } from './hook-event.js';
import { runHook, type HookRun } from './hook-run.js';

/** What became of one hook's runs. */
export interface HookCounters {
  readonly hook: string;
  readonly succeeded: number;
  readonly failed: number;
  readonly waiting: number;
  /** Alerts that it was not run for: its queue was full, or the daemon ended. */
  readonly dropped: number;
  /** Why the last run failed; empty after one that did not. */
  readonly trouble: string;
}

export interface HooksOptions {
  readonly hooks: readonly HookConfig[];
  readonly node: string;
  readonly logger: Logger;
  readonly raise: (alert: Alert) => void;
}

/** Alerts that may wait for one hook. */
export const HOOK_QUEUE_LIMIT = 100;
/** Programs at the same time, of all hooks. */
export const HOOKS_AT_ONCE = 4;
/** After an alert: a takeover's own work is done first, and starting a program costs the main thread milliseconds. */
export const HOOK_DELAY_MILLIS = 50;
/** What the end of the daemon waits for; the role has been given away by then. */
export const HOOK_CLOSE_LIMIT_MILLIS = 3000;

interface Waiting {
  readonly told: Told;
  /** This router's role then. */
  readonly role: string;
}

interface Hook {
  readonly config: HookConfig;
  readonly queue: Waiting[];
  run: HookRun | undefined;
  succeeded: number;
  failed: number;
  dropped: number;
  trouble: string;
}

function freshHook(config: HookConfig): Hook {
  return { config, queue: [], run: undefined, succeeded: 0, failed: 0, dropped: 0, trouble: '' };
}

export class Hooks {
  readonly #o: HooksOptions;
  #hooks: readonly Hook[];
  #role = 'starting';
  #timer: NodeJS.Timeout | undefined;
  #closed = false;
  #idle: (() => void) | undefined;

  constructor(options: HooksOptions) {
    this.#o = options;
    this.#hooks = options.hooks.map(freshHook);
  }

  /** Other hooks from now on; what runs of those that are gone runs to its end. */
  reconfigure(hooks: readonly HookConfig[]): void {
    const before = this.#hooks;
    this.#hooks = hooks.map(
      (config) =>
        before.find((known) => JSON.stringify(known.config) === JSON.stringify(config)) ?? freshHook(config),
    );
  }

  /** An alert was told. What a hook's failure says starts no hook. */
  note(told: Told): void {
    const { id } = told.notice.alert;
    if (id === 'role-active' || id === 'role-backup') this.#role = id === 'role-active' ? 'active' : 'backup';
    if (id === 'hook-failed' || this.#closed) return;
    const wanted = this.#hooks.filter(({ config: { on } }) => on.includes('*') || on.includes(id));
    for (const hook of wanted) {
      hook.queue.push({ told, role: this.#role });
      while (hook.queue.length > HOOK_QUEUE_LIMIT) {
        hook.queue.shift();
        hook.dropped += 1;
      }
    }
    if (wanted.length > 0) this.#later();
  }

  counters(): readonly HookCounters[] {
    return this.#hooks.map(({ config, queue, run, succeeded, failed, dropped, trouble }) => ({
      ...{ hook: config.path, succeeded, failed, dropped, trouble },
      waiting: queue.length + (run === undefined ? 0 : 1),
    }));
  }

  /** Lets what waits run, for a limited time; what is left is killed or counted as dropped. */
  async close(): Promise<void> {
    clearTimeout(this.#timer);
    this.#start();
    if (!this.#isIdle()) await this.#idleOrLate();
    this.#closed = true;
    for (const hook of this.#hooks) {
      hook.dropped += hook.queue.length + (hook.run === undefined ? 0 : 1);
      hook.queue.length = 0;
      hook.run?.abort();
      hook.run = undefined;
    }
  }

  #idleOrLate(): Promise<void> {
    return new Promise((resolve) => {
      const late = setTimeout(resolve, HOOK_CLOSE_LIMIT_MILLIS);
      this.#idle = () => {
        clearTimeout(late);
        resolve();
      };
    });
  }

  #isIdle(): boolean {
    return this.#hooks.every(({ queue, run }) => queue.length === 0 && run === undefined);
  }

  #later(): void {
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined;
      this.#start();
    }, HOOK_DELAY_MILLIS);
  }

  /** As many as may run; a hook that has just run waits for the others. */
  #start(): void {
    let free = HOOKS_AT_ONCE - this.#hooks.filter(({ run }) => run !== undefined).length;
    const ready = this.#hooks.filter(({ run, queue }) => run === undefined && queue.length > 0);
    const fair = ready.sort((a, b) => a.succeeded + a.failed - b.succeeded - b.failed);
    for (const hook of fair) {
      const next = free > 0 ? hook.queue.shift() : undefined;
      if (next === undefined) continue;
      free -= 1;
      this.#run(hook, next);
    }
  }

  #run(hook: Hook, { told, role }: Waiting): void {
    const { path, args, timeout } = hook.config;
    const teller = { node: this.#o.node, role };
    const order = { path, args, timeout, environment: hookEnvironment(told, teller) };
    hook.run = runHook({ ...order, event: hookInput(told, teller) }, (failure) => {
      hook.run = undefined;
      hook.trouble = failure ?? '';
      if (failure === undefined) hook.succeeded += 1;
      else this.#failed(hook, told.notice.alert.id, failure);
      this.#start();
      if (this.#isIdle()) this.#idle?.();
    });
  }

  #failed(hook: Hook, event: string, reason: string): void {
    hook.failed += 1;
    this.#o.logger.warn({ hook: hook.config.path, event, reason }, 'hook failed');
    this.#o.raise({ id: 'hook-failed', hook: hook.config.path, event, reason });
  }
}
