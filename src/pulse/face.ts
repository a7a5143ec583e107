/**
 * The few messages between the pulse side (one worker thread) and the work side (the main thread).
 * Everything here crosses a thread boundary by structured clone: plain data only.
 */
import type { Config } from '../config/model.js';
import type { Reason, Role } from '../election/model.js';
import type { Outlook } from '../election/outlook.js';

/** Raised whenever a field changes its meaning; what is only added goes into the room that is left. */
export const PULSE_VERSION = 1;

export type { Outlook, Reason, Role };

/** What the worker gets once, at its start (`workerData`). */
export interface PulseStart {
  readonly config: Config;
  /** Index of this director in `config.nodes`. */
  readonly self: 0 | 1;
  /** The shared key's bytes. */
  readonly key: Uint8Array;
  /** Secret payload of the datagram that renews the lease in our own kernel (see vip/lease). */
  readonly leaseToken: Uint8Array;
}

export interface Transition {
  readonly from: Role;
  readonly to: Role;
  readonly reason: Reason;
  /** CLOCK_MONOTONIC, milliseconds, when the transition was decided. */
  readonly at: number;
  readonly term: number;
  /** How long the peer had been silent when it was decided; 0 where silence is not the reason. */
  readonly silentMillis: number;
  /** Steps with CLOCK_MONOTONIC milliseconds: `silentSince`, `probed`, `addressUp`, `leased`, `peerTold`, `gratuitous`, … */
  readonly steps: readonly { readonly step: string; readonly at: number }[];
}

export interface PathReport {
  readonly name: string;
  readonly alive: boolean;
  readonly rttMillis: number | undefined;
  readonly received: number;
  /** Datagrams that were dropped, by reason. */
  readonly dropped: Readonly<Record<string, number>>;
}

/** The versions in which the peer was last heard to write; undefined for what nothing is known of. */
export interface PulseVersions {
  /** Of the sealed datagram. Where it is another one than ours, it is only what a datagram from the peer's address says. */
  readonly seal: number | undefined;
  /** Of the pulse inside. */
  readonly pulse: number | undefined;
}

export interface PeerReport {
  readonly alive: boolean;
  readonly role: Role | 'unknown';
  readonly ready: boolean;
  readonly inSync: boolean;
  /** First eight bytes of the peer's config fingerprint in hex; empty until heard. */
  readonly fingerprint: string;
  readonly versions: PulseVersions;
}

/** Work side to pulse side. */
export type ToPulse =
  /** The data plane is loaded, said once: a director that is not ready never becomes active. */
  | { readonly type: 'ready'; readonly ready: boolean }
  /** As a backup: our kernel holds everything that the active's holds. */
  | { readonly type: 'sync'; readonly inSync: boolean }
  /** How fit we are besides our links: tracked addresses that answer, and the administrator's preference. */
  | { readonly type: 'fitness'; readonly tracked: number; readonly preferred: boolean }
  /** Another config has been taken up; its fingerprint, of which the first eight bytes travel. */
  | { readonly type: 'config'; readonly fingerprint: string }
  /** As an active: whether any session is there, for whose announcements the gate must be kept open. */
  | { readonly type: 'sessions'; readonly any: boolean }
  /** Give the role to the peer, or (on the backup) ask the active for it. Answered by `handover`. */
  | { readonly type: 'handover' }
  /** End: hand over if the peer can take it, release, say goodbye. Answered by `stopped`. */
  | { readonly type: 'stop' };

/** Pulse side to work side. */
export type FromPulse =
  | { readonly type: 'started'; readonly realtime: boolean; readonly detail: string }
  | { readonly type: 'role'; readonly transition: Transition }
  | { readonly type: 'peer'; readonly peer: PeerReport; readonly silentMillis: number }
  | { readonly type: 'path'; readonly path: string; readonly alive: boolean }
  /** Someone answers for the VIP, and it is not an active peer that is heard: a stall, cut paths, or a stranger. */
  | { readonly type: 'vipAnswered'; readonly address: string; readonly mac: string }
  | { readonly type: 'handover'; readonly accepted: boolean; readonly detail: string }
  /** The kernel refused something that the pulse side needs. */
  | { readonly type: 'fault'; readonly operation: string; readonly reason: string }
  /** Every second: counters for the status. */
  | {
      readonly type: 'report';
      readonly role: Role;
      readonly term: number;
      readonly peer: PeerReport;
      readonly paths: readonly PathReport[];
      readonly worstLateMillis: number;
      /** What would come of a death or a handover at this moment. */
      readonly outlook: Outlook;
    }
  | { readonly type: 'stopped' };
