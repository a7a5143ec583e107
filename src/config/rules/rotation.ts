/** Rules about what becomes of a service when servers fail: sorry server, least number. Pure: facts in, findings out. */
import { error, warning, type Finding } from '../complaint.js';
import { SORRY } from '../servers.js';
import {
  addressesOf,
  type At,
  type DraftServer,
  type DraftService,
  type Facts,
  field,
  serversOf,
  servicesOf,
} from './facts.js';
import { familyName, familyOf } from '../address.js';
import { prefixRule, sameEndpoint, serverEndpoints } from './services.js';

export function rotationRules(facts: Facts): readonly Finding[] {
  return servicesOf(facts).flatMap((service) => [...sorryRules(facts, service), ...leastRules(service)]);
}

function sorryRules(facts: Facts, service: At<DraftService>): readonly Finding[] {
  const [sorry] = field(service, 'sorry_server');
  if (sorry === undefined) return [];
  const server: At<DraftServer> = sorry;
  const endpoints = [...serversOf(service), server].flatMap((each) => serverEndpoints(facts, service, each));
  return [
    // Two of the others are complained about elsewhere.
    ...sameEndpoint(endpoints).filter(({ path }) => path.includes('sorry_server')),
    ...familyRule(service, server),
    ...addressesOf(server).flatMap((address) => prefixRule(facts, address)),
    ...serversOf(service).flatMap(nameRule),
  ];
}

/** One of the service's addresses must be of the sorry server's family. */
function familyRule(service: At<DraftService>, sorry: At<DraftServer>): readonly Finding[] {
  const outside = addressesOf(service);
  const first = outside[0]?.value;
  return addressesOf(sorry).flatMap(({ path, value }) => {
    if (first === undefined || outside.some((address) => familyOf(address.value) === familyOf(value)))
      return [];
    const problem = `${value} is ${familyName(value)}, but the service's address ${first} is ${familyName(first)}`;
    const cure = `write the server's ${familyName(first)} address: addresses are translated within one family`;
    return [error(path, problem, cure)];
  });
}

function nameRule(server: At<DraftServer>): readonly Finding[] {
  if (server.value.name?.toLowerCase() !== SORRY) return [];
  const problem = `${SORRY} is what the sorry server is called`;
  return [error([...server.path, 'name'], problem, 'give the server another name')];
}

function leastRules({ path, value }: At<DraftService>): readonly Finding[] {
  const least = value.min_servers ?? 0;
  const able = (value.servers ?? []).filter((server) => server?.weight !== 0).length;
  const here = [...path, 'min_servers'];
  if (least > able && able > 0) {
    const problem = `the service has only ${able} ${able === 1 ? 'server' : 'servers'} with a weight`;
    return [error(here, problem, `write \`min_servers: ${able}\` or less, or add servers`)];
  }
  if (least === 0 || value.sorry_server === undefined) return [];
  const problem = 'the sorry server serves only when operators have taken every server out';
  return [warning(here, problem, 'write `min_servers: 0` if checks alone shall bring it in')];
}
