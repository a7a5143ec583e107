/** `vrrp_instance` blocks → what each says of its interface, its addresses and the two routers. Which LAN it is on comes later. Pure. */
import { parseAddress } from '../../config/address.js';
import type { Ledger } from '../ledger.js';
import { fromLine, type Noted } from '../tree.js';
import { INSTANCE } from './keywords.js';
import type { Statement } from './parse.js';
import { closeShelf, numberOf, openShelf, type Shelf } from './shelf.js';

/** One address that floats. */
export interface Floating {
  readonly at: Statement;
  readonly address: string;
  readonly prefix: number | undefined;
  /** `dev`, or the instance's interface. */
  readonly device: Noted<string> | undefined;
}

export interface Instance {
  readonly at: Statement;
  readonly name: string;
  readonly shelf: Shelf;
  readonly interface: Noted<string> | undefined;
  readonly addresses: readonly Floating[];
  /** This router's own address there, and its partner's. */
  readonly own: Noted<string> | undefined;
  readonly partner: Noted<string> | undefined;
  readonly state: string | undefined;
  readonly priority: number | undefined;
  readonly nopreempt: boolean;
  readonly preemptDelay: Statement | undefined;
}

/** Reads one instance; what it is good for is said when its LAN is known. */
export function readInstance(at: Statement, ledger: Ledger): Instance {
  const shelf = openShelf(at.block, ledger);
  const link = interfaceOf(shelf.get('interface')?.words[0], shelf.get('interface')?.line);
  const sources = [shelf.get('unicast_src_ip'), shelf.get('mcast_src_ip')];
  const peers = shelf.all('unicast_peer').flatMap(({ block }) => block);
  return {
    at,
    name: at.words[0] ?? '',
    shelf,
    interface: link,
    addresses: ['virtual_ipaddress', 'virtual_ipaddress_excluded'].flatMap((keyword) => shelf.all(keyword).flatMap(({ block }) => block.flatMap((entry) => floatingOf(entry, link, ledger)))), // prettier-ignore
    own: sources.map((source) => addressOf(source, source?.words[0])).find((each) => each !== undefined),
    partner: peers.map((peer) => addressOf(peer, peer.key)).find((each) => each !== undefined),
    state: shelf.get('state')?.words[0]?.toUpperCase(),
    priority: numberOf(shelf.get('priority'), ledger),
    nopreempt: shelf.get('nopreempt') !== undefined,
    preemptDelay: shelf.get('preempt_delay'),
  };
}

function interfaceOf(name: string | undefined, line: number | undefined): Noted<string> | undefined {
  const base = name?.split(':', 1)[0] ?? '';
  const fits = /^[\x21-\x7e]{1,15}$/.test(base) && !base.includes('/') && base !== '.' && base !== '..';
  return fits && line !== undefined ? fromLine(base, line) : undefined;
}

function addressOf(at: Statement | undefined, text: string | undefined): Noted<string> | undefined {
  const parsed = text === undefined ? undefined : parseAddress(text);
  return at !== undefined && parsed?.ok === true ? fromLine(parsed.value, at.line) : undefined;
}

/** `IP[/LENGTH] [dev NAME] …`, as `ip addr add` has it. */
function floatingOf(at: Statement, link: Noted<string> | undefined, ledger: Ledger): readonly Floating[] {
  const [text = '', length] = at.key.split('/', 2);
  const parsed = parseAddress(text);
  const prefix = length === undefined ? undefined : Number(length);
  const most = parsed.ok && parsed.value.includes(':') ? 128 : 32;
  if (!parsed.ok || (prefix !== undefined && !(prefix >= 1 && prefix <= most && Number.isInteger(prefix)))) {
    ledger.say('lost', at, 'is no address that ftpair could carry', 'write it as 192.0.2.10/24');
    return [];
  }
  const device = at.words[at.words.indexOf('dev') + 1];
  const own = at.words.includes('dev') ? interfaceOf(device, at.line) : undefined;
  return [{ at, address: parsed.value, prefix, device: own ?? link }];
}

/** Says what became of an instance as a whole, and of what nobody has read in it. */
export function closeInstance(
  { at, shelf, ...instance }: Instance,
  used: readonly (string | undefined)[],
  ledger: Ledger,
): void {
  // prettier-ignore
  const link = shelf.get('interface');
  const talks = instance.own !== undefined || instance.partner !== undefined;
  if (link !== undefined && !talks && !used.includes(instance.interface?.value)) ledger.say('leftOut', link, 'is left out: no address that ftpair carries is on this interface', 'see nodes[].extra for further links'); // prettier-ignore

  if (!ledger.isAnswered(at)) ledger.say('goesWith', at, 'became what its lines say', 'see there');
  const quiet = ['interface', 'virtual_ipaddress', 'virtual_ipaddress_excluded', 'unicast_peer', 'state', 'priority', 'preempt'] as const; // prettier-ignore
  for (const statement of quiet.flatMap((keyword) => shelf.all(keyword))) {
    if (!ledger.isAnswered(statement)) ledger.say('goesWith', statement, 'was read to find the links and the routers', 'see the YAML'); // prettier-ignore
  }
  for (const peer of shelf.all('unicast_peer').flatMap(({ block }) => block)) {
    if (!ledger.isAnswered(peer)) ledger.say('leftOut', peer, 'is left out: a pair has one partner, and each path one address of it', 'see nodes[].extra for further links'); // prettier-ignore
  }
  closeShelf(at.block, INSTANCE, ledger);
}
