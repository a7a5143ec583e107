/** Metrics of sessions and of their replication. Data only. */
import { byReason, sample, seconds, single, type Metric } from './metric.js';

const DIRECTIONS = ['sending', 'receiving', 'none'];

export const SYNC_METRICS: readonly Metric[] = [
  {
    name: 'ftpair_sessions',
    type: 'gauge',
    help: 'Control connections, open data channels and announced ones.',
    labels: ['kind'],
    read: ({ status }) =>
      (['control', 'data', 'announced'] as const).map((kind) => sample({ kind }, status.sessions[kind])),
  },
  single('ftpair_in_sync', 'gauge', '1 while both kernels are known to hold the same sessions.', ({ status }) => status.sync.inSync),
  {
    name: 'ftpair_sync_direction',
    type: 'gauge',
    help: '1 for what this director does with the journal, 0 for the others.',
    labels: ['direction'],
    read: ({ status }) =>
      DIRECTIONS.map((direction) => sample({ direction }, status.sync.direction === direction)),
  },
  single('ftpair_flows', 'gauge', 'Entries of the connection table that are replicated.', ({ status }) => status.sync.flows),
  single('ftpair_expectations', 'gauge', 'Announced data channels that are replicated.', ({ status }) => status.sync.expectations),
  single('ftpair_journal_backlog', 'gauge', 'As the active: changes that the backup has not acknowledged.', ({ status }) => status.sync.backlog),
  {
    name: 'ftpair_journal_lag_seconds',
    type: 'summary',
    help: "As the active, of the newest thousand changes: from hearing of one until the backup's kernel is known to have it. The quantile 1 is the longest.",
    labels: ['quantile'],
    read: ({ status: { sync } }) => [
      sample({ quantile: '0.5' }, seconds(sync.lag?.p50)),
      sample({ quantile: '0.99' }, seconds(sync.lag?.p99)),
      sample({ quantile: '1' }, seconds(sync.lag?.max)),
    ],
  },
  single('ftpair_journal_resends_total', 'counter', 'Batches of the journal that were sent again.', ({ status }) => status.sync.resends),
  single('ftpair_journal_resyncs_total', 'counter', 'Full copies of the table.', ({ status }) => status.sync.resyncs),
  {
    name: 'ftpair_journal_dropped_total',
    type: 'counter',
    help: 'Datagrams of the journal, and events of this kernel, that got lost here.',
    labels: ['reason'],
    read: ({ status }) => byReason(status.sync.dropped),
  },
  single('ftpair_repairs_total', 'counter', 'As the backup: entries, and parts of the table, that were found different and mended.', ({ status }) => status.sync.repairs),
  {
    name: 'ftpair_kernel_refused_total',
    type: 'counter',
    help: 'As the backup: how often this kernel would not take an entry.',
    labels: ['reason'],
    read: ({ status }) => byReason(status.sync.refused),
  },
  {
    name: 'ftpair_kernel_healed_total',
    type: 'counter',
    help: 'As the backup: what this kernel refused and another try healed at once.',
    labels: ['reason'],
    read: ({ status }) => byReason(status.sync.healed),
  },
]; // prettier-ignore
