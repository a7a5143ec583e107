/**
 * One alert to every target, to the log and to whoever else listens: first the condition that it belongs to, then whether it may
 * pass, then its words. It must not decide what an alert says or how a message looks, and nothing in it may throw into, or hold
 * up, whoever raises an alert.
 */
import type { Logger } from 'pino';
import type { SyslogConfig } from '../config/model.js';
import type { Millis } from '../time.js';
import type { Alert, AlertSink, Severity } from './catalogue.js';
import { follow, noConditions, type OpenCondition } from './conditions.js';
import { describeNotice, type Description } from './describe.js';
import { Limits, type Notice } from './limits.js';
import { Outbox, type OutboxCounters, type Transport } from './outbox.js';
import type { Origin } from './rfc5424.js';

/** What the alerts of this process became. */
export interface AlertCounters {
  readonly raised: number;
  /** Alerts that could not even be put into words or queued: a mistake of ours. */
  readonly failed: number;
  /** Repeats that stand in another alert's count. */
  readonly collapsed: number;
  /** Alerts that stand in a summary only. */
  readonly suppressed: number;
  readonly targets: readonly OutboxCounters[];
}

/** The sink of a running daemon. */
export interface Alerts extends AlertSink {
  counters(): AlertCounters;
  /** Conditions that have begun and are not over, the oldest first. */
  open(): readonly OpenCondition[];
  /** Tells other targets from now on; those that stay the same keep what waits for them. */
  retarget(config: SyslogConfig, targets: readonly Target[]): void;
  /** Tells what is held back and gives the waiting messages one last try, within a quarter of a second. */
  close(): Promise<void>;
}

/** An alert that is told, and its words. */
export interface Told {
  readonly notice: Notice;
  readonly description: Description;
}

export interface AlertsOptions {
  readonly config: SyslogConfig;
  /** This router's host name, for collectors that gather several. */
  readonly host: string;
  readonly pid: number;
  readonly logger: Logger;
  readonly now: () => Millis;
  readonly wallClock: () => Date;
  /** Tells this run of the daemon from others, in the words of conditions. */
  readonly run: string;
  /** Told of every alert that is told; whatever they throw counts as a mistake of ours. */
  readonly listeners: readonly ((told: Told) => void)[];
}

/** One target: a transport and the form of message that its reader understands. */
export interface Target {
  /** All that the config says of it: the same word, the same target. */
  readonly key: string;
  readonly transport: Transport;
  readonly format: (description: Description, origin: Origin) => string;
}

/** The sink for given targets; each has its own queue, so that one that hangs holds up no other. */
export function fanOut(options: AlertsOptions, targets: readonly Target[]): Alerts {
  return new FanOut(options, targets);
}

/** A target with its queue. */
interface Lane extends Pick<Target, 'key' | 'format'> {
  readonly outbox: Outbox;
}

class FanOut implements Alerts {
  #config: SyslogConfig;
  #lanes: readonly Lane[];
  readonly #limits = new Limits();
  #conditions: ReturnType<typeof noConditions>;
  #wake: NodeJS.Timeout | undefined;
  #raised = 0;
  #failed = 0;

  constructor(
    readonly options: AlertsOptions,
    targets: readonly Target[],
  ) {
    this.#conditions = noConditions(options.run);
    this.#config = options.config;
    this.#lanes = targets.map((target) => this.#lane(target));
  }

  retarget(config: SyslogConfig, targets: readonly Target[]): void {
    const before = this.#lanes;
    this.#config = config;
    this.#lanes = targets.map((target) => {
      const same = before.find(({ key }) => key === target.key);
      if (same !== undefined) void target.transport.close();
      return same ?? this.#lane(target);
    });
    for (const lane of before) if (!this.#lanes.includes(lane)) void lane.outbox.close();
  }

  #lane({ key, transport, format }: Target): Lane {
    const outbox = new Outbox(transport, (name, refusal) => {
      logTrouble(this.options.logger, name, refusal);
    });
    return { key, format, outbox };
  }

  raise(alert: Alert): void {
    this.#raised += 1;
    this.#safely(() => {
      const { now, wallClock } = this.options;
      const at = now();
      const { state, relation, told } = follow(this.#conditions, alert, at);
      this.#conditions = state;
      if (told) this.#tellAll(this.#limits.take({ alert, relation, at, time: wallClock() }));
    });
  }

  counters(): AlertCounters {
    const targets = this.#lanes.map(({ outbox }) => outbox.counters());
    return { raised: this.#raised, failed: this.#failed, ...this.#limits.counters(), targets };
  }

  open(): readonly OpenCondition[] {
    return [...this.#conditions.open.values()].sort((a, b) => a.since - b.since);
  }

  async close(): Promise<void> {
    this.#tellAll(this.#limits.rest());
    clearTimeout(this.#wake);
    await Promise.all(this.#lanes.map(({ outbox }) => outbox.close()));
  }

  #tellAll(notices: readonly Notice[]): void {
    for (const notice of notices)
      this.#safely(() => {
        this.#tell(notice);
      });
    const due = this.#limits.wakeAt();
    if (this.#wake !== undefined || due === undefined) return;
    this.#wake = setTimeout(
      () => {
        this.#wake = undefined;
        this.#tellAll(this.#limits.due(this.options.now()));
      },
      Math.max(0, due - this.options.now()),
    );
    this.#wake.unref();
  }

  #tell(notice: Notice): void {
    const { host, pid, logger, listeners } = this.options;
    const description = describeNotice(notice);
    const origin = { facility: this.#config.facility, time: notice.time, host, pid };
    for (const { format, outbox } of this.#lanes) outbox.post(Buffer.from(format(description, origin)));
    logNotice(logger, notice, description);
    for (const listener of listeners) listener({ notice, description });
  }

  /** A takeover may be going on around us: an alert that we cannot tell must not end it. */
  #safely(action: () => void): void {
    try {
      action();
    } catch {
      this.#failed += 1;
    }
  }
}

/** pino's level for each severity. Not `fatal`: pino writes that one synchronously. */
const LEVELS: Readonly<Record<Severity, 'error' | 'warn' | 'info'>> = {
  crit: 'error',
  err: 'error',
  warning: 'warn',
  notice: 'info',
  info: 'info',
};

function logNotice(
  logger: Logger,
  { alert, relation, repeated }: Notice,
  { severity, sentence }: Description,
): void {
  const { id, ...facts } = alert;
  logger[LEVELS[severity]]({ alert: id, severity, ...facts, ...relation, ...repeated }, sentence);
}

function logTrouble(logger: Logger, target: string, refusal: string | undefined): void {
  if (refusal === undefined) logger.info({ target }, 'alerts reach the syslog target again');
  else logger.warn({ target, refusal }, 'alerts do not reach the syslog target and wait');
}
