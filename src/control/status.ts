/** The picture of a running director that `ftpair status` shows and `--json` prints. Plain data, no behaviour. */

import type { AlertsView } from './alerts-view.js';

export interface TransitionView {
  readonly from: string;
  readonly to: string;
  readonly reason: string;
  /** Milliseconds ago. */
  readonly agoMillis: number;
  /** Milliseconds from the start of the transition to each step, in order of happening. */
  readonly steps: readonly { readonly step: string; readonly atMillis: number }[];
}

/** Who would serve after a death. */
export interface FateView {
  /** `unknown`: that lies with a director that is not heard. */
  readonly serves: 'here' | 'peer' | 'nobody' | 'unknown';
  /** Why it is nobody, or unknown (Hindrance in src/election/outlook.ts). */
  readonly because: string | undefined;
  /** Milliseconds from the death to the decision, at most; 0 where nothing changes. */
  readonly withinMillis: number;
}

/** What would come of a death or a handover at this moment, by the election's own rules. */
export interface OutlookView {
  /** Where the election stands: the role, or `suspect`, `held`, `yielding`. */
  readonly mode: string;
  /** Why an active asks whether it is the only one; undefined where it does not. */
  readonly doubt: string | undefined;
  /** What keeps this director from being active (Hindrance). */
  readonly hindrance: string | undefined;
  readonly ifPeerDied: FateView;
  readonly ifThisDied: FateView;
  readonly handover: { readonly possible: boolean; readonly obstacle: string | undefined };
  /** Who should rather be active, and why (`linkDown`, `uplinkDown`, `preferred`). */
  readonly fitter: { readonly who: 'here' | 'peer'; readonly because: string } | undefined;
}

export interface PathView {
  readonly name: string;
  readonly alive: boolean;
  /** Round trip of the last answered pulse, in milliseconds. */
  readonly rttMillis: number | undefined;
  readonly received: number;
  /** Datagrams that were dropped unanswered, by reason. */
  readonly dropped: Readonly<Record<string, number>>;
}

/** The last probe of a real server. */
export interface ProbeView {
  readonly agoMillis: number;
  readonly ok: boolean;
  /** `ok`, or what it failed with; and where. */
  readonly reason: string;
  readonly step: string;
  /** What the server said; empty where all was well. */
  readonly detail: string;
  readonly totalMillis: number;
  /** In the order of happening; `mode` where the step belongs to a data channel. */
  readonly steps: readonly {
    readonly step: string;
    readonly mode: string | undefined;
    readonly millis: number;
  }[];
}

/** One director's verdict on a server. */
export interface OpinionView {
  readonly verdict: 'unknown' | 'up' | 'down';
  readonly reason: string;
}

export interface ServerView {
  readonly name: string;
  readonly address: string;
  readonly port: number;
  readonly weight: number;
  /** What is believed of it: this director's verdict, or the peer's where that one has seen it later. */
  readonly up: boolean;
  /** Whether the kernel gives it new sessions: follows `effectiveWeight` by a few milliseconds. */
  readonly inRotation: boolean;
  /** It is left out because it has all the sessions that `limits` allows; undefined is false. */
  readonly full?: boolean | undefined;
  readonly reason: string;
  /** Undefined before the first probe has ended. */
  readonly probe?: ProbeView | undefined;
  /** ICMP echo, undefined when never answered. */
  readonly echoMillis: number | undefined;
  readonly sessions: number;
  /** Why it gets new sessions, or gets none (StandingReason in src/rotation/standing.ts). */
  readonly standing: string;
  /** The weight that its share of new sessions follows now. */
  readonly effectiveWeight: number;
  /** What each director's own checks say; `peer` is unknown while it is not heard. */
  readonly verdicts: { readonly here: OpinionView; readonly peer: OpinionView };
  /** What operators ordered; `weight` undefined for that of the config. */
  readonly orders: {
    readonly drain: boolean;
    readonly force: 'auto' | 'up' | 'down';
    readonly weight: number | undefined;
  };
}

export interface ServiceView {
  readonly name: string;
  readonly address: string;
  readonly port: number;
  readonly servers: readonly ServerView[];
  /** Undefined where the service has none. */
  readonly sorry:
    | {
        readonly address: string;
        readonly port: number;
        /** It gets the new sessions now. */
        readonly serving: boolean;
        readonly sessions: number;
      }
    | undefined;
  /** With persistence: how many clients get their server again. */
  readonly remembered?: number | undefined;
  /** With limits: connections refused on this director since its data plane was loaded, by limit. */
  readonly refused?: Readonly<Record<string, number>> | undefined;
}

/** One format of what the directors tell each other. */
export interface FormatVersions {
  /** The sealed datagram, the pulse in it, or the journal in it. */
  readonly format: 'seal' | 'pulse' | 'journal';
  readonly ours: number;
  /** As last heard; undefined until then. Where it is not ours, nothing else of it is understood. */
  readonly theirs: number | undefined;
}

export interface StatusView {
  readonly version: string;
  readonly node: string;
  readonly role: string;
  readonly reason: string;
  readonly term: number;
  readonly uptimeSeconds: number;
  readonly history: readonly TransitionView[];
  /** Undefined for about a second after a change, and from daemons that do not say. */
  readonly outlook?: OutlookView | undefined;
  readonly peer: {
    readonly name: string;
    readonly alive: boolean;
    readonly role: string;
    readonly ready: boolean;
    readonly inSync: boolean;
    readonly sameConfig: boolean;
    readonly versions: readonly FormatVersions[];
    readonly paths: readonly PathView[];
  };
  readonly sync: {
    /** What this director does: sends its journal, receives the peer's, or neither. */
    readonly direction: 'sending' | 'receiving' | 'none';
    readonly inSync: boolean;
    readonly detail: string;
    readonly flows: number;
    readonly expectations: number;
    readonly backlog: number;
    readonly resends: number;
    readonly resyncs: number;
    /** As the backup: entries of this kernel, and parts of the table, that were found different and mended. */
    readonly repairs: number;
    /**
     * As the active, of the newest thousand changes: milliseconds from hearing of a change until the backup's kernel is known
     * to have it.
     */
    readonly lag: { readonly p50: number; readonly p99: number; readonly max: number } | undefined;
    /** Datagrams of the journal, and events of this kernel, that got lost here, by reason. */
    readonly dropped: Readonly<Record<string, number>>;
    /** As the backup: how often this kernel would not take an entry, by reason; tries of all times, not entries of now. */
    readonly refused: Readonly<Record<string, number>>;
    /** As the backup: what this kernel refused and another try healed at once, by reason. */
    readonly healed: Readonly<Record<string, number>>;
  };
  readonly services: readonly ServiceView[];
  readonly tracked: readonly {
    readonly address: string;
    readonly echoMillis: number | undefined;
    readonly alive: boolean;
  }[];
  readonly sessions: { readonly control: number; readonly data: number; readonly announced: number };
  readonly alerts: AlertsView;
  readonly realtime: boolean;
  readonly residentMebibytes: number;
  readonly warnings: readonly string[];
}
