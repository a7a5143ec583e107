/**
 * What one drill has seen: the only thing that verdict, picture, JSON and history are made from. Plain data. Times (`at`, `from`,
 * `to`) are milliseconds since the drill began, unless a name says otherwise.
 */
import type { DataMode } from './announced.js';

/** Raised whenever a field changes its meaning. */
export const RECORD_FORMAT = 1;

/** What is done to the pair. */
export const SCENARIOS = [
  /** The role moves to the peer, as `ftpair handover` does it. */
  'handover',
  /** The active's daemon is killed (SIGKILL). */
  'crash',
  /** The active's daemon is stopped (SIGSTOP), and goes on at the end. */
  'freeze',
  /** The active's service LAN is cut by a filter. */
  'isolate',
  /** Nothing of the pulse passes, while the LANs are whole. */
  'pulse-cut',
  /** One real server cannot be reached. */
  'server-down',
  /** The role returns to where it was. */
  'back',
] as const;

export type Scenario = (typeof SCENARIOS)[number];

export interface Span {
  readonly from: number;
  readonly to: number;
}

/** In which moment of its life a session is when the fault comes. */
export type SessionMoment = 'idle' | 'announced' | 'download' | 'upload';

export interface SessionRecord {
  /** Short and unique in the drill, such as `PASV download`. */
  readonly name: string;
  readonly mode: DataMode;
  readonly moment: SessionMoment;
  /** From log-in to its end. */
  readonly span: Span;
  /** While data ran. */
  readonly transfer: Span | undefined;
  readonly bytes: number;
  /** Silences of a running transfer that are longer than 20 ms, in order. */
  readonly stalls: readonly Span[];
  /** The longest silence before the fault, and from the fault on. */
  readonly stallBeforeMillis: number | undefined;
  readonly stallAcrossMillis: number | undefined;
  readonly outcome: { readonly type: 'survived' } | { readonly type: 'lost'; readonly reason: string };
}

/** The probe of the virtual address: an echo request every millisecond (or a TCP one, where echo is not allowed). */
export interface ProbeRecord {
  readonly address: string;
  readonly kind: 'echo' | 'tcp';
  readonly everyMillis: number;
  readonly sent: number;
  readonly answered: number;
  /** Silences that are longer than ten milliseconds, in order. */
  readonly silences: readonly Span[];
  /** The longest time in which the probe itself stood still: nothing can be measured finer than that. */
  readonly ownStallMillis: number;
}

export interface DrillRecord {
  readonly format: typeof RECORD_FORMAT;
  readonly version: string;
  readonly scenario: Scenario;
  /** Wall clock of the beginning, ISO 8601 in UTC. */
  readonly startedAt: string;
  readonly durationMillis: number;
  /** Where it ran, and the other one. */
  readonly node: string;
  readonly peer: string;
  /** When what the scenario does was done; undefined where it never came to that. */
  readonly faultAt: number | undefined;
  /** Who was active from when on, as the director here sees it; `nobody` while nobody is known to be. */
  readonly roles: readonly { readonly at: number; readonly active: string }[];
  readonly probes: readonly ProbeRecord[];
  readonly sessions: readonly SessionRecord[];
  /** What the drill did and undid. */
  readonly steps: readonly { readonly at: number; readonly text: string }[];
  /** What the daemon reported meanwhile. */
  readonly events: readonly { readonly at: number; readonly severity: string; readonly text: string }[];
  /** What went wrong beside the sessions: not undone, not healthy again, the role not where it should be. */
  readonly troubles: readonly string[];
  /** Ended before its time: by whom or what. */
  readonly interrupted: string | undefined;
}
