/** The words of the alerts about services and real servers. They decide nothing. */
import type { WordsFor } from './entry.js';
import { failureAdvice, failureWords } from './failures.js';
import { shortNumber } from './text.js';

export const SERVER_WORDS: WordsFor<
  | 'server-up'
  | 'server-down'
  | 'server-held'
  | 'server-ordered'
  | 'sessions-ended'
  | 'no-server'
  | 'sorry-server'
  | 'service-back'
  | 'verdicts-differ'
  | 'verdicts-agree'
> = {
  'server-up': {
    severity: 'notice',
    sentence: 'a real server is up again',
    text: (a) =>
      `Real server ${a.server} (${a.address}) of service ${a.service} is up and gets ` +
      (a.because === undefined ? 'new sessions.' : `no new sessions yet (${a.because}).`),
  },
  'server-down': {
    severity: 'err',
    sentence: 'a real server is down',
    text: (a) =>
      `Real server ${a.server} (${a.address}) of service ${a.service} is down (${failureWords(a.reason, a.step)}) and ` +
      `gets no new sessions; ${failureAdvice(a.reason)}.`,
  },
  'server-held': {
    severity: 'err',
    sentence: 'a real server fails its checks and stays',
    text: (a) =>
      `Real server ${a.server} (${a.address}) of service ${a.service} fails its checks (${a.reason}) and still gets new ` +
      `sessions, because ${a.because === 'held' ? 'min_servers keeps it' : 'it is forced up'}; look at the FTP server ` +
      'there, or at the checks.',
  },
  'server-ordered': {
    severity: 'notice',
    sentence: 'an operator changed the standing of a real server',
    text: (a) =>
      `Real server ${a.server} (${a.address}) of service ${a.service} ${orderClause(a.order)}, because an ` +
      'administrator asked for it.',
  },
  'sessions-ended': {
    severity: 'warning',
    sentence: 'the sessions of a failed real server were ended',
    text: (a) =>
      `${shortNumber(a.connections)} connections to real server ${a.server} of service ${a.service} were ended, because ` +
      'it fails its checks and the config says on_failure: end.',
  },
  'no-server': {
    severity: 'crit',
    sentence: 'a service has no real server left',
    text: (a) =>
      `Service ${a.service} has no real server left and new clients are refused; look at its FTP servers and at ` +
      'the private LAN.',
  },
  'sorry-server': {
    severity: 'crit',
    sentence: 'a service is left to its sorry server',
    text: (a) =>
      `Service ${a.service} has no real server left and new clients go to the sorry server ${a.address}; look at its ` +
      'FTP servers and at the private LAN.',
  },
  'service-back': {
    severity: 'notice',
    sentence: 'a service has a real server again',
    text: (a) => `Service ${a.service} has a real server again and takes new clients.`,
  },
  'verdicts-differ': {
    severity: 'warning',
    sentence: 'one director alone cannot use a real server',
    text: (a) =>
      `${a.suspect} alone cannot use real server ${a.server} of service ${a.service}, which ${a.witness} finds up; look ` +
      `at ${a.suspect}, its link ${a.link} and the way from there to the server.`,
  },
  'verdicts-agree': {
    severity: 'notice',
    sentence: 'both directors agree about a real server again',
    text: (a) => `Both directors think the same of real server ${a.server} of service ${a.service} again.`,
  },
};

/** What follows a server's name, for the `order` of an alert; an unknown word is shown as it is. */
function orderClause(order: string): string {
  switch (order) {
    case 'drained':
      return 'is drained and gets no new sessions';
    case 'forcedUp':
      return 'is forced up and gets new sessions whatever its checks say';
    case 'forcedDown':
      return 'is forced down and gets no new sessions';
    case 'noWeight':
      return 'has weight 0 and gets no new sessions';
    case 'auto':
      return 'is left to its checks again';
    default:
      return `has ${order}`;
  }
}
