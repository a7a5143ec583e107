/**
 * One alert to every target and to the log. It must not decide what an alert says or how a message looks, and
 * nothing in it may throw into, or hold up, whoever raises an alert.
 */
import type { Logger } from 'pino';
import type { SyslogConfig } from '../config/model.js';
import type { Alert, AlertSink, Severity } from './catalogue.js';
import { describe, type Description } from './describe.js';
import { Outbox, type OutboxCounters, type Transport } from './outbox.js';
import type { Origin } from './rfc5424.js';

/** What the alerts of this process became. */
export interface AlertCounters {
  readonly raised: number;
  /** Alerts that could not even be put into words or queued: a mistake of ours. */
  readonly failed: number;
  readonly targets: readonly OutboxCounters[];
}

/** The sink of a running daemon. */
export interface Alerts extends AlertSink {
  counters(): AlertCounters;
  /** Gives the waiting messages one last try, within a quarter of a second. */
  close(): Promise<void>;
}

export interface AlertsOptions {
  readonly config: SyslogConfig;
  /** This router's host name, for collectors that gather several. */
  readonly host: string;
  readonly pid: number;
  readonly logger: Logger;
  readonly wallClock: () => Date;
}

/** One target: a transport and the form of message that its reader understands. */
export interface Target {
  readonly transport: Transport;
  readonly format: (description: Description, origin: Origin) => string;
}

/** The sink for given targets; each has its own queue, so that one that hangs holds up no other. */
export function fanOut(options: AlertsOptions, targets: readonly Target[]): Alerts {
  const { logger } = options;
  const lanes = targets.map(({ transport, format }) => ({
    format,
    outbox: new Outbox(transport, (name, refusal) => {
      logTrouble(logger, name, refusal);
    }),
  }));
  let raised = 0;
  let failed = 0;

  function raise(alert: Alert): void {
    raised += 1;
    try {
      const description = describe(alert);
      const origin = originOf(options);
      for (const { format, outbox } of lanes) outbox.post(Buffer.from(format(description, origin)));
      logAlert(logger, alert, description);
    } catch {
      // A takeover may be going on around us: an alert that we cannot write must not end it.
      failed += 1;
    }
  }

  return {
    raise,
    counters: () => ({ raised, failed, targets: lanes.map(({ outbox }) => outbox.counters()) }),
    close: async () => {
      await Promise.all(lanes.map(({ outbox }) => outbox.close()));
    },
  };
}

function originOf({ config, host, pid, wallClock }: AlertsOptions): Origin {
  return { facility: config.facility, time: wallClock(), host, pid };
}

/** pino's level for each severity. Not `fatal`: pino writes that one synchronously. */
const LEVELS: Readonly<Record<Severity, 'error' | 'warn' | 'info'>> = {
  crit: 'error',
  err: 'error',
  warning: 'warn',
  notice: 'info',
  info: 'info',
};

function logAlert(logger: Logger, alert: Alert, { severity, sentence }: Description): void {
  const { id, ...facts } = alert;
  logger[LEVELS[severity]]({ alert: id, severity, ...facts }, sentence);
}

function logTrouble(logger: Logger, target: string, refusal: string | undefined): void {
  if (refusal === undefined) logger.info({ target }, 'alerts reach the syslog target again');
  else logger.warn({ target, refusal }, 'alerts do not reach the syslog target and wait');
}
