/**
 * The ids of all alerts, because the config names them (`hooks`). What they say and hold lies in src/alerts; the compiler and a
 * test keep the two lists alike. Names only.
 */

/** Stable: scripts and collectors look for them. */
export const ALERT_IDS = [
  'role-active',
  'role-backup',
  'takeover',
  'vip-answered',
  'vip-clear',
  'server-up',
  'server-down',
  'server-held',
  'server-ordered',
  'sessions-ended',
  'no-server',
  'sorry-server',
  'service-back',
  'verdicts-differ',
  'verdicts-agree',
  'peer-lost',
  'peer-back',
  'path-lost',
  'path-back',
  'sync-lost',
  'sync-regained',
  'config-differs',
  'config-agrees',
  'version-differs',
  'version-agrees',
  'tracked-lost',
  'tracked-back',
  'table-full',
  'table-free',
  'realtime-refused',
  'fault',
  'hook-failed',
  'alerts-limited',
] as const;

export type AlertId = (typeof ALERT_IDS)[number];
