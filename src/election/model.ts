/**
 * The words of the election: what a director knows, in which mode it is, what can happen to it, and what it may
 * do. Types and the two questions that others ask of a state. No clock, no socket, no random numbers.
 */
import type { Millis } from '../time.js';

/** A director's role as the peer, the administrator and the log see it. */
export type Role = 'starting' | 'backup' | 'active' | 'stopped';

/** Why a director changed its role. The log line, the alert and the status show this word. */
export type Reason =
  | 'started'
  | 'peerActive'
  | 'noPeer'
  | 'peerDead'
  | 'peerReleased'
  | 'vacant'
  | 'operator'
  | 'stopping'
  | 'outranked'
  | 'notReady'
  | 'linkDown'
  | 'uplinkDown'
  | 'preferred';

/** Why an active offers its role to the backup. */
export type Offer = 'operator' | 'stopping' | 'notReady' | 'linkDown' | 'uplinkDown' | 'preferred';

/** What a pulse of the peer says about the peer. */
export interface Report {
  readonly role: Role;
  /** The highest term that the peer has held or heard of; its own one while it is active. */
  readonly term: number;
  readonly ready: boolean;
  readonly inSync: boolean;
  /** Links, tracked addresses and preference in one number (fitness.ts); only compared. */
  readonly fitness: number;
  /** As active: take the role from me. */
  readonly offer: Offer | undefined;
  /** As backup: its operator wants it to be active. */
  readonly asksForRole: boolean;
  /** It has released everything and ends. */
  readonly goodbye: boolean;
  /** How long its kernel answers for a VIP without renewal. */
  readonly lease: Millis;
}

export interface Peer {
  readonly alive: boolean;
  /** Not heard for so long that the service LAN is worth a question, and none has been answered yet. */
  readonly quiet: boolean;
  /** Of the last pulse; undefined until the first one. */
  readonly report: Report | undefined;
  readonly heardAt: Millis;
}

/** Lengths of time and counts that do not change while a director runs. */
export interface Limits {
  readonly interval: Millis;
  readonly silence: Millis;
  /** How long a starting director listens for a peer. */
  readonly listen: Millis;
  readonly probeCount: number;
  readonly probeSpacing: Millis;
  readonly lease: Millis;
  /** Longer than `silence`: how long the lesser one of two waits before it takes a vacant role. */
  readonly grace: Millis;
  /** How long an offer or a request of the role stands. */
  readonly handover: Millis;
  /** Pause before an offer, the raising of refused addresses, or a question on the LAN is repeated. */
  readonly retry: Millis;
}

/** Asking the service LAN whether somebody still answers for the VIP. */
export interface Suspect {
  readonly name: 'suspect';
  readonly origin: 'starting' | 'backup';
  readonly silentSince: Millis;
  readonly probesSent: number;
  /** When the next probe goes out or, after the last one, when its answer is overdue. */
  readonly nextAt: Millis;
  readonly firstProbeAt: Millis | undefined;
  /** Somebody answered in an earlier round: the warning is out. */
  readonly warned: boolean;
  /** How often a late wake-up of ours has prolonged the wait for an answer. */
  readonly rearmed: number;
}

/**
 * An active that may not be the only one: the service LAN is asked, as before a takeover.
 * `lapsed`: our own lease ran out in a stall. `offered`: the peer fell silent with our offer in hand. Both wait
 * with the renewal of the lease. `silent`: the peer is not heard; we go on serving, and ask now and then.
 */
export interface Doubt {
  readonly kind: 'lapsed' | 'offered' | 'silent';
  readonly since: Millis;
  readonly probesSent: number;
  /** When the next probe goes out or, after the last one, when its answer is overdue. */
  readonly nextAt: Millis;
  /** Somebody answered and we stayed: the warning is out. */
  readonly warned: boolean;
  /** When somebody claimed the VIP for the first time in this doubt. */
  readonly claimedAt: Millis | undefined;
}

export type Mode =
  | { readonly name: 'starting'; readonly since: Millis; readonly until: Millis }
  | { readonly name: 'backup'; readonly vacantSince: Millis | undefined }
  | Suspect
  /** Somebody answers for the VIP although the peer is silent: wait until its lease must have run out. */
  | {
      readonly name: 'held';
      readonly origin: 'starting' | 'backup';
      readonly silentSince: Millis;
      readonly until: Millis;
    }
  | {
      readonly name: 'active';
      /** No offer of the role on our own initiative before this. */
      readonly retryAt: Millis;
      /** Whether the peer serves as well, of which no pulse tells. */
      readonly doubt: Doubt | undefined;
      /** The peer claims the role too and must give way; the neighbours may have learnt its address. */
      readonly contested: boolean;
      /** Claims of others before this are the echo of a takeover, or have just been answered. */
      readonly quietUntil: Millis;
    }
  | {
      readonly name: 'yielding';
      readonly deadline: Millis;
      readonly reason: Offer;
      /** Our operator waits for an answer. */
      readonly asked: boolean;
      readonly thenStop: boolean;
    }
  | { readonly name: 'stopped' };

export interface State {
  readonly self: 0 | 1;
  readonly limits: Limits;
  readonly mode: Mode;
  /** Our own term while active, otherwise the highest one heard of. */
  readonly term: number;
  readonly ready: boolean;
  readonly inSync: boolean;
  readonly fitness: number;
  /** The kernel refused to raise the addresses, or our links have just come back: not active before this. */
  readonly blockedUntil: Millis | undefined;
  /** Our operator wants this backup to be active; refused at this time. */
  readonly roleAskedUntil: Millis | undefined;
  readonly peer: Peer;
}

export type Event =
  /** Time went by; also sent at the end of every turn of the pulse side. */
  | { readonly type: 'tick' }
  /** We woke late: what did not arrive proves nothing yet. */
  | { readonly type: 'late' }
  /** We woke so late that our own lease has run out. */
  | { readonly type: 'lapsed' }
  /** The peer has been silent for nearly too long. */
  | { readonly type: 'peerQuiet' }
  | { readonly type: 'peerSilent' }
  | { readonly type: 'peerHeard'; readonly report: Report }
  | { readonly type: 'vipAnswered'; readonly address: string; readonly mac: string }
  | { readonly type: 'ready'; readonly ready: boolean }
  | { readonly type: 'sync'; readonly inSync: boolean }
  | { readonly type: 'fitness'; readonly fitness: number }
  | { readonly type: 'raiseFailed' }
  | { readonly type: 'handover' }
  | { readonly type: 'stop' };

export interface Step {
  readonly step: string;
  /** CLOCK_MONOTONIC, milliseconds. */
  readonly at: number;
}

/** A change of role; the adapter adds the steps that its actions took. */
export interface Transition {
  readonly from: Role;
  readonly to: Role;
  readonly reason: Reason;
  readonly at: number;
  readonly term: number;
  readonly silentMillis: number;
  readonly steps: readonly Step[];
}

/** What the adapter does, in the order given. */
export type Action =
  /** Put the VIPs and gateway addresses on their links. */
  | { readonly type: 'raise' }
  | { readonly type: 'startLease' }
  /** Send a pulse on all paths now. */
  | { readonly type: 'sendPulse' }
  /** Gratuitous ARP and unsolicited neighbour advertisements, from the beginning of their schedule. */
  | { readonly type: 'announceAddresses' }
  /** Stop announcing and remove the addresses. The lease runs out by itself: it is renewed in modes that may (`mayRenew`). */
  | { readonly type: 'release' }
  | { readonly type: 'probeVip' }
  | { readonly type: 'tell'; readonly transition: Transition }
  | { readonly type: 'warnVipAnswered'; readonly address: string; readonly mac: string }
  | { readonly type: 'reply'; readonly accepted: boolean; readonly detail: string }
  /** The director has stopped: nothing follows. */
  | { readonly type: 'ended' };

export interface Outcome {
  readonly state: State;
  readonly actions: readonly Action[];
}

/** The role that a mode shows to the outside. */
export function roleOf(mode: Mode): Role {
  switch (mode.name) {
    case 'starting':
    case 'backup':
    case 'active':
    case 'stopped':
      return mode.name;
    case 'suspect':
    case 'held':
      return mode.origin;
    case 'yielding':
      return 'active';
  }
}

/** True while the lease may be renewed: active, and sure enough to be the only one. */
export function mayRenew(state: State): boolean {
  const { mode } = state;
  if (mode.name === 'yielding') return true;
  return mode.name === 'active' && (mode.doubt === undefined || mode.doubt.kind === 'silent');
}
