/**
 * What an alert says: its severity, a fixed sentence for the log, one plain sentence with names and numbers
 * for a person who has just been woken, and its fields. Pure: it must not know where alerts go.
 */
import type { Alert, Severity } from './catalogue.js';
import { failureAdvice, failureWords } from './failures.js';
import { reasonClause } from './reasons.js';

/** One fact of an alert: a SD-PARAM of RFC 5424 §6.3.3 before any escaping. */
export interface Field {
  readonly name: string;
  readonly value: string;
}

/** An alert in words. */
export interface Description {
  readonly severity: Severity;
  /** The MSGID of RFC 5424 §6.2.7: the alert's stable id. */
  readonly msgid: string;
  /** A short sentence without values, the same for every alert of this kind. */
  readonly sentence: string;
  /** What happened, where, and what to look at. May hold text that a server sent: escape it when writing. */
  readonly text: string;
  readonly fields: readonly Field[];
}

type ById = { readonly [A in Alert as A['id']]: A };

interface Entry<A> {
  readonly severity: Severity;
  readonly sentence: string;
  readonly text: (alert: A) => string;
}

const ENTRIES: { readonly [Id in keyof ById]: Entry<ById[Id]> } = {
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
  'server-up': {
    severity: 'notice',
    sentence: 'a real server is up again',
    text: (a) =>
      `Real server ${a.server} (${a.address}) of service ${a.service} is up and gets new sessions.`,
  },
  'server-down': {
    severity: 'err',
    sentence: 'a real server is down',
    text: (a) =>
      `Real server ${a.server} (${a.address}) of service ${a.service} is down (${failureWords(a.reason, a.step)}) and ` +
      `gets no new sessions; ${failureAdvice(a.reason)}.`,
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
  'config-differs': {
    severity: 'err',
    sentence: 'the peer runs a different config',
    text: (a) =>
      `The config of ${a.peer} (${a.theirs}) differs from the config here (${a.ours}); put the same file on both ` +
      'routers and restart the daemon on the backup first.',
  },
  'version-differs': {
    severity: 'err',
    sentence: 'the peer writes another version',
    text: (a) =>
      `${a.peer} writes version ${a.theirs} of the ${a.format}, this router version ${a.ours}: ` +
      `${versionLoss(a.format)} Upgrade ${a.theirs > a.ours ? 'this router' : a.peer}.`,
  },
  'version-agrees': {
    severity: 'notice',
    sentence: 'the peer writes our version again',
    text: (a) => `${a.peer} writes version ${a.version} of the ${a.format}, as this router does.`,
  },
  'realtime-refused': {
    severity: 'notice',
    sentence: 'the pulse runs without real-time priority',
    text: (a) =>
      `The pulse runs without real-time priority (${a.reason}) and waits longer before a takeover; give the ` +
      'daemon CAP_SYS_NICE.',
  },
  fault: {
    severity: 'err',
    sentence: 'the system refused an operation',
    text: (a) =>
      `The system refused "${a.operation}" (${a.reason}); look at the kernel log and at "ftpair status".`,
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

/** What two versions of a format cost until both routers have the same. */
function versionLoss(format: string): string {
  if (format === 'journal')
    return 'no session is replicated, a takeover now would lose them all, and handovers are refused.';
  return (
    'neither understands the other one, no session is replicated, and either takes over only when nobody ' +
    'answers for the virtual address.'
  );
}

/** Says an alert in words. Total: every alert of the catalogue has its entry. */
export function describe(alert: Alert): Description {
  const { severity, sentence } = ENTRIES[alert.id];
  return { severity, msgid: alert.id, sentence, text: textOf(alert.id, alert), fields: fieldsOf(alert) };
}

function textOf<Id extends keyof ById>(id: Id, alert: ById[Id]): string {
  return ENTRIES[id].text(alert);
}

function fieldsOf(alert: Alert): readonly Field[] {
  return Object.entries(alert).flatMap(([name, value]: [string, string | number | undefined]) => {
    if (name === 'id' || value === undefined) return [];
    return [{ name, value: typeof value === 'number' ? shortNumber(value) : value }];
  });
}

/** A number for people: at most one digit after the point, none where it is zero. */
function shortNumber(value: number): string {
  return String(Math.round(value * 10) / 10);
}
