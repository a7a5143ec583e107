/**
 * A checked file → the configuration that the program uses, and its fingerprint. Nothing can be wrong any more
 * here.
 */
import { createHash } from 'node:crypto';
import { invariant } from '../assert.js';
import { familyOf } from './address.js';
import type {
  Config,
  DirectorConfig,
  HealthCheck,
  PortRange,
  PulseConfig,
  RealServer,
  VirtualService,
} from './model.js';
import type { FileShape } from './schema.js';

/** Renames, fills in what depends on other keys, and adds the fingerprint. */
export function buildConfig(file: FileShape): Config {
  const [first, second] = file.nodes.map(director);
  invariant(first !== undefined && second !== undefined, 'a checked file has two nodes');
  const content: Omit<Config, 'fingerprint'> = {
    nodes: [first, second],
    pulse: pulse(file, first),
    vips: file.virtual_addresses.public,
    gateways: file.virtual_addresses.gateway,
    services: file.services.map(service),
    check: check(file.check),
    preferred: file.preferred,
    track: file.track,
    alerts: { syslog: file.alerts.syslog },
  };
  return { ...content, fingerprint: fingerprintOf(content) };
}

function director(node: FileShape['nodes'][number]): DirectorConfig {
  return { name: node.name, public: node.public, private: node.private, extra: node.extra };
}

function pulse({ pulse: written }: FileShape, node: DirectorConfig): PulseConfig {
  const { port, interval, silence, lease } = written;
  return {
    port,
    interval,
    silence,
    // Sorted, so that the order in which links happen to be written changes nothing.
    paths: written.paths ?? ['public', 'private', ...Object.keys(node.extra).sort()],
    keyFile: written.key_file,
    probeCount: written.probe_count,
    probeSpacing: written.probe_spacing,
    lease,
  };
}

function service(written: FileShape['services'][number]): VirtualService {
  const { name, address, port, scheduler } = written;
  const servers = written.servers.map(({ passive_ports: own, ...server }) => ({
    ...server,
    port: server.port ?? port,
    ...passivePorts(written, own),
  }));
  return {
    ...{ name, address, family: familyOf(address), port, scheduler, servers },
    ...sessionKeys(written),
  };
}

/** A server's own range, or the service's. */
function passivePorts(
  { mode, passive_ports: shared }: FileShape['services'][number],
  own: PortRange | undefined,
): Pick<RealServer, 'passivePorts'> {
  const passivePorts = own ?? shared;
  return mode !== 'passive_range' || passivePorts === undefined ? {} : { passivePorts };
}

/** What is not written is left out, so that the fingerprint says nothing of it. */
function sessionKeys({
  mode,
  persistence,
  limits,
}: FileShape['services'][number]): Pick<VirtualService, 'mode' | 'persistence' | 'limits'> {
  return {
    ...(mode !== 'passive_range' ? {} : { mode }),
    ...(persistence === undefined ? {} : { persistence }),
    ...(limits === undefined
      ? {}
      : {
          limits: {
            sessionsPerServer: limits.sessions_per_server,
            sessionsPerClient: limits.sessions_per_client,
            newPerSecondPerClient: limits.new_per_second_per_client,
          },
        }),
  };
}

function check(written: FileShape['check']): HealthCheck {
  const { interval, timeout, rise, fall, user, password, mode, list, retr } = written;
  const data =
    retr === undefined
      ? { command: 'list' as const, path: list ?? '.' }
      : { command: 'retr' as const, path: retr };
  return { interval, timeout, rise, fall, user, password, mode, data };
}

/**
 * Hex SHA-256 of the content as JSON with sorted keys. Comments, spacing, the order of keys and defaults that
 * are spelled out do not change it; the order of lists does.
 */
export function fingerprintOf(content: Omit<Config, 'fingerprint'>): string {
  return createHash('sha256').update(canonicalJson(content)).digest('hex');
}

/** JSON with the keys of every object in code unit order and without undefined values. */
export function canonicalJson(value: unknown): string {
  return JSON.stringify(value, (_key, part: unknown) => (isPlainObject(part) ? sorted(part) : part));
}

function isPlainObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return value !== null && typeof value === 'object' && !Array.isArray(value);
}

function sorted(value: Readonly<Record<string, unknown>>): object {
  return Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)));
}
