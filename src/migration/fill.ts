/**
 * A pair with gaps → a pair without: placeholders marked CHANGE, and a sentence for each that says what to write there. What
 * can be inferred from the file has been inferred before. Pure.
 */
import { familyOf, insidePrefix, parseVirtualAddress } from '../config/address.js';
import { withPassivePorts } from './ftps.js';
import type { Ledger } from './ledger.js';
import type { LinkPart, NodePart, PairPart, ServicePart } from './parts.js';
import type { Placeholders } from './placeholders.js';
import { isPlaceholder, toChange, type Noted } from './tree.js';

/** A link without gaps. */
export interface FullLink {
  readonly interface: Noted<string>;
  readonly address: Noted<string>;
}

export interface FullNode {
  readonly name: Noted<string>;
  readonly public: FullLink;
  readonly private: FullLink;
  readonly cross?: FullLink | undefined;
}

/** A pair that can be written. */
export interface FullPair extends Omit<PairPart, 'nodes'> {
  readonly nodes: readonly [FullNode, FullNode];
}

/** Fills every gap, and says so in the ledger: of what the file could tell, and of what it has only half told. */
export function fillGaps(part: PairPart, placeholders: Placeholders, ledger: Ledger): FullPair {
  const [first, second] = part.nodes;
  const names = nodeNames(first.name?.value, second.name?.value);
  const nodes = [
    fillNode(first, names[0], 'the first', placeholders),
    fillNode(second, names[1], 'the second', placeholders),
  ] as const;
  const publics = part.publics.length > 0 ? part.publics : [inNet24(placeholders.address(VIP))];
  const listed = part.services.length > 0 ? part.services : [placeholderService(publics[0])];
  const services = listed.map((service, index) => {
    const path = `services[${index}]`;
    return withPassivePorts(withServers(service, path, placeholders, ledger), path, ledger);
  });
  const gateways = part.gateways.length > 0 ? part.gateways : [guessGateway(services, placeholders)];
  const full = { ...part, nodes, publics, services, gateways };
  sayGaps(full, ledger);
  return full;
}

/** How the key comes to both routers. */
export const KEY_CURE =
  '`umask 077; ftpair keygen > /etc/ftpair/pair.key` on one router, and the same file on the other';

const VIP = 'the address that clients connect to, with its prefix length';

/** The names of both routers as they will be written: two different ones, whatever the file says. */
export function nodeNames(first: string | undefined, second: string | undefined): readonly [string, string] {
  const a = first ?? (second?.toLowerCase() === 'alpha' ? 'beta' : 'alpha');
  const free = a.toLowerCase() === 'beta' ? 'alpha' : 'beta';
  return [a, second === undefined || second.toLowerCase() === a.toLowerCase() ? free : second];
}

function fillNode(node: NodePart, name: string, which: string, placeholders: Placeholders): FullNode {
  const router = `${which} router's`;
  const fill = (link: LinkPart, lan: string, taken: readonly (string | undefined)[]): FullLink => ({
    interface: link.interface ?? placeholders.interface(`${router} interface on the ${lan}`, taken),
    address: link.address ?? placeholders.address(`${router} own address on the ${lan}`),
  });
  const publicLink = fill(node.public, 'public LAN', [node.private.interface?.value]);
  const privateLink = fill(node.private, 'private LAN', [publicLink.interface.value]);
  const taken = [publicLink.interface.value, privateLink.interface.value];
  const cross = node.cross === undefined ? undefined : fill(node.cross, 'link between the two', taken);
  const what = `${router} host name, as \`hostname\` prints it there`;
  return {
    name: node.name?.value === name ? node.name : toChange(name, what),
    public: publicLink,
    private: privateLink,
    cross,
  };
}

function inNet24({ value, note }: Noted<string>): Noted<string> {
  return { value: `${value}/24`, note };
}

/** The first or last address of the servers' /24 that no server has. */
function guessGateway(services: readonly ServicePart[], placeholders: Placeholders): Noted<string> {
  const what = "the real servers' default route, which floats between the routers, with its prefix length";
  const servers = services.flatMap(({ servers }) => servers.flatMap(({ addresses }) => addresses));
  const known = servers.filter((address) => !isPlaceholder(address) && familyOf(address.value) === 4);
  const [first] = known;
  if (first === undefined) return inNet24(placeholders.address(what));
  const net = first.value.slice(0, first.value.lastIndexOf('.'));
  const taken = new Set(known.map(({ value }) => value));
  const host = [1, 254, 253, 252].find((each) => !taken.has(`${net}.${each}`)) ?? 251;
  return toChange(`${net}.${host}/24`, what);
}

function placeholderService(vip: Noted<string> | undefined): ServicePart {
  const address = vip?.value.split('/', 1)[0] ?? '';
  return {
    name: toChange('ftp', 'the file holds no FTP service; this one only shows the shape'),
    addresses: [toChange(address, 'one of virtual_addresses.public')],
    port: { value: 21, note: '' },
    scheduler: { value: 'wlc', note: '' },
    servers: [],
    check: {},
  };
}

/** A service has at least one server. */
function withServers(
  service: ServicePart,
  path: string,
  placeholders: Placeholders,
  ledger: Ledger,
): ServicePart {
  if (service.servers.length > 0) return service;
  const what = 'the address of an FTP server';
  ledger.fillIn(`${path}.servers[0].address`, 'the file names no server that can be used, and a placeholder stands there', `write ${what}`); // prettier-ignore
  return {
    ...service,
    servers: [{ name: { value: 'one', note: '' }, addresses: [placeholders.address(what)] }],
  };
}

/** One sentence for each placeholder, at its key. */
function sayGaps(pair: FullPair, ledger: Ledger): void {
  const gap = (path: string, noted: Noted<unknown> | undefined): void => {
    if (noted === undefined || !isPlaceholder(noted)) return;
    const what = noted.note.slice('CHANGE: '.length);
    ledger.fillIn(path, 'the file does not say it, and a placeholder stands there', `write ${what}`);
  };
  for (const [index, node] of pair.nodes.entries()) {
    gap(`nodes[${index}].name`, node.name);
    for (const link of ['public', 'private'] as const) {
      gap(`nodes[${index}].${link}.interface`, node[link].interface);
      gap(`nodes[${index}].${link}.address`, node[link].address);
    }
    gap(`nodes[${index}].extra.cross.interface`, node.cross?.interface);
    gap(`nodes[${index}].extra.cross.address`, node.cross?.address);
  }
  ledger.fillIn('pulse.key_file', 'the pair needs a key of its own', KEY_CURE);
  for (const [index, address] of pair.publics.entries()) gap(`virtual_addresses.public[${index}]`, address);
  for (const [index, address] of pair.gateways.entries()) gap(`virtual_addresses.gateway[${index}]`, address);
  for (const [index, service] of pair.services.entries()) gap(`services[${index}].name`, service.name);
}

/** Whether an address lies in the prefix of one of these virtual addresses. */
export function insideOneOf(address: string, virtuals: readonly Noted<string>[]): boolean {
  return virtuals.some(({ value }) => {
    const parsed = parseVirtualAddress(value);
    return parsed.ok && parsed.value.family === familyOf(address) && insidePrefix(address, parsed.value);
  });
}
