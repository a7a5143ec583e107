/** Metrics of the alerts and of their ways to others. Data only. */
import { byReason, sample, type Metric, type Sample } from './metric.js';

export const ALERT_METRICS: readonly Metric[] = [
  {
    name: 'ftpair_alerts_total',
    type: 'counter',
    help: "Alerts since the daemon's start, told or collapsed.",
    labels: ['id'],
    read: ({ counts }) => byReason(counts.alerts, {}, 'id'),
  },
  {
    name: 'ftpair_conditions_open',
    type: 'gauge',
    help: 'What an alert of this id has begun and none has ended; missing where there is nothing of it.',
    labels: ['id'],
    read: ({ status }) => {
      const open = new Map<string, number>();
      for (const { id } of status.alerts.open) open.set(id, (open.get(id) ?? 0) + 1);
      return byReason(Object.fromEntries(open), {}, 'id');
    },
  },
  {
    name: 'ftpair_syslog_messages_total',
    type: 'counter',
    help: 'Messages to a syslog target that were sent, or given up.',
    labels: ['target', 'outcome'],
    read: ({ status }) =>
      status.alerts.targets.flatMap(({ name: target, sent, dropped }): Sample[] => [
        sample({ target, outcome: 'sent' }, sent),
        sample({ target, outcome: 'dropped' }, dropped),
      ]),
  },
  {
    name: 'ftpair_syslog_messages_waiting',
    type: 'gauge',
    help: 'Messages that wait for a syslog target.',
    labels: ['target'],
    read: ({ status }) =>
      status.alerts.targets.map(({ name: target, waiting }) => sample({ target }, waiting)),
  },
  {
    name: 'ftpair_hook_runs_total',
    type: 'counter',
    help: 'Runs of a hook that succeeded, failed, or were given up.',
    labels: ['hook', 'outcome'],
    read: ({ status }) =>
      status.alerts.hooks.flatMap(({ hook, succeeded, failed, dropped }): Sample[] => [
        sample({ hook, outcome: 'succeeded' }, succeeded),
        sample({ hook, outcome: 'failed' }, failed),
        sample({ hook, outcome: 'dropped' }, dropped),
      ]),
  },
];
