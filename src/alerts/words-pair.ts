/** The words of the alerts about roles, the virtual address, the peer and the sessions' copy. They decide nothing. */
import type { WordsFor } from './entry.js';
import { reasonClause } from './reasons.js';
import { shortNumber } from './text.js';

export const PAIR_WORDS: WordsFor<
  | 'role-active'
  | 'role-backup'
  | 'takeover'
  | 'vip-answered'
  | 'vip-clear'
  | 'peer-lost'
  | 'peer-back'
  | 'path-lost'
  | 'path-back'
  | 'sync-lost'
  | 'sync-regained'
> = {
  'role-active': {
    severity: 'notice',
    sentence: 'this router became active',
    text: (a) =>
      `This router has become active within ${shortNumber(a.tookMillis)} ms and serves the clients, because ${reasonClause(a.reason)}.`,
  },
  'role-backup': {
    severity: 'notice',
    sentence: 'this router became backup',
    text: (a) => `This router has become backup and stands by, because ${reasonClause(a.reason)}.`,
  },
  takeover: {
    severity: 'warning',
    sentence: 'this router took over from the peer',
    text: (a) =>
      `This router has taken over from ${a.peer}, which had been silent for ${shortNumber(a.silentMillis)} ms, ` +
      `because ${reasonClause(a.reason)}; find out why ${a.peer} stopped.`,
  },
  'vip-answered': {
    severity: 'crit',
    sentence: 'somebody else answers for the virtual address',
    text: (a) =>
      `${a.mac} answers for the virtual address ${a.address}, and the peer has not said that it is active: its daemon ` +
      'stalls, the links between the routers are cut, their keys differ, or a foreign machine uses the address. A ' +
      'backup does not take over meanwhile; an active one calls the neighbours again.',
  },
  'vip-clear': {
    severity: 'notice',
    sentence: 'nobody else answers for the virtual address any more',
    text: (a) => `Nobody but the active router answers for the virtual address ${a.address} any more.`,
  },
  'peer-lost': {
    severity: 'err',
    sentence: 'the peer is lost',
    text: (a) =>
      `The peer ${a.peer} has been silent on every path for ${shortNumber(a.silentMillis)} ms and cannot take ` +
      `over; look at ${a.peer} and at the links to it.`,
  },
  'peer-back': {
    severity: 'notice',
    sentence: 'the peer is back',
    text: (a) => `The peer ${a.peer} is heard again.`,
  },
  'path-lost': {
    severity: 'warning',
    sentence: 'a pulse path is silent',
    text: (a) =>
      `The pulse path ${a.path} to ${a.peer} is silent; look at that link, its switch port, and what the firewalls do to the pulse's UDP port.`,
  },
  'path-back': {
    severity: 'info',
    sentence: 'a pulse path works again',
    text: (a) => `The pulse path ${a.path} to ${a.peer} works again.`,
  },
  'sync-lost': {
    severity: 'warning',
    sentence: 'the sessions are not in sync with the peer',
    text: (a) =>
      `The sessions are not in sync with ${a.peer} (${a.reason}), so a takeover now would lose some; look at ` +
      '"ftpair status" on both routers, and at the firewalls between them.',
  },
  'sync-regained': {
    severity: 'notice',
    sentence: 'the sessions are in sync with the peer',
    text: (a) =>
      `The sessions are in sync with ${a.peer}: ${shortNumber(a.flows)} flows and ` +
      `${shortNumber(a.expectations)} expectations.`,
  },
};
