/** Clauses and cures of `ftpair explain`, by the words of the status. Texts only. */
import type { LostReason } from '../control/sessions.js';

/** What is wrong, as a clause behind a director's name; and what to do about it. */
export interface Trouble {
  readonly clause: string;
  readonly cure: string;
}

/** What keeps a director from being active (Hindrance in src/election/outlook.ts). */
export const HINDRANCES: Readonly<Record<string, Trouble>> = {
  notReady: {
    clause: 'is not ready: its data plane is not loaded',
    cure: 'wait a moment if it has just started; otherwise see "journalctl -u ftpair" there',
  },
  blocked: {
    clause: 'waits: its kernel refused the addresses, or its links have come back just now',
    cure: 'wait a second; if it stays so, see "journalctl -u ftpair" and "ip address" there',
  },
  noLink: {
    clause: 'has no link that carries',
    cure: 'see "ip link" there: cable, switch port, interface',
  },
  unheard: {
    clause: 'is not heard',
    cure: 'see whether it is on, "systemctl status ftpair" there, and the pulse paths in "ftpair status"',
  },
};

/** Why the role would come back, or should be elsewhere (`fitter` of the status). */
export const FITTER: Readonly<Record<string, string>> = {
  linkDown: 'it has a link that the other one has lost',
  uplinkDown: 'it reaches more of the tracked addresses',
  preferred: 'the config prefers it',
};

/** Of sessions that a failover would not keep. */
export const LOSSES: Readonly<Record<LostReason, Trouble>> = {
  noPeer: { clause: 'no peer is heard', cure: 'bring the other director back' },
  peerNotReady: { clause: 'the peer is not ready to serve', cure: 'see "journalctl -u ftpair" on the peer' },
  notInSync: {
    clause: 'the backup is being filled',
    cure: 'wait until "ftpair status" says "in sync"; it says what is missing',
  },
  unacknowledged: {
    clause: 'the backup has not acknowledged their last change',
    cure: 'ask again: this lasts milliseconds',
  },
  offsetsNotTold: {
    clause: 'the backup has not been told their sequence offsets',
    cure: 'ask again: this lasts milliseconds',
  },
  tableFull: {
    clause: "the backup's table is full",
    cure: 'raise nf_conntrack_max and nf_conntrack_expect_max on the backup',
  },
  clash: {
    clause: 'another connection on the backup holds their tuple',
    cure: 'see "ftpair sessions --lost", and "conntrack -L" on the backup',
  },
  masterMissing: {
    clause: 'their control connections are not on the backup',
    cure: 'ask again in a minute: the audit mends it',
  },
  noHelper: {
    clause: "the backup's kernel has no FTP helper",
    cure: 'load nf_conntrack_ftp on the backup',
  },
  refused: { clause: "the backup's kernel refused them", cure: 'see "ftpair status" on the backup' },
  missing: { clause: 'they are not in this kernel', cure: 'ask again in a minute: the audit mends it' },
  differs: {
    clause: 'this kernel holds them otherwise than the active told',
    cure: 'ask again in a minute: the audit mends it',
  },
};
