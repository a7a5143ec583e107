/**
 * Who is told of alerts: syslog, the log, hooks and whoever asks for the newest. Joins these and decides nothing.
 */
import { accessSync, constants } from 'node:fs';
import { hostname } from 'node:os';
import type { Logger } from 'pino';
import type { Alert } from '../alerts/catalogue.js';
import { Hooks } from '../alerts/hooks.js';
import { RecentAlerts } from '../alerts/recent.js';
import { createAlerts, targetsOf } from '../alerts/sinks.js';
import type { Config, HookConfig } from '../config/model.js';
import type { AlertsView } from '../control/alerts-view.js';
import { monotonicNow } from '../time.js';
import { alertsPicture } from './alerts-picture.js';

export interface Telling {
  readonly recent: RecentAlerts;
  /** Never throws and never waits. */
  readonly raise: (alert: Alert) => void;
  readonly view: () => AlertsView;
  /** Readies another config's targets and hooks, which hold from the call of what it returns. @throws Fatal as `startTelling`. */
  readonly prepare: (config: Config) => () => void;
  /** Lets hooks and messages that wait out, for a few seconds at most. */
  readonly close: () => Promise<void>;
}

/** `boot` tells this run from others. @throws Fatal when a file with authorities cannot be read. */
export function startTelling(config: Config, self: 0 | 1, boot: Buffer, logger: Logger): Telling {
  const recent = new RecentAlerts();
  const raise = (alert: Alert): void => {
    alerts.raise(alert);
  };
  const node = config.nodes[self].name;
  const hooks = new Hooks({ hooks: config.hooks, node, logger, raise });
  const alerts = createAlerts({
    ...{ config: config.alerts.syslog, host: hostname(), pid: process.pid, logger },
    ...{ now: monotonicNow, wallClock: () => new Date(), run: boot.toString('hex', 0, 4) },
    listeners: [
      (told) => {
        recent.note(told);
      },
      (told) => {
        hooks.note(told);
      },
    ],
  });
  const warn = (configured: readonly HookConfig[]): void => {
    for (const hook of configured) warnOfHook(hook, logger);
  };
  warn(config.hooks);
  return {
    recent,
    raise,
    view: () => alertsPicture(alerts, hooks.counters(), monotonicNow()),
    prepare: (next) => {
      const targets = targetsOf(next.alerts.syslog);
      return () => {
        alerts.retarget(next.alerts.syslog, targets);
        hooks.reconfigure(next.hooks);
        warn(next.hooks);
      };
    },
    close: async () => {
      await hooks.close();
      await alerts.close();
    },
  };
}

/** Better now than when a router dies. */
function warnOfHook({ path }: HookConfig, logger: Logger): void {
  try {
    accessSync(path, constants.X_OK);
  } catch (error) {
    const reason = error instanceof Error && 'code' in error ? error.code : error;
    logger.warn({ hook: path, reason }, 'a hook cannot be run');
  }
}
