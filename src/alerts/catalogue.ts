/**
 * The catalogue of alerts: a closed set, each with a stable id, a severity and its fields. The daemon says
 * *what* happened with these; how it is written (syslog line, JSON) is decided elsewhere in this room.
 */

import type { AlertId } from '../config/alert-ids.js';

export type { AlertId };

/** RFC 5424 §6.2.1 severities that we use. */
export type Severity = 'crit' | 'err' | 'warning' | 'notice' | 'info';

/** One event worth an administrator's eye. Field values are short words or numbers, never secrets. */
export type Alert =
  | {
      readonly id: 'role-active';
      readonly reason: string;
      readonly from: string;
      readonly term: number;
      readonly tookMillis: number;
    }
  | { readonly id: 'role-backup'; readonly reason: string; readonly from: string; readonly term: number }
  | {
      readonly id: 'takeover';
      readonly reason: string;
      readonly peer: string;
      readonly silentMillis: number;
      readonly term: number;
    }
  | { readonly id: 'vip-answered'; readonly address: string; readonly mac: string }
  | { readonly id: 'vip-clear'; readonly address: string }
  | {
      readonly id: 'server-up';
      readonly service: string;
      readonly server: string;
      readonly address: string;
      /** Why it gets no new sessions although it is up. */
      readonly because?: string | undefined;
    }
  | {
      readonly id: 'server-down';
      readonly service: string;
      readonly server: string;
      readonly address: string;
      readonly reason: string;
      /** Where the deciding probe failed. */
      readonly step?: string | undefined;
    }
  | { readonly id: 'no-server'; readonly service: string }
  /** No real server is left, and new sessions go to the sorry server. */
  | { readonly id: 'sorry-server'; readonly service: string; readonly address: string }
  /** A service that had no server left has one. */
  | { readonly id: 'service-back'; readonly service: string }
  /** It fails its checks and gets new sessions nevertheless; `because` is `held` (min_servers) or `forcedUp`. */
  | {
      readonly id: 'server-held';
      readonly service: string;
      readonly server: string;
      readonly address: string;
      readonly reason: string;
      readonly because: string;
    }
  /** `order`: drained, forcedUp, forcedDown, noWeight, `weight N`, or auto when nothing is ordered any more. */
  | {
      readonly id: 'server-ordered';
      readonly service: string;
      readonly server: string;
      readonly address: string;
      readonly order: string;
    }
  | {
      readonly id: 'sessions-ended';
      readonly service: string;
      readonly server: string;
      readonly connections: number;
    }
  /** `suspect` alone cannot use a server that `witness` finds up. */
  | {
      readonly id: 'verdicts-differ';
      readonly service: string;
      readonly server: string;
      readonly suspect: string;
      readonly link: string;
      readonly witness: string;
    }
  | { readonly id: 'verdicts-agree'; readonly service: string; readonly server: string }
  | { readonly id: 'peer-lost'; readonly peer: string; readonly silentMillis: number }
  | { readonly id: 'peer-back'; readonly peer: string }
  | { readonly id: 'path-lost'; readonly path: string; readonly peer: string }
  | { readonly id: 'path-back'; readonly path: string; readonly peer: string }
  | { readonly id: 'sync-lost'; readonly peer: string; readonly reason: string }
  | {
      readonly id: 'sync-regained';
      readonly peer: string;
      readonly flows: number;
      readonly expectations: number;
    }
  | { readonly id: 'config-differs'; readonly peer: string; readonly ours: string; readonly theirs: string }
  | { readonly id: 'config-agrees'; readonly peer: string }
  /** `format`: seal, pulse or journal. Once when it begins, and once when it is over. */
  | {
      readonly id: 'version-differs';
      readonly peer: string;
      readonly format: string;
      readonly ours: number;
      readonly theirs: number;
    }
  | {
      readonly id: 'version-agrees';
      readonly peer: string;
      readonly format: string;
      readonly version: number;
    }
  /** Of the addresses below `track`. */
  | { readonly id: 'tracked-lost'; readonly address: string }
  | { readonly id: 'tracked-back'; readonly address: string }
  /** The kernel's connection table. */
  | { readonly id: 'table-full'; readonly entries: number; readonly limit: number }
  | { readonly id: 'table-free'; readonly entries: number; readonly limit: number }
  | { readonly id: 'realtime-refused'; readonly reason: string }
  | { readonly id: 'fault'; readonly operation: string; readonly reason: string }
  /** `hook`: path of the program; `event`: the alert that it was run for, with those that were left out counted in `reason`. */
  | { readonly id: 'hook-failed'; readonly hook: string; readonly event: string; readonly reason: string }
  /** `kinds`: ids with their counts, the most frequent first. */
  | { readonly id: 'alerts-limited'; readonly suppressed: number; readonly kinds: string };

/** Where alerts go. Never throws and never waits: an alert must not be in the way of a takeover. */
export interface AlertSink {
  raise(alert: Alert): void;
}
