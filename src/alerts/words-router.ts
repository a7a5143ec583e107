/** The words of the alerts about what this router runs, has and reaches. They decide nothing. */
import type { WordsFor } from './entry.js';

export const ROUTER_WORDS: WordsFor<
  | 'config-differs'
  | 'config-agrees'
  | 'version-differs'
  | 'version-agrees'
  | 'tracked-lost'
  | 'tracked-back'
  | 'table-full'
  | 'table-free'
  | 'realtime-refused'
  | 'fault'
  | 'hook-failed'
  | 'alerts-limited'
> = {
  'config-differs': {
    severity: 'err',
    sentence: 'the peer runs a different config',
    text: (a) =>
      `The config of ${a.peer} (${a.theirs}) differs from the config here (${a.ours}); put the same file on both ` +
      'routers and restart the daemon on the backup first.',
  },
  'config-agrees': {
    severity: 'notice',
    sentence: 'the peer runs our config again',
    text: (a) => `The config of ${a.peer} is that of this router again.`,
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
  'tracked-lost': {
    severity: 'warning',
    sentence: 'a tracked address does not answer',
    text: (a) =>
      `The tracked address ${a.address} does not answer this router; look at it and at the way there. A router that ` +
      'reaches fewer of them than the other one gives the role over.',
  },
  'tracked-back': {
    severity: 'info',
    sentence: 'a tracked address answers again',
    text: (a) => `The tracked address ${a.address} answers this router again.`,
  },
  'table-full': {
    severity: 'err',
    sentence: 'the connection table is nearly full',
    text: (a) =>
      `The connection table of this router holds ${a.entries} of at most ${a.limit} entries; when it is full, new connections ` +
      'are dropped and the backup cannot keep up. Raise net.netfilter.nf_conntrack_max on both routers, and look who opens so many.',
  },
  'table-free': {
    severity: 'notice',
    sentence: 'the connection table has room again',
    text: (a) =>
      `The connection table of this router has room again: ${a.entries} of at most ${a.limit} entries.`,
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
  'hook-failed': {
    severity: 'warning',
    sentence: 'a hook failed',
    text: (a) =>
      `The hook ${a.hook} failed for the alert ${a.event} (${a.reason}); run it by hand, with that alert as it stands in the README.`,
  },
  'alerts-limited': {
    severity: 'warning',
    sentence: 'too many alerts to tell each',
    text: (a) =>
      `${a.suppressed} further alerts within a minute were not told one by one (${a.kinds}); what is open now stands in ` +
      '"ftpair status".',
  },
};

/** What two versions of a format cost until both routers have the same. */
function versionLoss(format: string): string {
  if (format === 'journal')
    return 'no session is replicated, a takeover now would lose them all, and handovers are refused.';
  return (
    'neither understands the other one, no session is replicated, and either takes over only when nobody ' +
    'answers for the virtual address.'
  );
}
