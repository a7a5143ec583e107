/**
 * A checked file → the configuration that the program uses, and its fingerprint. Nothing can be wrong any more
 * here.
 */
import { createHash } from 'node:crypto';
import { invariant } from '../assert.js';
import { familyOf } from './address.js';
import { buildHooks, buildSyslog } from './build-alerts.js';
import { buildCheck, mergedCheck } from './build-check.js';
import type {
  Config,
  DirectorConfig,
  Family,
  PortRange,
  PulseConfig,
  RealServer,
  RotationRules,
  VirtualService,
} from './model.js';
import { SORRY } from './servers.js';
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
    services: file.services.flatMap((written) => services(written, file.check)),
    check: buildCheck(file.check),
    forward: file.forward,
    preferred: file.preferred,
    track: file.track,
    stateDir: file.state_dir,
    alerts: { syslog: buildSyslog(file.alerts.syslog) },
    hooks: buildHooks(file.hooks),
    ...drill(file),
  };
  return { ...content, fingerprint: fingerprintOf(content) };
}

/** What is not written is left out, so that the fingerprint says nothing of it. */
function drill({ drill: written }: FileShape): Pick<Config, 'drill'> {
  if (written === undefined) return {};
  const { upload_bytes: uploadBytes, addresses, mac, service, user, password, download, upload } = written;
  return { drill: { addresses, mac, service, user, password, download, upload, uploadBytes } };
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

/**
 * One virtual service for each address: the first has the name that is written, the others `NAME@ADDRESS`. Behind each are the
 * servers of its family.
 */
function services(written: FileShape['services'][number], global: FileShape['check']): VirtualService[] {
  const { name, port, scheduler } = written;
  const check = written.check === undefined ? {} : { check: buildCheck(mergedCheck(global, written.check)) };
  return addresses(written).map((address, index) => {
    const family = familyOf(address);
    const servers = written.servers.flatMap((server) =>
      addresses(server)
        .filter((own) => familyOf(own) === family)
        .map((own) => ({
          name: server.name,
          address: own,
          port: server.port ?? port,
          weight: server.weight,
          ...passivePorts(written, server.passive_ports),
        })),
    );
    return {
      name: index === 0 ? name : `${name}@${address}`,
      address,
      family,
      port,
      scheduler,
      servers,
      rotation: rotation(written, family),
      ...sessionKeys(written),
      ...check,
    };
  });
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

function addresses(written: {
  readonly address?: string | undefined;
  readonly addresses?: readonly string[] | undefined;
}): readonly string[] {
  return written.addresses ?? (written.address === undefined ? [] : [written.address]);
}

/** The sorry server has one address: it serves for the addresses of that family. */
function rotation(written: FileShape['services'][number], family: Family): RotationRules {
  const {
    min_servers: minServers,
    slow_start: slowStart,
    sorry_server: sorry,
    on_failure: onFailure,
  } = written;
  const fits = sorry !== undefined && familyOf(sorry.address) === family;
  const server = fits
    ? { name: SORRY, address: sorry.address, port: sorry.port ?? written.port, weight: 0 }
    : undefined;
  return { minServers, slowStart, sorry: server, onFailure };
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
