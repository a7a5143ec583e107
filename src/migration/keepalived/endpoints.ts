/** What a `virtual_server` stands for: addresses and ports, by themselves, by a firewall mark, or by a group of them. Pure. */
import { parseAddress } from '../../config/address.js';
import { canBeFtp, portOf } from '../numbers.js';
import type { Ledger } from '../ledger.js';
import { fromLine, type Noted } from '../tree.js';
import type { Statement } from './parse.js';
import { tellWhole } from './shelf.js';

/** Where clients connect. Without addresses it is a mark, whose rules are not in the file. */
export interface Endpoint {
  readonly addresses: readonly Noted<string>[];
  readonly port: number;
  readonly portNote: string;
  readonly mark: string | undefined;
}

/** The groups of the file by name. */
export type Groups = ReadonlyMap<string, Statement>;

/** Groups of addresses larger than this are not for FTP. */
const MOST_ADDRESSES = 64;

/** The address that a `virtual_server` names, to tell the LANs apart. */
export function addressesOf(at: Statement, groups: Groups): readonly string[] {
  const [first = '', second = ''] = at.words;
  if (first === 'group') return (groups.get(second)?.block ?? []).flatMap(({ key }) => expand(key));
  return expand(first);
}

/** What it stands for, if that can be FTP; what it is else. */
export function endpointOf(at: Statement, groups: Groups, ledger: Ledger): Endpoint | string {
  const [first = '', second] = at.words;
  if (first === 'fwmark') return markEndpoint(at, second ?? '');
  if (first === 'group') return groupEndpoint(second ?? '', at, groups, ledger);
  const addresses = expand(first);
  if (addresses.length === 0) return 'what it names is no address';
  return portEndpoint(addresses.map((address) => fromLine(address, at.line)), second, at.line); // prettier-ignore
}

function portEndpoint(
  addresses: readonly Noted<string>[],
  text: string | undefined,
  line: number,
): Endpoint | string {
  // prettier-ignore
  // Port 0 is every port: the way to hold data channels together that LVS has for FTP.
  if (text === undefined || text === '0') return { addresses, port: 21, portNote: `line ${line}: all ports there`, mark: undefined }; // prettier-ignore
  const port = portOf(text);
  if (port === undefined) return 'its port is none';
  if (!canBeFtp(port)) return `port ${port} is not FTP`;
  return { addresses, port, portNote: `line ${line}`, mark: undefined };
}

function markEndpoint(at: Statement, mark: string): Endpoint | string {
  const ports = at.block
    .filter(({ key }) => key === 'real_server')
    .map(({ words }) => portOf(words[1] ?? '') ?? 21);
  const [port = 21] = ports;
  if (!canBeFtp(port)) return `its servers' port ${port} is not FTP`;
  return { addresses: [], port: 21, portNote: `FTP's port; line ${at.line} has a mark`, mark };
}

/** The first port that can be FTP decides; other addresses of that port belong to it. */
function groupEndpoint(name: string, at: Statement, groups: Groups, ledger: Ledger): Endpoint | string {
  const group = groups.get(name);
  if (group === undefined) return `there is no virtual_server_group ${name.slice(0, 60)}`;
  if (!ledger.isAnswered(group)) ledger.say('goesWith', group, `became the addresses of the service in line ${at.line}`, 'nothing to do'); // prettier-ignore
  const entries = group.block.map((entry) => ({ entry, addresses: expand(entry.key), port: entry.words[0] }));
  const chosen = entries.find(({ port, addresses }) => addresses.length > 0 && typeof portEndpoint([], port, 0) !== 'string'); // prettier-ignore
  const mark = group.block.find(({ key }) => key === 'fwmark')?.words[0];
  if (chosen === undefined) {
    for (const entry of group.block) tellWhole(ledger, entry, mark === undefined ? 'lost' : 'goesWith', mark === undefined ? 'is not FTP' : 'is a mark, whose rules are not in this file', 'see the virtual_server'); // prettier-ignore
    return mark === undefined
      ? 'its group holds no address and port that can be FTP'
      : markEndpoint(at, mark);
  }
  const same = entries.filter(({ port, addresses }) => port === chosen.port && addresses.length > 0);
  for (const { entry } of entries) sayEntry(entry, same.some((each) => each.entry === entry), ledger); // prettier-ignore
  const addresses = same.flatMap(({ entry, addresses: list }) => list.map((address) => fromLine(address, entry.line))); // prettier-ignore
  return portEndpoint(addresses.slice(0, MOST_ADDRESSES), chosen.port, chosen.entry.line);
}

function sayEntry(entry: Statement, used: boolean, ledger: Ledger): void {
  if (ledger.isAnswered(entry)) return;
  if (used) ledger.became(entry, 'an address of the service');
  else if (entry.key === 'fwmark' || entry.words[0] === '20') ledger.say('goesWith', entry, 'is for data channels, which the helper finds', 'nothing to do'); // prettier-ignore
  else ledger.say('lost', entry, 'is not translated: a service has one port', 'write a service of its own if it is FTP'); // prettier-ignore
}

/** One address, or a range: `192.0.2.1-10`, as groups have them. */
function expand(text: string): readonly string[] {
  const range = /^(\d{1,3}\.\d{1,3}\.\d{1,3}\.)(\d{1,3})-(\d{1,3})$/.exec(text);
  if (range === null) {
    const parsed = parseAddress(text);
    return parsed.ok ? [parsed.value] : [];
  }
  const [, net = '', first = '', last = ''] = range;
  const count = Math.min(Number(last) - Number(first) + 1, MOST_ADDRESSES);
  const hosts = Array.from({ length: Math.max(0, count) }, (_, index) => `${net}${Number(first) + index}`);
  return hosts.flatMap((host) => {
    const parsed = parseAddress(host);
    return parsed.ok ? [parsed.value] : [];
  });
}
