/** Rules about the failover drill: its addresses, and the service that it goes through. Pure: facts in, findings out. */
import { familyName, familyOf, insidePrefix } from '../address.js';
import { error, formatPath, type Finding } from '../complaint.js';
import {
  addressesOf,
  type At,
  type DraftService,
  type Facts,
  items,
  ownAddresses,
  repeated,
  serversOf,
  servicesOf,
  virtualAddresses,
} from './facts.js';
import type { VirtualAddress } from '../model.js';

export function drillRules(facts: Facts): readonly Finding[] {
  const { drill } = facts.draft;
  if (drill === undefined) return [];
  const addresses = items(drill.addresses, ['drill', 'addresses']);
  return [
    ...amount(facts, addresses),
    ...addresses.flatMap((address) => [...nobodys(facts, address), ...onPublicLan(facts, address)]),
    ...serviceFits(facts, addresses),
  ];
}

function amount(facts: Facts, addresses: readonly At<VirtualAddress>[]): readonly Finding[] {
  if (facts.draft.drill?.addresses?.length === 0) {
    const cure = 'write a free address of the public LAN, such as `addresses: [ 192.0.2.250/24 ]`';
    return [error(['drill', 'addresses'], 'no address is listed', cure)];
  }
  return repeated(addresses, ({ family }) => String(family)).map(({ again }) =>
    error(
      again.path,
      `a second ${familyName(again.value.address)} address`,
      'list one address for each family',
    ),
  );
}

function nobodys(facts: Facts, { path, value }: At<VirtualAddress>): readonly Finding[] {
  const floating = [...virtualAddresses(facts, 'public'), ...virtualAddresses(facts, 'gateway')];
  const taken = [
    ...ownAddresses(facts),
    ...servicesOf(facts).flatMap(serversOf).flatMap(addressesOf),
    ...floating.map((each) => ({ path: each.path, value: each.value.address })),
  ];
  const owner = taken.find((each) => each.value === value.address);
  if (owner === undefined) return [];
  const problem = `${value.address} is also ${formatPath(owner.path)}`;
  return [error(path, problem, 'use an address of the public LAN that nobody has')];
}

/** The drill stands where clients and virtual addresses are, without a router in between. */
function onPublicLan(facts: Facts, { path, value }: At<VirtualAddress>): readonly Finding[] {
  const vips = virtualAddresses(facts, 'public').filter((vip) => vip.value.family === value.family);
  const [first] = vips;
  if (first === undefined || vips.some((vip) => insidePrefix(vip.value.address, value))) return [];
  const problem = `no public virtual address is in the network of ${value.address}/${value.prefixLength}`;
  return [
    error(path, problem, `use an address of the LAN of ${first.value.address}, with its prefix length`),
  ];
}

function serviceFits(facts: Facts, addresses: readonly At<VirtualAddress>[]): readonly Finding[] {
  const name = facts.draft.drill?.service;
  const services = servicesOf(facts);
  const able = services.filter(({ value }) => value.mode !== 'passive_range');
  const names = able.flatMap(({ value }) => value.name ?? []);
  const here = ['drill', 'service'];
  if (name !== undefined) {
    const named = services.find(({ value }) => value.name === name);
    if (named !== undefined && able.includes(named)) return familyFits(named, addresses);
    const problem =
      named === undefined
        ? `there is no service named ${name}`
        : `${name} is in mode passive_range, whose control connections are encrypted`;
    const cure = names.length === 0 ? 'add a service in mode helper' : `write one of ${names.join(', ')}`;
    return [error(here, problem, cure)];
  }
  const [first] = able;
  if (first !== undefined) return familyFits(first, addresses);
  if (services.length === 0) return [];
  const problem = 'no service is in mode helper, which the drill needs';
  return [error(['drill'], problem, 'add one, or remove `drill`')];
}

function familyFits(service: At<DraftService>, addresses: readonly At<VirtualAddress>[]): readonly Finding[] {
  const outside = addressesOf(service);
  const [first] = addresses;
  if (outside.length === 0 || first === undefined) return [];
  const met = outside.some(({ value }) => addresses.some((own) => own.value.family === familyOf(value)));
  if (met) return [];
  const wanted = familyName(outside[0]?.value ?? '');
  const problem = `${first.value.address} is ${familyName(first.value.address)}, but the drilled service is ${wanted}`;
  return [
    error(first.path, problem, `write an ${wanted} address, or name another service in \`drill.service\``),
  ];
}
