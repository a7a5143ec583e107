/**
 * The FTP sessions of a director as GET /sessions answers and `ftpair sessions` shows them: one per control connection,
 * and for each whether a failover at this moment would keep it. Plain data, no behaviour.
 */

/**
 * `opening`: the TCP handshake is not over; `announced`: a data channel is announced and not opened; `transferring`: a data
 * channel is open and its direction not to be seen (yet); `ending`: the control connection is being closed.
 */
export const SESSION_STATES = [
  'opening',
  'idle',
  'announced',
  'downloading',
  'uploading',
  'transferring',
  'ending',
] as const;
export type SessionState = (typeof SESSION_STATES)[number];

/** RFC 959's words: whether the client opens the data channel (PASV, EPSV) or the server does (PORT, EPRT). */
export const DATA_MODES = ['passive', 'active'] as const;
export type SessionMode = (typeof DATA_MODES)[number];

/** Why a session would not survive. What each means and what helps is in the README. */
export const LOST_REASONS = [
  /** No peer is heard: nobody would take over. */
  'noPeer',
  /** The peer is not ready to serve. */
  'peerNotReady',
  /** The backup is being filled. */
  'notInSync',
  /** The backup has not acknowledged it as it is: its last change is under way, or its part of the table is told again. */
  'unacknowledged',
  /** This kernel has shifted the control connection's sequence numbers, and the backup has not been told. */
  'offsetsNotTold',
  /** The backup's kernel refused it: its connection table or its room for expectations is full. */
  'tableFull',
  /** … another connection holds its tuple. */
  'clash',
  /** … its control connection is not there. */
  'masterMissing',
  /** … the FTP helper is not there. */
  'noHelper',
  /** … for a reason that is not one of these. */
  'refused',
  /** On the backup: it is not in this kernel. */
  'missing',
  /** On the backup: this kernel has it with another translation, helper or other offsets than the active told. */
  'differs',
] as const;
export type LostReason = (typeof LOST_REASONS)[number];

/** What of the session would be lost: all of it, or only a channel, where the control connection would go on. */
export const LOST_PARTS = ['session', 'control', 'data', 'announcement'] as const;
export type LostPart = (typeof LOST_PARTS)[number];

export interface SessionView {
  readonly client: { readonly address: string; readonly port: number };
  readonly service: { readonly name: string; readonly address: string; readonly port: number };
  /** Name of the real server; its address and port where the config does not know it (any more). */
  readonly server: string;
  /** Why that server gets new sessions, or gets none; `unknown` for one that is not in the config. */
  readonly standing: string;
  readonly state: SessionState;
  /** Of the data channel that is open, else announced, else closed last; undefined when there was none lately. */
  readonly mode: SessionMode | undefined;
  /** Data channels that are open. */
  readonly dataChannels: number;
  /**
   * Carried through this director since it has the session, headers included: control connection, open data channels and
   * those that have ended. Undefined where the kernel did not count.
   */
  readonly bytesToClient: number | undefined;
  readonly bytesFromClient: number | undefined;
  /** Milliseconds since this director came to know the session. */
  readonly agoMillis: number;
  readonly survives: boolean;
  /** Both undefined when it survives. */
  readonly reason: LostReason | undefined;
  readonly part: LostPart | undefined;
}

/** One page of the list. */
export interface SessionsPage {
  readonly version: string;
  readonly node: string;
  readonly role: string;
  /** Control connections that this director knows, whether they match or not; those that have ended are left out. */
  readonly known: number;
  /** In the order in which this director came to know them. */
  readonly sessions: readonly SessionView[];
  /** Where the next page begins; undefined behind the last one. A page may be empty and not the last. */
  readonly next: number | undefined;
}

/** What GET /sessions is asked for. */
export interface SessionsQuery {
  /** So many control connections are looked at for one page. */
  readonly limit: number;
  /** `next` of the page before. */
  readonly after: number | undefined;
  /** Only this client's: an address. */
  readonly client: string | undefined;
  /** Only those on this real server: a name. */
  readonly server: string | undefined;
  /** Only those that would not survive. */
  readonly lost: boolean;
}

export const DEFAULT_PAGE = 500;
/** About a megabyte of JSON, and a few hundredths of a second of the daemon's time in small pieces. */
export const LARGEST_PAGE = 2000;
