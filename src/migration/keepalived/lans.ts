/**
 * Which floating address is public and which is the servers' gateway. Told by what the rest of the file does with it: clients
 * connect to the one, real servers lie behind the other. Pure.
 */
import { familyOf, insidePrefix } from '../../config/address.js';
import type { Ledger } from '../ledger.js';
import { fromLine, toChange, type Noted } from '../tree.js';
import type { Floating, Instance } from './instances.js';

/** The two LANs. */
export interface Lans {
  readonly publics: readonly Noted<string>[];
  readonly gateways: readonly Noted<string>[];
  readonly publicInterface: Noted<string> | undefined;
  readonly privateInterface: Noted<string> | undefined;
}

/** More virtual addresses than this are not for FTP. */
const MOST_ADDRESSES = 512;

/** So many servers tell where their LAN is. */
const MOST_SERVERS = 64;

type Side = 'public' | 'gateway' | 'neither';

/** Sorts every address of every instance. */
export function sortLans(
  instances: readonly Instance[],
  services: ReadonlySet<string>,
  servers: readonly string[],
  ledger: Ledger,
): Lans {
  const written = instances.flatMap(({ addresses }) => addresses);
  const all = written.slice(0, MOST_ADDRESSES);
  for (const { at } of written.slice(MOST_ADDRESSES)) ledger.say('lost', at, `is not translated: there are more than ${MOST_ADDRESSES} virtual addresses`, 'make a pair of its own for them'); // prettier-ignore
  const sides = decideSides(all, services, servers);
  const of = (side: Side): readonly Floating[] => all.filter((each) => sides.get(each) === side);
  const [publics, gateways] = [of('public'), of('gateway')];
  const publicInterface = publics[0]?.device;
  const found = gateways.find(({ device }) => device !== undefined)?.device;
  for (const address of of('neither')) {
    ledger.say('lost', address.at, 'is not translated: it is neither what clients connect to nor on the LAN of the real servers', 'ftpair carries addresses on two LANs; set this one on both routers, or by `hooks`'); // prettier-ignore
  }
  return {
    publics: publics.map((address, index) => place(address, `virtual_addresses.public[${index}]`, ledger)),
    gateways: gateways.map((address, index) => place(address, `virtual_addresses.gateway[${index}]`, ledger)),
    publicInterface,
    privateInterface: sameLan(publicInterface, found, gateways[0], ledger) ? undefined : found,
  };
}

function decideSides(
  all: readonly Floating[],
  services: ReadonlySet<string>,
  servers: readonly string[],
): ReadonlyMap<Floating, Side> {
  // prettier-ignore
  const sides = new Map<Floating, Side>();
  const interfaces = { public: new Set<string>(), gateway: new Set<string>() };
  const decide = (address: Floating, side: 'public' | 'gateway'): void => {
    sides.set(address, side);
    if (address.device !== undefined) interfaces[side].add(address.device.value);
  };
  for (const address of all) if (services.has(address.address)) decide(address, 'public');
  const left = (): readonly Floating[] => all.filter((address) => !sides.has(address));
  const sample = servers.slice(0, MOST_SERVERS);
  for (const address of left()) if (servesServers(address, sample)) decide(address, 'gateway');
  // Nothing was said about services by address: what is not the gateway is what clients connect to.
  const noPublic = interfaces.public.size === 0 && ![...sides.values()].includes('public');
  for (const address of left()) {
    const device = address.device?.value ?? '';
    if (
      interfaces.public.has(device) ||
      (noPublic && !interfaces.gateway.has(device) && interfaces.public.size === 0)
    )
      decide(address, 'public');
    else if (interfaces.gateway.has(device) || interfaces.gateway.size === 0) decide(address, 'gateway');
    else sides.set(address, 'neither');
  }
  return sides;
}

function servesServers(address: Floating, servers: readonly string[]): boolean {
  const family = familyOf(address.address);
  const prefixLength = guessedPrefix(address);
  return servers.some(
    (server) =>
      familyOf(server) === family && insidePrefix(server, { address: address.address, prefixLength, family }),
  );
}

/** Without a length, or with that of a single host, an address says nothing of its LAN. */
function guessedPrefix({ address, prefix }: Floating): number {
  const [host, usual] = familyOf(address) === 6 ? [128, 64] : [32, 24];
  return prefix === undefined || prefix === host ? usual : prefix;
}

function place(floating: Floating, path: string, ledger: Ledger): Noted<string> {
  const { at, address, prefix } = floating;
  const written = `${address}/${guessedPrefix(floating)}`;
  if (prefix === guessedPrefix(floating)) {
    ledger.became(at, path);
    return fromLine(written, at.line);
  }
  ledger.say('differs', at, `became ${path}, with a guessed prefix length: keepalived adds a single host (/${familyOf(address) === 6 ? 128 : 32})`, 'write the prefix length of that LAN'); // prettier-ignore
  return toChange(written, `the prefix length: line ${at.line} has none of its LAN`);
}

function sameLan(
  outside: Noted<string> | undefined,
  inside: Noted<string> | undefined,
  gateway: Floating | undefined,
  ledger: Ledger,
): boolean {
  // prettier-ignore
  if (outside === undefined || inside === undefined || gateway === undefined) return false;
  if (outside.value !== inside.value) return false;
  ledger.say('lost', gateway.at, `is on ${inside.value} like the public address: ftpair needs an interface for each LAN`, 'give the servers a LAN of their own, and write its interface as nodes[].private.interface'); // prettier-ignore
  return true;
}
