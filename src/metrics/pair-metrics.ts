/** Metrics of the director itself, its peer and the pulse between them. Data only. */
import { byReason, sample, seconds, single, type Metric } from './metric.js';

const ROLES = ['starting', 'backup', 'active', 'stopped'];

export const PAIR_METRICS: readonly Metric[] = [
  {
    name: 'ftpair_info',
    type: 'gauge',
    help: 'Always 1: the director, its peer and its version.',
    labels: ['node', 'peer', 'version'],
    read: ({ status }) => [
      sample({ node: status.node, peer: status.peer.name, version: status.version }, 1),
    ],
  },
  {
    name: 'ftpair_role',
    type: 'gauge',
    help: '1 for the role that this director has, 0 for the others.',
    labels: ['role'],
    read: ({ status }) => ROLES.map((role) => sample({ role }, status.role === role)),
  },
  single('ftpair_term', 'gauge', 'Number of the term: it grows with every change of the active.', ({ status }) => status.term),
  {
    name: 'ftpair_transitions_total',
    type: 'counter',
    help: "Changes of this director's role since its start.",
    labels: ['to', 'reason'],
    read: ({ counts }) => counts.transitions.map(({ to, reason, count }) => sample({ to, reason }, count)),
  },
  single('ftpair_last_transition_timestamp_seconds', 'gauge', 'When the role changed last; missing until then.', ({ status, wallNow }) => {
    const newest = Math.min(...status.history.map(({ agoMillis }) => agoMillis));
    return newest === Infinity ? undefined : seconds(wallNow - newest);
  }),
  single('ftpair_uptime_seconds', 'gauge', 'How long the daemon runs.', ({ status }) => status.uptimeSeconds),
  single('ftpair_realtime', 'gauge', '1 while the pulse side has real-time priority.', ({ status }) => status.realtime),
  single('ftpair_warnings', 'gauge', 'Warnings that the status shows now.', ({ status }) => status.warnings.length),
  single('ftpair_peer_up', 'gauge', '1 while the peer is heard on any path.', ({ status }) => status.peer.alive),
  single('ftpair_peer_ready', 'gauge', '1 while the peer says that it could serve.', ({ status }) => status.peer.ready),
  single('ftpair_peer_in_sync', 'gauge', '1 while the peer says that it is in sync.', ({ status }) => status.peer.inSync),
  single('ftpair_peer_same_config', 'gauge', '1 while the peer runs by the same config.', ({ status }) => status.peer.sameConfig),
  {
    name: 'ftpair_pulse_path_up',
    type: 'gauge',
    help: '1 while the peer is heard on this path.',
    labels: ['path'],
    read: ({ status }) => status.peer.paths.map(({ name, alive }) => sample({ path: name }, alive)),
  },
  {
    name: 'ftpair_pulse_path_round_trip_seconds',
    type: 'gauge',
    help: 'Round trip of the last answered pulse; missing while there is none.',
    labels: ['path'],
    read: ({ status }) =>
      status.peer.paths.map(({ name, rttMillis }) => sample({ path: name }, seconds(rttMillis))),
  },
  {
    name: 'ftpair_pulse_received_total',
    type: 'counter',
    help: 'Pulses of the peer that were heard.',
    labels: ['path'],
    read: ({ status }) => status.peer.paths.map(({ name, received }) => sample({ path: name }, received)),
  },
  {
    name: 'ftpair_pulse_dropped_total',
    type: 'counter',
    help: 'Datagrams on the pulse port that were dropped unanswered.',
    labels: ['path', 'reason'],
    read: ({ status }) => status.peer.paths.flatMap(({ name, dropped }) => byReason(dropped, { path: name })),
  },
  {
    name: 'ftpair_tracked_up',
    type: 'gauge',
    help: '1 while a tracked address answers ICMP echo.',
    labels: ['address'],
    read: ({ status }) => status.tracked.map(({ address, alive }) => sample({ address }, alive)),
  },
  {
    name: 'ftpair_tracked_echo_seconds',
    type: 'gauge',
    help: 'Round trip of the last echo of a tracked address; missing when it has never answered.',
    labels: ['address'],
    read: ({ status }) =>
      status.tracked.map(({ address, echoMillis }) => sample({ address }, seconds(echoMillis))),
  },
  single('process_resident_memory_bytes', 'gauge', 'Resident memory of the daemon.', ({ process }) => process.residentBytes),
  single('process_cpu_seconds_total', 'counter', 'User and system time that the daemon has used.', ({ process }) => process.cpuSeconds),
  single('process_start_time_seconds', 'gauge', 'When the daemon was started.', ({ process }) => process.startedAtSeconds),
]; // prettier-ignore
