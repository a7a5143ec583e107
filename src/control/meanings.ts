/**
 * What each key of an answer means: the one place from which the JSON Schemas (and so the documentation for scripts) take
 * their texts. Paths as in `peer.paths[].alive`. Texts only; a unit test compares them with the shapes.
 */

/** Meaning by path; `''` is the whole answer. */
export type Meanings = Readonly<Record<string, string>>;

const COUNTS = 'Numbers by reason; a reason that never occurred may be missing.';
const OR_NULL = 'null where there is none.';

export const STATUS_MEANINGS: Meanings = {
  '': 'A running director as GET /status answers and "ftpair status --json" prints it. Every key is always there unless it says otherwise; null means that nothing is known. Later versions may add keys.',
  version: 'Version of the running daemon.',
  node: 'Name of this director in the config.',
  role: 'starting, backup, active or stopped.',
  reason:
    'Why it has this role: started, peerActive, noPeer, peerDead, peerReleased, vacant, operator, stopping, outranked, notReady, linkDown, uplinkDown, preferred.',
  term: 'Counts the changes of the active; the highest that was heard of.',
  uptimeSeconds: 'Since the start of the daemon.',
  history: 'The newest changes of role, the oldest first.',
  'history[].from': 'Role before.',
  'history[].to': 'Role after.',
  'history[].reason': 'As the key "reason".',
  'history[].agoMillis': 'How long ago it was decided, in milliseconds.',
  'history[].steps': 'What was done, in the order of happening.',
  'history[].steps[].step': 'silentSince, probed, addressUp, leased, peerTold, gratuitous and others.',
  'history[].steps[].atMillis': 'Milliseconds from the decision; negative before it.',
  outlook:
    'What would come of a death or a handover at this moment, by the rules of the election; null or missing for about a second after a change.',
  'outlook.mode': 'Where the election stands: the role, or suspect, held, yielding.',
  'outlook.doubt':
    'Why an active asks the service LAN whether it is the only one: lapsed, offered, silent; or null.',
  'outlook.hindrance':
    'What keeps this director from being active: notReady, blocked, noLink; null where nothing does.',
  'outlook.ifPeerDied': 'Who would serve if the peer died now.',
  'outlook.ifPeerDied.serves':
    'This director, its peer, nobody, or unknown where that lies with a director that is not heard.',
  'outlook.ifPeerDied.because': 'Why it is nobody or unknown: notReady, blocked, noLink, unheard; or null.',
  'outlook.ifPeerDied.withinMillis':
    'From the death to the decision, at most; 0 where nothing changes for the clients.',
  'outlook.ifThisDied': 'Who would serve if this director died now.',
  'outlook.ifThisDied.serves': 'As in ifPeerDied.',
  'outlook.ifThisDied.because': 'As in ifPeerDied.',
  'outlook.ifThisDied.withinMillis': 'As in ifPeerDied.',
  'outlook.handover': 'What "ftpair handover" on this director would come to.',
  'outlook.handover.possible': 'The role would move.',
  'outlook.handover.obstacle': 'Why it would be refused, as a sentence; null where it would not.',
  'outlook.fitter':
    'The director that should rather be active; null where both are alike or the peer is not heard.',
  'outlook.fitter.who': 'This director or its peer.',
  'outlook.fitter.because': 'linkDown, uplinkDown or preferred.',
  peer: 'The other director.',
  'peer.name': 'Its name in the config.',
  'peer.alive': 'It is heard on at least one pulse path.',
  'peer.role': 'Its role as last heard; unknown before that.',
  'peer.ready': 'It could be active: its data plane is loaded.',
  'peer.inSync': 'As the backup: its kernel holds what the active has told.',
  'peer.sameConfig': 'Its config has the same fingerprint; true until it has been heard.',
  'peer.versions': 'The formats in which the directors talk to each other.',
  'peer.versions[].format': 'The sealed datagram, the pulse in it, or the journal in it.',
  'peer.versions[].ours': 'Version that this director writes.',
  'peer.versions[].theirs': `Version that the peer was last heard to write; ${OR_NULL}`,
  'peer.paths': 'The pulse paths.',
  'peer.paths[].name': 'Name of the path.',
  'peer.paths[].alive': 'The peer is heard on it.',
  'peer.paths[].rttMillis': 'Round trip of the last answered pulse in milliseconds, or null.',
  'peer.paths[].received': 'Pulses received.',
  'peer.paths[].dropped': `Datagrams dropped without an answer. ${COUNTS}`,
  sync: 'The replication of sessions.',
  'sync.direction': 'What this director does: sends its journal, receives that of the peer, or neither.',
  'sync.inSync': 'The backup holds a full copy and follows.',
  'sync.detail': 'Why it is not in sync, or empty.',
  'sync.flows': 'Control and data connections that are kept in both kernels.',
  'sync.expectations': 'Data channels that are announced and not opened.',
  'sync.backlog': 'Records that the peer has not acknowledged.',
  'sync.resends': 'Datagrams of the journal that were sent again.',
  'sync.resyncs': 'Full copies since the start.',
  'sync.repairs': 'As the backup: entries and parts of the table that were found different and mended.',
  'sync.lag':
    "As the active, of the newest thousand changes: milliseconds from hearing of a change until the backup's kernel is known to have it; or null.",
  'sync.lag.p50': 'Half of the changes took at most this.',
  'sync.lag.p99': '99 of 100 took at most this.',
  'sync.lag.max': 'The longest.',
  'sync.dropped': `Datagrams of the journal, and events of this kernel, that got lost here. ${COUNTS}`,
  'sync.refused': `As the backup: how often this kernel would not take an entry. ${COUNTS}`,
  'sync.healed': `As the backup: what this kernel refused and another try healed at once. ${COUNTS}`,
  services: 'The virtual services of the config.',
  'services[].name': 'Its name.',
  'services[].address': 'Its virtual address.',
  'services[].port': 'Its port.',
  'services[].servers': 'Its real servers.',
  'services[].servers[].name': 'Name of the server, unique in its service.',
  'services[].servers[].address': 'Its address.',
  'services[].servers[].port': 'Its port.',
  'services[].servers[].weight': 'Weight in the config.',
  'services[].servers[].up':
    'What is believed of it: the verdict of this director, or that of the peer where it is the later one.',
  'services[].servers[].inRotation': 'The kernel gives it new sessions.',
  'services[].servers[].full':
    'Left out because it has all the sessions that the limits allow. May be missing.',
  'services[].servers[].reason': 'Reason of the verdict.',
  'services[].servers[].probe':
    'The last probe of this director; null or missing before the first has ended.',
  'services[].servers[].probe.agoMillis': 'How long ago it ended, in milliseconds.',
  'services[].servers[].probe.ok': 'It was good.',
  'services[].servers[].probe.reason': 'ok, or what it failed with.',
  'services[].servers[].probe.step': 'Where it failed; empty where all was well.',
  'services[].servers[].probe.detail': 'What the server said; empty where all was well.',
  'services[].servers[].probe.totalMillis': 'How long all of it took.',
  'services[].servers[].probe.steps': 'The steps in the order of happening.',
  'services[].servers[].probe.steps[].step': 'Name of the step, as in the config.',
  'services[].servers[].probe.steps[].mode':
    'epsv, pasv, port or eprt where the step belongs to a data channel, or null.',
  'services[].servers[].probe.steps[].millis': 'How long it took.',
  'services[].servers[].echoMillis': 'Round trip of the last answered ICMP echo in milliseconds, or null.',
  'services[].servers[].sessions': 'Control connections on it that are not over.',
  'services[].servers[].standing':
    'Why it gets new sessions, or gets none: ok, unproven, slowStart, held, forcedUp, down, drained, forcedDown, noWeight.',
  'services[].servers[].effectiveWeight': 'The weight that its share of new sessions follows now.',
  'services[].servers[].verdicts': "What each director's own checks say.",
  'services[].servers[].verdicts.here': 'Of this director.',
  'services[].servers[].verdicts.here.verdict': 'unknown, up or down.',
  'services[].servers[].verdicts.here.reason': 'Of that verdict.',
  'services[].servers[].verdicts.peer': 'Of the peer.',
  'services[].servers[].verdicts.peer.verdict': 'unknown, up or down; unknown while the peer is not heard.',
  'services[].servers[].verdicts.peer.reason': 'Of that verdict.',
  'services[].servers[].orders': 'What operators ordered.',
  'services[].servers[].orders.drain': '"ftpair drain".',
  'services[].servers[].orders.force': '"ftpair force".',
  'services[].servers[].orders.weight': '"ftpair weight"; null for that of the config.',
  'services[].sorry': 'Where clients go when no server is left; null where the service has no such server.',
  'services[].sorry.address': 'Its address.',
  'services[].sorry.port': 'Its port.',
  'services[].sorry.serving': 'It gets the new sessions now.',
  'services[].sorry.sessions': 'Control connections on it that are not over.',
  'services[].remembered':
    'With persistence: how many clients get their server again. Missing without persistence.',
  'services[].refused': `With limits: connections refused since the data plane was loaded. Missing without limits. ${COUNTS}`,
  tracked: 'The tracked addresses of the config.',
  'tracked[].address': 'The address.',
  'tracked[].echoMillis': 'Round trip of the last answered ICMP echo in milliseconds, or null.',
  'tracked[].alive': 'It answers.',
  sessions: 'What this kernel holds of the services.',
  'sessions.control': 'Control connections.',
  'sessions.data': 'Data connections.',
  'sessions.announced': 'Data channels announced and not opened.',
  realtime: 'The pulse side runs with real-time priority.',
  residentMebibytes: 'Memory of the daemon.',
  warnings: 'Sentences about what is unwise on this machine.',
};

const ENDPOINT = { address: 'IP address.', port: 'TCP port.' };

export const SESSIONS_MEANINGS: Meanings = {
  '': 'The list that "ftpair sessions --json" prints. Later versions may add keys.',
  node: 'Name of the director that was asked.',
  role: 'Its role.',
  known: 'Control connections that it knows, whether they were asked for or not.',
  sessions: 'In the order in which it came to know them.',
  'sessions[].client': 'Who opened the control connection.',
  'sessions[].client.address': ENDPOINT.address,
  'sessions[].client.port': ENDPOINT.port,
  'sessions[].service': 'The virtual service.',
  'sessions[].service.name': 'Its name in the config.',
  'sessions[].service.address': ENDPOINT.address,
  'sessions[].service.port': ENDPOINT.port,
  'sessions[].server': 'Name of the real server; its address and port where the config does not know it.',
  'sessions[].standing':
    'Why that server gets new sessions, or gets none; unknown for one not in the config.',
  'sessions[].state': 'What the session is doing.',
  'sessions[].mode':
    'Whether the client (passive) or the server (active) opens the data channel: of the one that is open, else announced, else closed last; or null.',
  'sessions[].dataChannels': 'Data channels that are open.',
  'sessions[].bytesToClient':
    'Carried through this director, headers included; null where the kernel did not count.',
  'sessions[].bytesFromClient': 'The same in the other direction.',
  'sessions[].agoMillis': 'Milliseconds since this director came to know the session.',
  'sessions[].survives': 'A failover at this moment would keep it.',
  'sessions[].reason': 'Why it would not; null where it would.',
  'sessions[].part':
    'What would be lost: the session, its control connection, or only a channel; null where nothing would.',
  more: 'There are more that match; ask with a greater --limit.',
  filtered: 'Only some were asked for: by client or server, or those that would be lost.',
};

export const EVENTS_MEANINGS: Meanings = {
  '': 'The alerts of late, as GET /events of the control socket answers. Later versions may add keys.',
  node: 'Name of this director.',
  events: 'The oldest first; bounded.',
  'events[].number': "Counts up by one from 1 since the daemon's start.",
  'events[].id': "The alert's id, as in the README.",
  'events[].severity': 'crit, err, warning, notice or info (RFC 5424).',
  'events[].text': 'What happened, and what to look at.',
  'events[].fields': 'Its facts by name.',
  'events[].agoMillis': 'How long ago, in milliseconds.',
  'events[].time': 'Wall clock, ISO 8601 in UTC.',
};
