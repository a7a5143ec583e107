import { describe as suite, expect, test } from 'vitest';
import type { Alert, Severity } from '../../../src/alerts/catalogue.js';
import { describe } from '../../../src/alerts/describe.js';
import { reasonClause } from '../../../src/alerts/reasons.js';
import type { Reason } from '../../../src/pulse/face.js';

/** One alert of every kind, with the severity and the text that it must have. */
const CASES: { readonly [Id in Alert['id']]: readonly [Extract<Alert, { id: Id }>, Severity, string] } = {
  'role-active': [
    { id: 'role-active', reason: 'peerDead', from: 'backup', term: 8, tookMillis: 38.7123 },
    'notice',
    'This router has become active within 38.7 ms and serves the clients, because the peer is silent on every ' +
      'path and nobody answers for the virtual address.',
  ],
  'role-backup': [
    { id: 'role-backup', reason: 'outranked', from: 'active', term: 9 },
    'notice',
    'This router has become backup and stands by, because the peer is active as well and ranks higher.',
  ],
  takeover: [
    { id: 'takeover', reason: 'peerDead', peer: 'beta', silentMillis: 42, term: 8 },
    'warning',
    'This router has taken over from beta, which had been silent for 42 ms, because the peer is silent on every ' +
      'path and nobody answers for the virtual address; find out why beta stopped.',
  ],
  'vip-answered': [
    { id: 'vip-answered', address: '192.0.2.10', mac: '02:00:00:00:00:07' },
    'crit',
    '02:00:00:00:00:07 answers for the virtual address 192.0.2.10, and the peer has not said that it is active: its ' +
      'daemon stalls, the links between the routers are cut, their keys differ, or a foreign machine uses the address. A backup does not ' +
      'take over meanwhile; an active one calls the neighbours again.',
  ],
  'server-up': [
    { id: 'server-up', service: 'ftp', server: 's1', address: '10.0.0.11' },
    'notice',
    'Real server s1 (10.0.0.11) of service ftp is up and gets new sessions.',
  ],
  'server-down': [
    { id: 'server-down', service: 'ftp', server: 's1', address: '10.0.0.11', reason: 'connect: timeout' },
    'err',
    'Real server s1 (10.0.0.11) of service ftp is down (connect: timeout) and gets no new sessions; look at the ' +
      'FTP server there.',
  ],
  'no-server': [
    { id: 'no-server', service: 'ftp' },
    'crit',
    'Service ftp has no real server left and new clients are refused; look at its FTP servers and at the private LAN.',
  ],
  'sorry-server': [
    { id: 'sorry-server', service: 'ftp', address: '10.0.0.99' },
    'crit',
    'Service ftp has no real server left and new clients go to the sorry server 10.0.0.99; look at its FTP servers and ' +
      'at the private LAN.',
  ],
  'server-held': [
    {
      id: 'server-held',
      service: 'ftp',
      server: 's1',
      address: '10.0.0.11',
      reason: 'login',
      because: 'held',
    },
    'err',
    'Real server s1 (10.0.0.11) of service ftp fails its checks (login) and still gets new sessions, because ' +
      'min_servers keeps it; look at the FTP server there, or at the checks.',
  ],
  'server-ordered': [
    { id: 'server-ordered', service: 'ftp', server: 's1', address: '10.0.0.11', order: 'drained' },
    'notice',
    'Real server s1 (10.0.0.11) of service ftp is drained and gets no new sessions, because an administrator asked for it.',
  ],
  'sessions-ended': [
    { id: 'sessions-ended', service: 'ftp', server: 's1', connections: 3 },
    'warning',
    '3 connections to real server s1 of service ftp were ended, because it fails its checks and the config says ' +
      'on_failure: end.',
  ],
  'verdicts-differ': [
    { id: 'verdicts-differ', service: 'ftp', server: 's1', suspect: 'beta', link: 'eth1', witness: 'alpha' },
    'warning',
    'beta alone cannot use real server s1 of service ftp, which alpha finds up; look at beta, its link eth1 and the way ' +
      'from there to the server.',
  ],
  'verdicts-agree': [
    { id: 'verdicts-agree', service: 'ftp', server: 's1' },
    'notice',
    'Both directors think the same of real server s1 of service ftp again.',
  ],
  'peer-lost': [
    { id: 'peer-lost', peer: 'beta', silentMillis: 51.96 },
    'err',
    'The peer beta has been silent on every path for 52 ms and cannot take over; look at beta and at the links to it.',
  ],
  'peer-back': [{ id: 'peer-back', peer: 'beta' }, 'notice', 'The peer beta is heard again.'],
  'path-lost': [
    { id: 'path-lost', path: 'public', peer: 'beta' },
    'warning',
    "The pulse path public to beta is silent; look at that link, its switch port, and what the firewalls do to the pulse's UDP port.",
  ],
  'path-back': [
    { id: 'path-back', path: 'public', peer: 'beta' },
    'info',
    'The pulse path public to beta works again.',
  ],
  'sync-lost': [
    { id: 'sync-lost', peer: 'beta', reason: 'gap' },
    'warning',
    'The sessions are not in sync with beta (gap), so a takeover now would lose some; look at "ftpair status" on ' +
      'both routers, and at the firewalls between them.',
  ],
  'sync-regained': [
    { id: 'sync-regained', peer: 'beta', flows: 12, expectations: 3 },
    'notice',
    'The sessions are in sync with beta: 12 flows and 3 expectations.',
  ],
  'config-differs': [
    { id: 'config-differs', peer: 'beta', ours: '0011223344556677', theirs: '8899aabbccddeeff' },
    'err',
    'The config of beta (8899aabbccddeeff) differs from the config here (0011223344556677); put the same file on ' +
      'both routers and restart the daemon on the backup first.',
  ],
  'version-differs': [
    { id: 'version-differs', peer: 'beta', format: 'journal', ours: 2, theirs: 3 },
    'err',
    'beta writes version 3 of the journal, this router version 2: no session is replicated, a takeover now would ' +
      'lose them all, and handovers are refused. Upgrade this router.',
  ],
  'version-agrees': [
    { id: 'version-agrees', peer: 'beta', format: 'journal', version: 3 },
    'notice',
    'beta writes version 3 of the journal, as this router does.',
  ],
  'vip-clear': [
    { id: 'vip-clear', address: '192.0.2.10' },
    'notice',
    'Nobody but the active router answers for the virtual address 192.0.2.10 any more.',
  ],
  'service-back': [
    { id: 'service-back', service: 'ftp' },
    'notice',
    'Service ftp has a real server again and takes new clients.',
  ],
  'config-agrees': [
    { id: 'config-agrees', peer: 'beta' },
    'notice',
    'The config of beta is that of this router again.',
  ],
  'tracked-lost': [
    { id: 'tracked-lost', address: '192.0.2.1' },
    'warning',
    'The tracked address 192.0.2.1 does not answer this router; look at it and at the way there. A router that ' +
      'reaches fewer of them than the other one gives the role over.',
  ],
  'tracked-back': [
    { id: 'tracked-back', address: '192.0.2.1' },
    'info',
    'The tracked address 192.0.2.1 answers this router again.',
  ],
  'table-full': [
    { id: 'table-full', entries: 250000, limit: 262144 },
    'err',
    'The connection table of this router holds 250000 of at most 262144 entries; when it is full, new connections are ' +
      'dropped and the backup cannot keep up. Raise net.netfilter.nf_conntrack_max on both routers, and look who opens ' +
      'so many.',
  ],
  'table-free': [
    { id: 'table-free', entries: 200000, limit: 262144 },
    'notice',
    'The connection table of this router has room again: 200000 of at most 262144 entries.',
  ],
  'hook-failed': [
    { id: 'hook-failed', hook: '/etc/ftpair/hooks/mail.sh', event: 'takeover', reason: 'exit status 1' },
    'warning',
    'The hook /etc/ftpair/hooks/mail.sh failed for the alert takeover (exit status 1); run it by hand, with that alert ' +
      'as it stands in the README.',
  ],
  'alerts-limited': [
    { id: 'alerts-limited', suppressed: 117, kinds: 'server-down 100, path-lost 17' },
    'warning',
    '117 further alerts within a minute were not told one by one (server-down 100, path-lost 17); what is open now ' +
      'stands in "ftpair status".',
  ],
  'realtime-refused': [
    { id: 'realtime-refused', reason: 'EPERM' },
    'notice',
    'The pulse runs without real-time priority (EPERM) and waits longer before a takeover; give the daemon CAP_SYS_NICE.',
  ],
  fault: [
    { id: 'fault', operation: 'add address', reason: 'ENODEV' },
    'err',
    'The system refused "add address" (ENODEV); look at the kernel log and at "ftpair status".',
  ],
};

suite('an alert in words', () => {
  test.each(Object.entries(CASES))('%s', (id, [alert, severity, text]) => {
    expect(describe(alert)).toMatchObject({ msgid: id, severity, text });
  });

  test('has its facts as fields, in their order, with short numbers', () => {
    expect(describe(CASES.takeover[0]).fields).toEqual([
      { name: 'reason', value: 'peerDead' },
      { name: 'peer', value: 'beta' },
      { name: 'silentMillis', value: '42' },
      { name: 'term', value: '8' },
    ]);
    expect(describe(CASES['peer-lost'][0]).fields[1]).toEqual({ name: 'silentMillis', value: '52' });
  });

  test('has a sentence without values for the log', () => {
    expect(describe(CASES['server-down'][0]).sentence).toBe('a real server is down');
    for (const [alert] of Object.values(CASES)) expect(describe(alert).sentence).toMatch(/^[a-z -]+$/);
  });
});

suite('the clause for a reason', () => {
  /** Every word of the pulse side: a word that is added there fails to compile here. */
  const WORDS: Readonly<Record<Reason, true>> = {
    started: true,
    peerActive: true,
    noPeer: true,
    peerDead: true,
    peerReleased: true,
    vacant: true,
    operator: true,
    stopping: true,
    outranked: true,
    notReady: true,
    linkDown: true,
    uplinkDown: true,
    preferred: true,
  };

  test.each(Object.keys(WORDS))('is known for %s', (word) => {
    expect(reasonClause(word)).not.toMatch(/^of "/);
  });

  test('is the word itself when it is not known', () => {
    expect(reasonClause('toString')).toBe('of "toString"');
  });
});
