/** Rules about virtual services and their real servers. Pure: facts in, findings out. */
import { passiveRules, sharedPorts } from './passive-ports.js';
import { familyName, familyOf, formatVirtualAddress, insidePrefix } from '../address.js';
import { error, formatPath, warning, type Finding, type Path } from '../complaint.js';
import { familyRules } from './families.js';
import {
  addressesOf,
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
    ...sameEndpoint(services.flatMap(serviceEndpoints)),
    ...services.flatMap((service) => [
      ...writtenOnce(facts, service, '192.0.2.10'),
      ...addressesOf(service).flatMap((address) => [
        ...addressRule(facts, address),
        ...gatewayRule(facts, address),
      ]),
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

/** Every address with its port, as text, where both are known. */
function endpoints(addresses: readonly At<string>[], port: number | undefined): readonly At<string>[] {
  if (port === undefined) return [];
  return addresses.map(({ path, value }) => ({ path, value: `${value} port ${port}` }));
}

function serviceEndpoints(service: At<DraftService>): readonly At<string>[] {
  return endpoints(addressesOf(service), service.value.port);
}

export function serverEndpoints(
  facts: Facts,
  service: At<DraftService>,
  server: At<DraftServer>,
): readonly At<string>[] {
  const written = facts.written([...server.path, 'port']);
  // A port that is written and bad is not the service's port.
  const port = written ? server.value.port : service.value.port;
  return endpoints(addressesOf(server), port);
}

export function sameEndpoint(list: readonly At<string>[]): readonly Finding[] {
  return repeated(list, (endpoint) => endpoint).map(({ again, first }) =>
    error(
      again.path,
      `${again.value} is already ${formatPath(ownerOf(first.path))}`,
      'change the address or the port, or remove one of the two',
    ),
  );
}

/** The path of whom an address belongs to. */
function ownerOf(path: Path): Path {
  return path.slice(0, path.at(-2) === 'addresses' ? -2 : -1);
}

/** `address` or `addresses`, and something in it. */
function writtenOnce(
  facts: Facts,
  { path, value }: At<DraftService | DraftServer>,
  example: string,
): readonly Finding[] {
  const [one, several] = [
    [...path, 'address'],
    [...path, 'addresses'],
  ];
  if (facts.written(one) && facts.written(several))
    return [error(several, 'stands beside address', 'write all of them here, and remove address')];
  if (!facts.written(one) && !facts.written(several))
    return [error(one, 'is missing', `add \`address: ${example}\``)];
  if (value.addresses?.length === 0)
    return [error(several, 'no address is listed', `write one, such as \`[${example}]\``)];
  return [];
}

function addressRule(facts: Facts, { path, value: address }: At<string>): readonly Finding[] {
  const listed = facts.draft.virtual_addresses?.public;
  // With an unreadable address in the list, that one may be meant.
  if (listed === undefined || listed.includes(undefined)) return [];
  const known = virtualAddresses(facts, 'public').map(({ value }) => value.address);
  if (known.includes(address)) return [];
  const or = known.length === 0 ? '' : `, or write ${known.join(' or ')} here`;
  const cure = `add \`${address}/${familyOf(address) === 6 ? 64 : 24}\` there${or}`;
  return [error(path, `${address} is not in virtual_addresses.public`, cure)];
}

function gatewayRule(facts: Facts, { path, value: address }: At<string>): readonly Finding[] {
  const listed = facts.draft.virtual_addresses?.gateway;
  if (listed === undefined || listed.includes(undefined)) return [];
  if (listed.some((gateway) => gateway?.family === familyOf(address))) return [];
  const example = familyOf(address) === 6 ? '`2001:db8:1::1/64`' : '`10.0.0.1/24`';
  const problem = `no gateway address is ${familyName(address)}, so the real servers' answers would not come back`;
  return [error(path, problem, `add one to virtual_addresses.gateway, such as ${example}`)];
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
    ...servers.flatMap((server) => writtenOnce(facts, server, '10.0.0.11')),
    ...sameEndpoint(servers.flatMap((server) => serverEndpoints(facts, service, server))),
    ...allWithoutWeight(service),
    ...familyRules(service, servers),
    ...servers.flatMap(addressesOf).flatMap((address) => prefixRule(facts, address)),
  ];
}

function allWithoutWeight({ path, value }: At<DraftService>): readonly Finding[] {
  if (value.servers?.every((server) => server?.weight === 0) !== true) return [];
  const problem = 'every server has weight 0, so the service takes no new sessions';
  return [warning([...path, 'servers'], problem, 'give at least one server a weight from 1 to 100')];
}

export function prefixRule(facts: Facts, { path, value: address }: At<string>): readonly Finding[] {
  const listed = facts.draft.virtual_addresses?.gateway;
  if (listed === undefined || listed.includes(undefined)) return [];
  const gateways = virtualAddresses(facts, 'gateway').filter(
    ({ value }) => value.family === familyOf(address),
  );
  if (gateways.length === 0 || gateways.some(({ value }) => insidePrefix(address, value))) return [];
  const prefixes = gateways.map(({ value }) => formatVirtualAddress(value)).join(' or ');
  const problem = `${address} is outside ${prefixes}, so a gateway address cannot be its next hop`;
  return [warning(path, problem, 'check both, or make sure that its answers come back this way')];
}
