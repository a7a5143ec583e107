/**
 * A checked file → the configuration that the program uses, and its fingerprint. Nothing can be wrong any more
 * here.
 */
import { createHash } from 'node:crypto';
import { invariant } from '../assert.js';
import { millis } from '../time.js';
import { familyOf } from './address.js';
import { SORRY } from './servers.js';
import type {
  Config,
  DirectorConfig,
  HealthCheck,
  PulseConfig,
  RotationRules,
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
    stateDir: file.state_dir,
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
  const servers = written.servers.map((server) => ({ ...server, port: server.port ?? port }));
  return { name, address, family: familyOf(address), port, scheduler, servers, rotation: rotation(written) };
}

function rotation(written: FileShape['services'][number]): RotationRules {
  const {
    min_servers: minServers,
    slow_start: slowStart,
    sorry_server: sorry,
    on_failure: onFailure,
  } = written;
  const server = sorry && {
    name: SORRY,
    address: sorry.address,
    port: sorry.port ?? written.port,
    weight: 0,
  };
  return { minServers, slowStart, sorry: server, onFailure };
}

/** The next probe after a bad one, where the config does not say it. */
const RETRY = 1000;

function check(written: FileShape['check']): HealthCheck {
  const { interval, timeout, rise, fall, user, password, mode, list, retr } = written;
  const data =
    retr === undefined
      ? { command: 'list' as const, path: list ?? '.' }
      : { command: 'retr' as const, path: retr };
  const retry = written.retry ?? millis(Math.min(RETRY, interval));
  return { interval, retry, timeout, rise, fall, user, password, mode, data };
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
