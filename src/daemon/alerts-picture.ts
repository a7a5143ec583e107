/** The alerts' part of the status, and what of it is worth a warning. Pure. */
import type { Alerts } from '../alerts/fanout.js';
import type { HookCounters } from '../alerts/hooks.js';
import type { AlertsView, AlertTargetView, HookView } from '../control/alerts-view.js';
import type { Millis } from '../time.js';

export function alertsPicture(
  alerts: Pick<Alerts, 'counters' | 'open'>,
  hooks: readonly HookCounters[],
  now: Millis,
): AlertsView {
  const { raised, failed, collapsed, suppressed, targets } = alerts.counters();
  return {
    ...{ raised, failed, collapsed, suppressed },
    open: alerts.open().map(({ id, subject, condition, since }) => ({
      ...{ id, subject, condition },
      agoMillis: Math.round(now - since),
    })),
    targets,
    hooks,
  };
}

/** One sentence for each target or hook that is in trouble, or has lost something. */
export function alertsWarnings({ targets, hooks }: AlertsView): readonly string[] {
  return [...targets.flatMap(targetWarning), ...hooks.flatMap(hookWarning)];
}

function targetWarning({ name, waiting, dropped, refused, connection }: AlertTargetView): readonly string[] {
  const down = connection?.state === 'down';
  const why = down ? connection.reason : Object.keys(refused).join(', ');
  const facts = [
    ...(waiting > 0 ? [`${waiting} wait`] : []),
    ...(dropped > 0 ? [`${dropped} were dropped`] : []),
  ];
  if (!down && facts.length === 0) return [];
  const reason = why === '' ? '' : ` (${why})`;
  return [
    `alerts do not all reach ${name}${reason}${facts.length === 0 ? '' : `: ${facts.join(', ')}`}; look at that collector and the way to it`,
  ];
}

function hookWarning({ hook, trouble, failed, dropped }: HookView): readonly string[] {
  if (trouble === '' && dropped === 0) return [];
  const why = trouble === '' ? '' : ` failed ${failed} times, the last time: ${trouble};`;
  const left = dropped === 0 ? '' : ` ${dropped} alerts did not run it;`;
  return [`the hook ${hook}${why}${left} run it by hand to see`];
}
