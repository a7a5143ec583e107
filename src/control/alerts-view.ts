/** What became of the alerts, as part of the status: counters, what is open, targets and hooks. Plain data, and its check on arrival. */
import { z } from 'zod';

/** One syslog target. */
export interface AlertTargetView {
  /** `unix:/dev/log`, `udp:192.0.2.50:514`, `tcp:…` or `tls:…`. */
  readonly name: string;
  readonly sent: number;
  readonly waiting: number;
  /** Given up: the queue was full, the message too long, or the daemon ended. */
  readonly dropped: number;
  /** Tries that failed, by reason. A message may be refused often and sent in the end. */
  readonly refused: Readonly<Record<string, number>>;
  /** Only over TCP and TLS. */
  readonly connection?:
    | {
        readonly state: 'connecting' | 'connected' | 'down';
        /** Why it is down; empty otherwise. */
        readonly reason: string;
        readonly connects: number;
        /** Sent, and not acknowledged by the collector's kernel yet. */
        readonly unconfirmed: number;
        /** Sent once more after a connection broke: they may be there twice. */
        readonly repeated: number;
      }
    | undefined;
}

/** A condition that an alert has begun and none has ended. */
export interface OpenConditionView {
  /** The alert's id (src/alerts/catalogue.ts). */
  readonly id: string;
  /** Peer, path, server, address … that it is about; empty where there is only one. */
  readonly subject: string;
  /** The word that all its alerts have in common. */
  readonly condition: string;
  readonly agoMillis: number;
}

/** One hook of the config. */
export interface HookView {
  readonly hook: string;
  readonly succeeded: number;
  readonly failed: number;
  readonly waiting: number;
  readonly dropped: number;
  /** Why its last run failed; empty after one that did not. */
  readonly trouble: string;
}

export interface AlertsView {
  readonly raised: number;
  /** A mistake of ours kept them from being told. */
  readonly failed: number;
  /** Repeats that stand in another alert's count. */
  readonly collapsed: number;
  /** Alerts that stand in a summary only (`alerts-limited`). */
  readonly suppressed: number;
  /** The oldest first. */
  readonly open: readonly OpenConditionView[];
  readonly targets: readonly AlertTargetView[];
  readonly hooks: readonly HookView[];
}

const target = z.object({
  name: z.string(),
  sent: z.number(),
  waiting: z.number(),
  dropped: z.number(),
  refused: z.record(z.string(), z.number()),
  connection: z
    .object({
      state: z.enum(['connecting', 'connected', 'down']),
      reason: z.string(),
      connects: z.number(),
      unconfirmed: z.number(),
      repeated: z.number(),
    })
    .nullish()
    .transform((value) => value ?? undefined),
});

const open = z.object({ id: z.string(), subject: z.string(), condition: z.string(), agoMillis: z.number() });

const hook = z.object({
  hook: z.string(),
  succeeded: z.number(),
  failed: z.number(),
  waiting: z.number(),
  dropped: z.number(),
  trouble: z.string(),
});

export const alertsView = z.object({
  raised: z.number(),
  failed: z.number(),
  collapsed: z.number(),
  suppressed: z.number(),
  open: z.array(open),
  targets: z.array(target),
  hooks: z.array(hook),
});
