/** Rules about passive_range services: every server has ports, and a port leads to one server only. Pure. */
import { familyOf } from '../address.js';
import { error, warning, type Finding } from '../complaint.js';
import { formatPortRange, rangesOverlap } from '../port-range.js';
import type { PortRange } from '../model.js';
import { addressesOf, serversOf, type At, type DraftService, type Facts } from './facts.js';

/** One server's ports, as they will be forwarded. */
interface Ports {
  readonly range: PortRange;
  /** Address of the VIP. */
  readonly vip: string;
  readonly server: string;
}

/** What one service needs. */
export function passiveRules(facts: Facts, service: At<DraftService>): readonly Finding[] {
  const { mode, passive_ports: shared, port } = service.value;
  const own = serversOf(service).filter(({ value }) => value.passive_ports !== undefined);
  if (mode !== 'passive_range') {
    const written = [...(shared === undefined ? [] : [service]), ...own];
    return written.map(({ path }) =>
      warning(
        [...path, 'passive_ports'],
        'has no effect without `mode: passive_range`',
        'add that line to the service for FTP over TLS, or remove this one',
      ),
    );
  }
  const ports = portsOf(service);
  const clash = ports.find(({ range }) => port !== undefined && range.first <= port && port <= range.last);
  return [
    ...withoutPorts(facts, service),
    ...(clash === undefined ? [] : [insideControl(service, clash.range)]),
    ...overlaps(service, ports),
  ];
}

function withoutPorts(facts: Facts, service: At<DraftService>): readonly Finding[] {
  if (facts.written([...service.path, 'passive_ports'])) return [];
  return serversOf(service)
    .filter(({ path }) => !facts.written([...path, 'passive_ports']))
    .map(({ path }) =>
      error(
        [...path, 'passive_ports'],
        'mode passive_range needs the ports that this server announces',
        "add `passive_ports: 50000-50099` here, with the same range in the server's own configuration",
      ),
    );
}

function insideControl(service: At<DraftService>, range: PortRange): Finding {
  return error(
    [...service.path, 'port'],
    `is one of the passive ports ${formatPortRange(range)}`,
    'use another range for the data channels',
  );
}

/** Where two servers share ports, the session decides: that is what persistence keeps. */
function overlaps(service: At<DraftService>, ports: readonly Ports[]): readonly Finding[] {
  const overlap = ports.some((a, at) => ports.slice(at + 1).some((b) => meet(a, b)));
  if (!overlap || service.value.persistence !== undefined) return [];
  return [
    error(
      [...service.path, 'servers'],
      'two servers have passive ports in common, and nothing says whose a data channel is',
      'give each server a range of its own (best), or add `persistence: { timeout: 1h }`, which sends all of a client to one server',
    ),
  ];
}

/** Two services of one address: a port in both must lead to the same server. */
export function sharedPorts(services: readonly At<DraftService>[]): readonly Finding[] {
  const ranges = services.filter(({ value }) => value.mode === 'passive_range');
  return ranges.flatMap((service, at) =>
    ranges
      .slice(0, at)
      .filter((earlier) => portsOf(service).some((a) => portsOf(earlier).some((b) => differ(a, b))))
      .map((earlier) =>
        error(
          [...service.path, 'passive_ports'],
          `has ports of the service ${earlier.value.name ?? ''} at the same address, for another server`,
          'give the servers ranges of their own',
        ),
      ),
  );
}

function differ(a: Ports, b: Ports): boolean {
  return a.server !== b.server && meet(a, b);
}

function meet(a: Ports, b: Ports): boolean {
  return a.vip === b.vip && rangesOverlap(a.range, b.range);
}

function portsOf(service: At<DraftService>): readonly Ports[] {
  const vips = addressesOf(service).map(({ value }) => value);
  return serversOf(service).flatMap((server) => {
    const { first, last } = server.value.passive_ports ?? service.value.passive_ports ?? {};
    if (first === undefined || last === undefined) return [];
    return addressesOf(server).flatMap(({ value }) =>
      vips
        .filter((vip) => familyOf(vip) === familyOf(value))
        .map((vip) => ({ range: { first, last }, vip, server: value })),
    );
  });
}
