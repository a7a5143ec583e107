/** Metrics of the services and their real servers. Data only. */
import type { ProbeView, ServerView, ServiceView } from '../control/status.js';
import { byReason, sample, seconds, type Metric, type Sample } from './metric.js';

/** One value for each server. */
function ofServers(
  name: string,
  help: string,
  read: (server: ServerView) => number | boolean | undefined,
): Metric {
  const each = (server: ServerView, labels: Sample['labels']): readonly Sample[] => [
    sample(labels, read(server)),
  ];
  return manyOfServers(name, help, [], each);
}

function manyOfServers(
  name: string,
  help: string,
  more: readonly string[],
  each: (server: ServerView, labels: Sample['labels']) => readonly Sample[],
): Metric {
  return {
    name,
    type: 'gauge',
    help,
    labels: ['service', 'server', ...more],
    read: ({ status }) =>
      status.services.flatMap((service) =>
        service.servers.flatMap((server) => each(server, { service: service.name, server: server.name })),
      ),
  };
}

function ofServices(
  name: string,
  type: 'gauge' | 'counter',
  help: string,
  more: readonly string[],
  each: (service: ServiceView, labels: Sample['labels']) => readonly Sample[],
): Metric {
  const labels = ['service', ...more];
  const read: Metric['read'] = ({ status }) =>
    status.services.flatMap((service) => each(service, { service: service.name }));
  return { name, type, help, labels, read };
}

/** A step that is done in several modes has one value for each. */
function stepSamples(probe: ProbeView | undefined, labels: Sample['labels']): readonly Sample[] {
  // A mode that appears twice would be one sample twice: the last one counts.
  const steps = new Map<string, Sample>();
  for (const { step, mode = '', millis } of probe?.steps ?? [])
    steps.set(`${step} ${mode}`, sample({ ...labels, step, mode }, seconds(millis)));
  return [...steps.values()];
}

export const SERVER_METRICS: readonly Metric[] = [
  ofServers('ftpair_server_up', "1 while a server passes its checks, by this director's eyes or its peer's.", ({ up }) => up),
  ofServers('ftpair_server_in_rotation', '1 while the kernel gives a server new sessions.', ({ inRotation }) => inRotation),
  ofServers('ftpair_server_full', '1 while a server has all the sessions that its limit allows.', ({ full }) => full ?? false),
  ofServers('ftpair_server_sessions', 'Control connections on a server.', ({ sessions }) => sessions),
  ofServers('ftpair_server_weight', "A server's weight: the operator's, or the config's.", ({ orders, weight }) => orders.weight ?? weight),
  ofServers('ftpair_server_effective_weight', 'The weight that its share of new sessions follows now; 0 is none.', ({ effectiveWeight }) => effectiveWeight),
  ofServers('ftpair_server_drained', '1 while an operator has ordered: no new sessions.', ({ orders }) => orders.drain),
  ofServers('ftpair_server_echo_seconds', 'Round trip of the last ICMP echo; missing when it has never answered.', ({ echoMillis }) => seconds(echoMillis)),
  ofServers('ftpair_server_probe_success', '1 when the last probe was good; missing before the first has ended.', ({ probe }) => probe?.ok),
  ofServers('ftpair_server_probe_duration_seconds', 'How long the last probe took.', ({ probe }) => seconds(probe?.totalMillis)),
  manyOfServers('ftpair_server_probe_step_seconds', 'How long each step of the last probe took; mode where it is of a data channel.', ['step', 'mode'], ({ probe }, labels) => stepSamples(probe, labels)),
  ofServices('ftpair_service_sorry_serving', 'gauge', '1 while the sorry server gets the new sessions; missing where a service has none.', [], ({ sorry }, labels) => [sample(labels, sorry?.serving)]),
  ofServices('ftpair_service_sorry_sessions', 'gauge', 'Control connections on the sorry server; missing where a service has none.', [], ({ sorry }, labels) => [sample(labels, sorry?.sessions)]),
  ofServices('ftpair_service_remembered_clients', 'gauge', 'Clients that get their server again; missing without persistence.', [], ({ remembered }, labels) => [sample(labels, remembered)]),
  ofServices('ftpair_service_refused_total', 'counter', 'Connections that a limit has refused.', ['limit'], ({ refused }, labels) => byReason(refused ?? {}, labels, 'limit')),
]; // prettier-ignore
