/** Rules about the families of a service's addresses and of its servers'. Pure: facts in, findings out. */
import { familyName, familyOf } from '../address.js';
import { error, type Finding } from '../complaint.js';
import { addressesOf, repeated, type At, type DraftServer, type DraftService } from './facts.js';

/** Addresses are translated within one family: both sides need one of it. */
export function familyRules(
  service: At<DraftService>,
  servers: readonly At<DraftServer>[],
): readonly Finding[] {
  const outside = addressesOf(service);
  const first = outside[0]?.value;
  if (first === undefined) return [];
  const findings = servers.flatMap((server) => [
    ...oncePerFamily(server),
    ...unreachable(outside, first, server),
  ]);
  return findings.length > 0 ? findings : unserved(outside, servers);
}

/** A server that none of the service's addresses can reach. */
function unreachable(
  outside: readonly At<string>[],
  first: string,
  server: At<DraftServer>,
): readonly Finding[] {
  const inside = addressesOf(server);
  const families = outside.map(({ value }) => familyOf(value));
  const [own] = inside;
  if (own === undefined || inside.some(({ value }) => families.includes(familyOf(value)))) return [];
  const problem = `${own.value} is ${familyName(own.value)}, but the service's address ${first} is ${familyName(first)}`;
  const cure = `write the server's ${familyName(first)} address: addresses are translated within one family`;
  return [error(own.path, problem, cure)];
}

function oncePerFamily(server: At<DraftServer>): readonly Finding[] {
  return repeated(addressesOf(server), (address) => String(familyOf(address))).map(({ again }) =>
    error(
      again.path,
      `${again.value} is the server's second ${familyName(again.value)} address`,
      'list a server with two addresses of one family as two servers',
    ),
  );
}

/** An address of the service behind which there is no server. */
function unserved(outside: readonly At<string>[], servers: readonly At<DraftServer>[]): readonly Finding[] {
  const families = servers.flatMap(addressesOf).map(({ value }) => familyOf(value));
  if (families.length === 0) return [];
  return outside
    .filter(({ value }) => !families.includes(familyOf(value)))
    .map(({ path, value }) =>
      error(
        path,
        `${value} is ${familyName(value)}, but no server of this service has an ${familyName(value)} address`,
        'write `addresses` with one of each family for a server, or remove this one: addresses are translated within one family',
      ),
    );
}
