/** What each alert is about, in one word: repeats and resolutions are found by it. Pure. */
import { assertNever } from '../assert.js';
import type { Alert } from './catalogue.js';

/** Empty where there is only one such thing on a router. */
export function subjectOf(alert: Alert): string {
  switch (alert.id) {
    case 'role-active':
    case 'role-backup':
    case 'takeover':
    case 'realtime-refused':
    case 'table-full':
    case 'table-free':
    case 'alerts-limited':
      return '';
    case 'vip-answered':
    case 'vip-clear':
    case 'tracked-lost':
    case 'tracked-back':
      return alert.address;
    case 'server-up':
    case 'server-down':
    case 'server-held':
    case 'sessions-ended':
    case 'verdicts-differ':
    case 'verdicts-agree':
      return `${alert.service}/${alert.server}`;
    case 'server-ordered':
      // Another order is other news.
      return `${alert.service}/${alert.server} ${alert.order}`;
    case 'no-server':
    case 'sorry-server':
    case 'service-back':
      return alert.service;
    case 'peer-lost':
    case 'peer-back':
    case 'sync-lost':
    case 'sync-regained':
    case 'config-differs':
    case 'config-agrees':
      return alert.peer;
    case 'path-lost':
    case 'path-back':
      return alert.path;
    case 'version-differs':
    case 'version-agrees':
      return `${alert.peer} ${alert.format}`;
    case 'fault':
      return alert.operation;
    case 'hook-failed':
      return alert.hook;
    default:
      return assertNever(alert);
  }
}
