/** Rules about virtual services and their real servers. Pure: facts in, findings out. */
import { passiveRules, sharedPorts } from './passive-ports.js';
import { familyName, familyOf, formatVirtualAddress, insidePrefix } from '../address.js';
import { error, formatPath, warning, type Finding, type Path } from '../complaint.js';
import {
  field,
  repeated,
  serversOf,
  servicesOf,
  virtualAddresses,
  type At,
  type DraftServer,
  type DraftService,
  type Facts,
} from './facts.js';

export function serviceRules(facts: Facts): readonly Finding[] {
  const services = servicesOf(facts);
  return [
    ...(facts.draft.services?.length === 0 ? [noService()] : []),
    ...namedTwice(services, 'service'),
    ...sameEndpoint(services.flatMap(serviceEndpoint)),
    ...services.flatMap((service) => [
      ...addressRules(facts, service),
      ...gatewayRule(facts, service),
      ...serverRules(facts, service),
      ...passiveRules(facts, service),
    ]),
    ...sharedPorts(services),
  ];
}

function noService(): Finding {
  const cure = 'add one, beginning with `- name: ftp` and `address:`';
  return error(['services'], 'no service is listed', cure);
}

function namedTwice(list: readonly At<DraftService | DraftServer>[], what: string): readonly Finding[] {
  const names = list.flatMap((item) => field(item, 'name'));
  return repeated(names, (name) => name.toLowerCase()).map(({ again }) =>
    error(
      again.path,
      `another ${what} is named ${again.value} already`,
      `give every ${what} a name of its own`,
    ),
  );
}

/** An address and a port, as text, where both are known. */
function endpoint(path: Path, address: string | undefined, port: number | undefined): readonly At<string>[] {
  return address === undefined || port === undefined ? [] : [{ path, value: `${address} port ${port}` }];
}

function serviceEndpoint(service: At<DraftService>): readonly At<string>[] {
  return endpoint(service.path, service.value.address, service.value.port);
}

function serverEndpoint(
  facts: Facts,
  service: At<DraftService>,
  server: At<DraftServer>,
): readonly At<string>[] {
  const written = facts.written([...server.path, 'port']);
  // A port that is written and bad is not the service's port.
  const port = written ? server.value.port : service.value.port;
  return endpoint(server.path, server.value.address, port);
}

function sameEndpoint(list: readonly At<string>[]): readonly Finding[] {
  return repeated(list, (endpoint) => endpoint).map(({ again, first }) =>
    error(
      [...again.path, 'address'],
      `${again.value} is already ${formatPath(first.path)}`,
      'change the address or the port, or remove one of the two',
    ),
  );
}

function addressRules(facts: Facts, service: At<DraftService>): readonly Finding[] {
  const { address } = service.value;
  const listed = facts.draft.virtual_addresses?.public;
  // With an unreadable address in the list, that one may be meant.
  if (address === undefined || listed === undefined || listed.includes(undefined)) return [];
  const known = virtualAddresses(facts, 'public').map(({ value }) => value.address);
  if (known.includes(address)) return [];
  const or = known.length === 0 ? '' : `, or write ${known.join(' or ')} here`;
  const cure = `add \`${address}/${familyOf(address) === 6 ? 64 : 24}\` there${or}`;
  return [error([...service.path, 'address'], `${address} is not in virtual_addresses.public`, cure)];
}

function gatewayRule(facts: Facts, service: At<DraftService>): readonly Finding[] {
  const { address } = service.value;
  const listed = facts.draft.virtual_addresses?.gateway;
  if (address === undefined || listed === undefined || listed.includes(undefined)) return [];
  if (listed.some((gateway) => gateway?.family === familyOf(address))) return [];
  const example = familyOf(address) === 6 ? '`2001:db8:1::1/64`' : '`10.0.0.1/24`';
  const problem = `no gateway address is ${familyName(address)}, so the real servers' answers would not come back`;
  return [
    error([...service.path, 'address'], problem, `add one to virtual_addresses.gateway, such as ${example}`),
  ];
}

function serverRules(facts: Facts, service: At<DraftService>): readonly Finding[] {
  const servers = serversOf(service);
  const path = [...service.path, 'servers'];
  if (service.value.servers?.length === 0) {
    const cure = 'add one, such as `- { name: vsftpd-1, address: 10.0.0.11 }`';
    return [error(path, 'the service has no real server', cure)];
  }
  return [
    ...namedTwice(servers, 'server of this service'),
    ...sameEndpoint(servers.flatMap((server) => serverEndpoint(facts, service, server))),
    ...allWithoutWeight(service),
    ...servers.flatMap((server) => familyRule(service, server)),
    ...servers.flatMap((server) => prefixRule(facts, server)),
  ];
}

function allWithoutWeight({ path, value }: At<DraftService>): readonly Finding[] {
  if (!(value.servers ?? []).every((server) => server?.weight === 0)) return [];
  const problem = 'every server has weight 0, so the service takes no new sessions';
  return (value.servers ?? []).length === 0
    ? []
    : [warning([...path, 'servers'], problem, 'give at least one server a weight from 1 to 100')];
}

function familyRule(service: At<DraftService>, server: At<DraftServer>): readonly Finding[] {
  const [outside, inside] = [service.value.address, server.value.address];
  if (outside === undefined || inside === undefined || familyOf(outside) === familyOf(inside)) return [];
  const problem = `${inside} is ${familyName(inside)}, but the service's address ${outside} is ${familyName(outside)}`;
  const cure = `write the server's ${familyName(outside)} address: addresses are translated within one family`;
  return [error([...server.path, 'address'], problem, cure)];
}

function prefixRule(facts: Facts, server: At<DraftServer>): readonly Finding[] {
  const { address } = server.value;
  const listed = facts.draft.virtual_addresses?.gateway;
  if (address === undefined || listed === undefined || listed.includes(undefined)) return [];
  const gateways = virtualAddresses(facts, 'gateway').filter(
    ({ value }) => value.family === familyOf(address),
  );
  if (gateways.length === 0 || gateways.some(({ value }) => insidePrefix(address, value))) return [];
  const prefixes = gateways.map(({ value }) => formatVirtualAddress(value)).join(' or ');
  const problem = `${address} is outside ${prefixes}, so a gateway address cannot be its next hop`;
  return [
    warning(
      [...server.path, 'address'],
      problem,
      'check both, or make sure that its answers come back this way',
    ),
  ];
}
